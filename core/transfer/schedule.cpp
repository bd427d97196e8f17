// SPDX-License-Identifier: Apache-2.0
#include "transfer/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gf {

double learningRateAt(const TransferOptions& options, std::int64_t step, std::int64_t steps,
                      std::int64_t stepsPerEpoch) {
  if (options.schedule == Schedule::Constant) return options.learningRate;
  const std::int64_t rise = std::llround(options.warmupEpochs * static_cast<double>(stepsPerEpoch));
  if (step < rise) return options.learningRate * static_cast<double>(step + 1) / static_cast<double>(rise);
  const double part = static_cast<double>(step - rise) / static_cast<double>(std::max<std::int64_t>(1, steps - rise));
  return options.learningRate * 0.5 * (1 + std::cos(std::numbers::pi * part));
}

bool Cadence::reached(std::int64_t step) {
  const auto stepOf = [this](std::int64_t number) {
    return std::max<std::int64_t>(1, std::llround(std::min(static_cast<double>(number) * stride_, 9e15)));
  };
  bool due = false;
  for (; step >= stepOf(number_); ++number_) due = true;
  return due;
}

}  // namespace gf
