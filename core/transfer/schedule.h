// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "options/transfer_options.h"

namespace gf {

/// Learning rate of step `step` (0-based) of `steps` steps, an epoch having `stepsPerEpoch`. Constant; or a linear rise
/// over W = round(warmupEpochs · stepsPerEpoch) steps to lr, then lr · ½(1 + cos(π · (step − W) / (steps − W))).
double learningRateAt(const TransferOptions& options, std::int64_t step, std::int64_t steps,
                      std::int64_t stepsPerEpoch);

/// Something that is due every so many epochs. Counted from the start, so that fractions which do not divide an epoch's
/// steps do not drift.
class Cadence {
 public:
  Cadence(double everyEpochs, std::int64_t stepsPerEpoch) : stride_(everyEpochs * static_cast<double>(stepsPerEpoch)) {}
  /// Whether it came due since the last call, after `step` steps in all.
  bool reached(std::int64_t step);

 private:
  double stride_;
  std::int64_t number_ = 1;  ///< Of the next time, from 1.
};

}  // namespace gf
