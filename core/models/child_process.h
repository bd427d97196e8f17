// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/control.h"

namespace gf {

/// What a child process may use. Sanitizer builds lift the limit on memory: theirs counts address space as data.
struct ChildLimits {
  std::uint64_t dataBytes = 0;  ///< Of memory.
  std::uint64_t fileBytes = 0;  ///< Of one file that it writes; 0: it may write none.
  double seconds = 0;           ///< Of processor time.
};

/// A running child process that answers line by line on its stdout; what it says on stderr is let go. Killed when this
/// object dies, and when this process does.
class ChildProcess {
 public:
  /// `arguments`: the program's path and what follows it. `settings`: NAME=VALUE that win over this process's
  /// environment. `purpose`: "the process that looks at checkpoints". Throws Error(Run) when it cannot be started.
  ChildProcess(std::vector<std::string> arguments, const std::vector<std::string>& settings, const ChildLimits& limits,
               std::string purpose);
  ~ChildProcess() { end(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  enum class Event { Line, Closed, TimeOut, TooLong };
  /// Waits for the next line until `deadline` (monotonic seconds). Throws Stopped.
  Event next(double deadline, const Control& control, std::string& line);
  /// How it ended, in words; ends it if it still runs.
  std::string end();

 private:
  void start(const std::vector<char*>& argv, const std::vector<char*>& envp, const ChildLimits& limits);
  [[noreturn]] void cannotStart(const std::string& why) const;
  bool readMore();

  std::string program_, purpose_;
  pid_t pid_ = -1;
  int pipe_ = -1;
  bool closed_ = false;
  std::string pending_;
};

}  // namespace gf
