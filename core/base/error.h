// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace gf {

/// What kind of failure it was; the program's exit code follows from it.
enum class ErrorKind {
  Usage,  ///< The request itself is wrong (exit code 2).
  Input,  ///< Something given to us cannot be read or does not fit (exit code 3).
  Run,    ///< The work failed although its inputs were fine (exit code 1).
};

/// A failure in words: which thing, which rule it broke, what was seen instead, and what to do about it.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string subject, std::string rule, std::string observed, std::string remedy = {});

  ErrorKind kind() const { return kind_; }
  const std::string& subject() const { return subject_; }    ///< The file, option or object, as the user named it.
  const std::string& rule() const { return rule_; }          ///< The rule that was broken.
  const std::string& observed() const { return observed_; }  ///< The value that was seen; may be empty.
  const std::string& remedy() const { return remedy_; }      ///< What the user can do; may be empty.

  /// "subject: rule; found observed. Remedy."
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  ErrorKind kind_;
  std::string subject_, rule_, observed_, remedy_, text_;
};

/// The memory of the computer or of the accelerator did not suffice; with a smaller batch it may.
class OutOfMemory final : public Error {
 public:
  OutOfMemory(std::string subject, std::string rule, std::string observed, std::string remedy = {})
      : Error(ErrorKind::Run, std::move(subject), std::move(rule), std::move(observed), std::move(remedy)) {}
};

/// Thrown at a checkpoint when the user asked to stop; not a failure.
class Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

[[noreturn]] void failUsage(std::string subject, std::string rule, std::string observed, std::string remedy = {});
[[noreturn]] void failInput(std::string subject, std::string rule, std::string observed, std::string remedy = {});
[[noreturn]] void failRun(std::string subject, std::string rule, std::string observed, std::string remedy = {});

/// Exit codes of the program (a contract with scripts).
enum ExitCode : int { kDone = 0, kRunFailed = 1, kWrongUsage = 2, kUnreadableInput = 3, kStopped = 130 };
ExitCode exitCodeOf(ErrorKind kind);

}  // namespace gf
