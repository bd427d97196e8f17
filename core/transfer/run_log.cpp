// SPDX-License-Identifier: Apache-2.0
#include "transfer/run_log.h"

#include <ATen/DeviceAccelerator.h>

#include "base/memory.h"

namespace gf {
namespace {

void add(std::vector<Routing>& sums, const std::vector<Routing>& more) {
  sums.resize(std::max(sums.size(), more.size()));
  for (std::size_t k = 0; k < more.size(); ++k) {
    sums[k].total += more[k].total;
    sums[k].toTeacher += more[k].toTeacher;
  }
}

/// Share of the samples that went to any teacher.
std::optional<double> teacherShareOf(const std::vector<Routing>& routing) {
  if (routing.empty()) return std::nullopt;
  std::int64_t sent = 0;
  for (const Routing& each : routing) sent += each.toTeacher.samples;
  return routing.front().total.share(sent);
}

}  // namespace

StepLog::StepLog(RunObserver& observer, std::int64_t stepsPerEpoch, c10::Device device)
    : observer_(observer), device_(device) {
  constexpr std::int64_t kRecordsPerEpoch = 50;
  stride_ = std::max<std::int64_t>(1, (stepsPerEpoch + kRecordsPerEpoch - 1) / kRecordsPerEpoch);
}

void StepLog::goOnFrom(std::int64_t steps, double samples, double seconds) {
  steps_ = steps;
  samples_ = samples;
  seconds_ = seconds;
}

void StepLog::add(const StepPlace& place, const StepValues& values) {
  place_ = place;
  ++steps_;
  ++gathered_;
  samples_ += static_cast<double>(values.samples);
  seconds_ += values.seconds;
  sum_.samples += values.samples;
  sum_.seconds += values.seconds;
  sum_.total += values.total;
  sum_.distillation += values.distillation;
  if (values.crossEntropy) sum_.crossEntropy = sum_.crossEntropy.value_or(0) + *values.crossEntropy;
  if (values.gradientNorm) sum_.gradientNorm = sum_.gradientNorm.value_or(0) + *values.gradientNorm;
  gf::add(sum_.routing, values.routing);
  gf::add(sum_.adaptingRouting, values.adaptingRouting);
  sum_.learningRate = values.learningRate;
  if (gathered_ == stride_ || place.endsEpoch) flush();
}

void StepLog::flush() {
  if (gathered_ == 0) return;
  const double steps = static_cast<double>(gathered_);
  StepRecord record;
  record.step = place_.step;
  record.epoch = place_.epoch;
  record.stage = place_.stage;
  record.total = sum_.total / steps;
  record.distillation = sum_.distillation / steps;
  if (sum_.crossEntropy) record.crossEntropy = *sum_.crossEntropy / steps;
  if (sum_.gradientNorm) record.gradientNorm = *sum_.gradientNorm / steps;
  record.teacherShare = teacherShareOf(sum_.routing);
  record.routing = std::move(sum_.routing);
  record.adaptingRouting = std::move(sum_.adaptingRouting);
  record.learningRate = sum_.learningRate;
  if (sum_.seconds > 0) record.samplesPerSecond = static_cast<double>(sum_.samples) / sum_.seconds;
  record.memoryBytes = residentBytes();
  record.deviceMemoryBytes = peakDeviceBytes(device_);
  gathered_ = 0;
  sum_ = {};
  observer_.stepped(record);
}

double peakDeviceBytes(c10::Device device) {
  if (!device.is_cuda()) return 0;
  constexpr std::size_t kAllPools = 0;
  return static_cast<double>(at::accelerator::getDeviceStats(device.index()).allocated_bytes[kAllPools].peak);
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
