// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "base/control.h"
#include "transfer/record.h"

namespace gf {

/// What one optimiser step came to, before averaging.
struct StepValues {
  std::size_t samples = 0;
  double total = 0, distillation = 0;
  std::optional<double> crossEntropy;
  std::vector<Routing> routing, adaptingRouting;  ///< See StepRecord.
  double learningRate = 0;
  std::optional<double> gradientNorm;
  double seconds = 0;  ///< Loading included, pauses not.
};

/// Where a step stands in the whole run.
struct StepPlace {
  std::int64_t step = 0;  ///< 1-based over the whole run.
  double epoch = 0;       ///< Done with it, over the whole run.
  int stage = 0;
  bool endsEpoch = false;
};

/// Averages steps so that an epoch gives about fifty records at most.
class StepLog {
 public:
  StepLog(RunObserver& observer, std::int64_t stepsPerEpoch, c10::Device device);
  void add(const StepPlace& place, const StepValues& values);
  /// Reports what was gathered since the last record, if anything.
  void flush();
  double samplesPerSecond() const { return seconds_ > 0 ? samples_ / seconds_ : 0; }  ///< Of the whole run.
  double secondsPerStep() const { return steps_ > 0 ? seconds_ / static_cast<double>(steps_) : 0; }
  double seconds() const { return seconds_; }
  double samples() const { return samples_; }
  /// The numbers of an earlier part of the run.
  void goOnFrom(std::int64_t steps, double samples, double seconds);

 private:
  RunObserver& observer_;
  c10::Device device_;
  std::int64_t stride_, steps_ = 0, gathered_ = 0;
  StepPlace place_;
  StepValues sum_;
  double samples_ = 0, seconds_ = 0;
};

/// Highest memory allocated on the device, in bytes; 0 on the CPU.
double peakDeviceBytes(c10::Device device);

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
