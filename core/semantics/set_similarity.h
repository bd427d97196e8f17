// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "semantics/semantics.h"

namespace gf {

/// Mean similarity over the pairs i < j of a set of different classes, −1 to 1; nothing for fewer than two.
std::optional<double> meanSimilarity(const ClassSemantics& semantics, std::span<const std::int32_t> classes);

/// Random sets behind a band.
inline constexpr int kSimilarityDraws = 1000;

/// How much more alike the classes of a set are than all classes are (Fig. 2b), and what chance would give.
struct SetSimilarity {
  std::size_t classes = 0;
  std::optional<double> similarity;  ///< Mean over its pairs; nothing for fewer than two classes.
  /// Percent: 100 · (similarity / that of all classes − 1). Nothing where all classes have mean similarity 0 or less.
  std::optional<double> difference;
  /// Of random sets of the same size: central 95 % of the similarity (quantiles between neighbouring draws by linear
  /// interpolation), the same as difference in percent where that is defined, and the share of the sets that are at
  /// least as alike (one-sided, with the set itself counted: (1 + more) / (1 + draws); 1 for fewer than two classes).
  double similarityLow = 0, similarityHigh = 0;
  double bandLow = 0, bandHigh = 0, chance = 1;
};

/// One answer for each set. `draws` random orders of the classes by `seed` serve all sets: the first m of each order
/// are a random set of m classes. O(draws · m²) for the largest set. Throws Error(Input) when a set names a class that
/// is none or one twice, or the similarities are not [C, C].
std::vector<SetSimilarity> setSimilarities(const ClassSemantics& semantics,
                                           std::span<const std::vector<std::int32_t>> sets, std::uint64_t seed,
                                           int draws = kSimilarityDraws);

}  // namespace gf
