// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "knowledge/flips.h"

namespace gf {

/// Images that one model alone gets right: positive flips are the teacher's, negative flips the student's.
enum class FlipKind : std::uint8_t { Positive, Negative };

/// Flips of one class that the model which misses them all takes for the same other class.
struct FlipPair {
  std::int32_t truth = 0, said = 0;
  std::int64_t samples = 0;
  bool operator==(const FlipPair&) const = default;
};

/// The confusion matrix of the flips, of which only the cells that hold samples are kept.
struct FlipConfusion {
  std::int64_t flips = 0;       ///< The sum over all pairs.
  std::vector<FlipPair> pairs;  ///< Most samples first; ties: lower truth, then lower answer.
};

/// What was said instead: by the student on positive flips, by the teacher on negative flips. Throws Error(Input) when
/// the lengths differ or a label or an answer is negative.
FlipConfusion flipConfusion(Labels truth, Labels teacher, Labels student, FlipKind kind);

}  // namespace gf
