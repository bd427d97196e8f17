// SPDX-License-Identifier: Apache-2.0
#include "transfer/run_log.h"

namespace gf {

StepLog::StepLog(RunObserver& observer, std::int64_t stepsPerEpoch)
    : observer_(observer), stepsPerEpoch_(stepsPerEpoch) {
  constexpr std::int64_t kRecordsPerEpoch = 50;
  stride_ = std::max<std::int64_t>(1, (stepsPerEpoch + kRecordsPerEpoch - 1) / kRecordsPerEpoch);
}

void StepLog::add(std::int64_t step, const StepValues& values) {
  step_ = step;
  ++gathered_;
  samples_ += static_cast<double>(values.samples);
  seconds_ += values.seconds;
  sum_.samples += values.samples;
  sum_.seconds += values.seconds;
  sum_.total += values.total;
  sum_.distillation += values.distillation;
  if (values.crossEntropy) sum_.crossEntropy = sum_.crossEntropy.value_or(0) + *values.crossEntropy;
  if (values.toTeacher) sum_.toTeacher = sum_.toTeacher.value_or(0) + *values.toTeacher;
  if (gathered_ == stride_ || step % stepsPerEpoch_ == 0) flush();
}

void StepLog::flush() {
  if (gathered_ == 0) return;
  const double steps = static_cast<double>(gathered_), samples = static_cast<double>(sum_.samples);
  StepRecord record;
  record.step = step_;
  record.epoch = static_cast<double>(step_) / static_cast<double>(stepsPerEpoch_);
  record.total = sum_.total / steps;
  record.distillation = sum_.distillation / steps;
  if (sum_.crossEntropy) record.crossEntropy = *sum_.crossEntropy / steps;
  if (sum_.toTeacher) record.teacherShare = *sum_.toTeacher / samples;
  if (sum_.seconds > 0) record.samplesPerSecond = samples / sum_.seconds;
  gathered_ = 0;
  sum_ = {};
  observer_.stepped(record);
}

void RunProgress::show(const std::string& stage, double underWay, double samplesPerSecond, double secondsLeft) {
  constexpr double kSecondsBetweenReports = 0.05;
  const double now = monotonicSeconds();
  const double done = done_ + underWay;
  if (last_ >= 0 && done < total_ && now - last_ < kSecondsBetweenReports) return;
  last_ = now;
  control_.report({stage, total_ > 0 ? std::min(1.0, done / total_) : 1.0, samplesPerSecond, secondsLeft});
}

}  // namespace gf
