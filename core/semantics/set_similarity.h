// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "semantics/semantics.h"

namespace gf {

/// Mean similarity over the pairs i < j of a set of classes; nothing for fewer than two.
std::optional<double> meanSimilarity(const ClassSemantics& semantics, std::span<const std::int32_t> classes);

/// How much more alike the classes of a set are than all classes are (Fig. 2b), and what chance would give.
struct SetSimilarity {
  std::size_t classes = 0;
  std::optional<double> similarity;  ///< Mean over its pairs.
  std::optional<double> difference;  ///< Percent: 100 · (similarity / that of all classes − 1).
  /// Of random sets of the same size: central 95 % of the difference, in percent, and the share of them that are at
  /// least as alike (one-sided, with the set itself counted: (1 + more) / (1 + draws)).
  double bandLow = 0, bandHigh = 0, chance = 1;
};

/// One answer for each set. `draws` random orders of the classes by `seed` serve all sets: the first m of each order
/// are a random set of m classes. Undefined (no similarity, chance 1) for a set of fewer than two classes and where
/// all classes together have mean similarity 0 or less.
std::vector<SetSimilarity> setSimilarities(const ClassSemantics& semantics,
                                           std::span<const std::vector<std::int32_t>> sets, std::uint64_t seed,
                                           int draws = 1000);

}  // namespace gf
