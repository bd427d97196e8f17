// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/control.h"

namespace gf {

/// A piece of work without threads: the command line calls run() itself, the window gives it to a JobRunner.
class Job {
 public:
  virtual ~Job() = default;
  virtual std::string title() const = 0;
  /// Does the work. Throws Stopped when it ends at a checkpoint, Error when it fails.
  virtual void run(const Control& control) = 0;
  /// Whether it is still getting ready (reading, evaluating) rather than at its main work. Called from the working
  /// thread.
  virtual bool isPreparing() const { return false; }
};

}  // namespace gf
