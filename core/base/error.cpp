// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <utility>

namespace gf {

Error::Error(ErrorKind kind, std::string subject, std::string rule, std::string observed, std::string remedy)
    : kind_(kind),
      subject_(std::move(subject)),
      rule_(std::move(rule)),
      observed_(std::move(observed)),
      remedy_(std::move(remedy)) {
  text_ = subject_.empty() ? rule_ : subject_ + ": " + rule_;
  if (!observed_.empty()) text_ += "; found " + observed_;
  if (!remedy_.empty()) text_ += ". " + remedy_;
}

void failUsage(std::string subject, std::string rule, std::string observed, std::string remedy) {
  throw Error(ErrorKind::Usage, std::move(subject), std::move(rule), std::move(observed), std::move(remedy));
}

void failInput(std::string subject, std::string rule, std::string observed, std::string remedy) {
  throw Error(ErrorKind::Input, std::move(subject), std::move(rule), std::move(observed), std::move(remedy));
}

void failRun(std::string subject, std::string rule, std::string observed, std::string remedy) {
  throw Error(ErrorKind::Run, std::move(subject), std::move(rule), std::move(observed), std::move(remedy));
}

ExitCode exitCodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Usage:
      return kWrongUsage;
    case ErrorKind::Input:
      return kUnreadableInput;
    case ErrorKind::Run:
      break;
  }
  return kRunFailed;
}

}  // namespace gf
