// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/control.h"
#include "transfer/record.h"

namespace gf {

/// What one optimiser step came to, before averaging.
struct StepValues {
  std::size_t samples = 0;
  double total = 0, distillation = 0;
  std::optional<double> crossEntropy, toTeacher;  ///< `toTeacher`: samples routed to the teacher.
  double seconds = 0;                             ///< Loading included, pauses not.
};

/// Averages steps so that an epoch gives about fifty records at most.
class StepLog {
 public:
  StepLog(RunObserver& observer, std::int64_t stepsPerEpoch);
  /// `step` is 1-based over the whole run.
  void add(std::int64_t step, const StepValues& values);
  /// Reports what was gathered since the last record, if anything.
  void flush();
  double samplesPerSecond() const { return seconds_ > 0 ? samples_ / seconds_ : 0; }  ///< Of the whole run.
  double secondsPerStep() const { return step_ > 0 ? seconds_ / static_cast<double>(step_) : 0; }
  double seconds() const { return seconds_; }

 private:
  RunObserver& observer_;
  std::int64_t stepsPerEpoch_, stride_, step_ = 0, gathered_ = 0;
  StepValues sum_;
  double samples_ = 0, seconds_ = 0;
};

/// The whole run as one determinate fraction. A unit of work is one sample through one model.
class RunProgress {
 public:
  RunProgress(const Control& control, double totalUnits) : control_(control), total_(totalUnits) {}
  void finish(double units) { done_ += units; }
  /// Reports at a bounded rate; `underWay` are units of the part that now runs.
  void show(const std::string& stage, double underWay, double samplesPerSecond, double secondsLeft);

 private:
  const Control& control_;
  double total_, done_ = 0, last_ = -1;
};

}  // namespace gf
