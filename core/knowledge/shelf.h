// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/control.h"
#include "knowledge/flips.h"

namespace gf {

/// Samples of one class that one model alone gets right.
struct ClassFlips {
  std::int64_t onlyTeacher = 0, onlyStudent = 0;
  std::int64_t lead() const { return onlyTeacher - onlyStudent; }
  /// Whether the teacher's lead is larger than chance: z = (p − n)/√(p + n) > 1.645, one-sided 5 %.
  bool leads() const;
};

/// All pairs of a shelf of M models on one evaluation set of N samples and C classes. Whole counts throughout.
struct ShelfKnowledge {
  std::size_t models = 0, classes = 0;
  std::int64_t samples = 0;
  std::vector<std::int64_t> right;         ///< [M], samples that each model gets right.
  std::vector<std::int64_t> classSamples;  ///< [C]
  std::vector<std::int64_t> classRight;    ///< [M, C]
  std::vector<std::int64_t> onlyTeacher;  ///< [M, M]: row teacher, column student: samples only the teacher gets right.
  std::vector<double> entropy;            ///< [M, M], nats, of the positive flips over classes; NaN without flips.
  std::vector<std::int64_t> headroom;     ///< [M, M], see headroomShare().
  /// A bit per sample, sorted by class, every class padded to whole words: which samples a model gets right,
  /// [M][words]. Class k begins at word firstWord[k]; firstWord[C] is the words of a model.
  std::vector<std::uint64_t> rightBits;
  std::vector<std::size_t> firstWord;

  double accuracy(std::size_t model) const;
  double positiveFlips(std::size_t teacher, std::size_t student) const;  ///< ρ⁺ of the pair, share.
  double negativeFlips(std::size_t teacher, std::size_t student) const;  ///< ρ⁻ = ρ⁺ of the swapped pair.
  double deltaAccuracy(std::size_t teacher, std::size_t student) const;  ///< acc(t) − acc(s) = ρ⁺ − ρ⁻.
  double classAccuracy(std::size_t model, std::size_t k) const;          ///< NaN for a class without samples.
  /// What choosing the better model class by class would add to the student: Σ (only teacher − only student) over the
  /// classes in which the teacher's lead is larger than chance (z > 1.645, one-sided), as a share of all samples.
  double headroomShare(std::size_t teacher, std::size_t student) const;
  /// Samples that only one of the two gets right, class by class, [C].
  std::vector<ClassFlips> classFlips(std::size_t teacher, std::size_t student) const;
};

/// Every model's answers once, then all pairs by counting bits. `predicted`: [M][N]. Throws Error(Input) when lengths
/// differ or a label is outside [0, classes), Error(Usage) for threads < 1, Stopped.
ShelfKnowledge shelfKnowledge(Labels truth, std::span<const Labels> predicted, int classes, int threads = 1,
                              const Control& control = {});

/// One pair of a shelf, and why it stands where it stands.
struct TeachingPair {
  std::size_t teacher = 0, student = 0;
  double headroom = 0, positiveFlips = 0, negativeFlips = 0;  ///< Shares.
  std::vector<std::int32_t> classes;  ///< Where the teacher leads beyond chance, the largest lead first; at most 5.
  std::size_t leading = 0;            ///< In how many classes that is.
};
/// What there is to teach, not a forecast of what arrives: over the 40 pairs of resources/sample/STUDY.md the Spearman
/// correlation with KL+DP's mean delta is 0.36 for headroom, 0.36 for ρ⁺ and 0.23 for ρ⁺ − ρ⁻ (with KL-Dist's 0.79,
/// 0.79, 0.89); among the five teachers of one student, on average, −0.27, −0.33 and −0.43 (0.53, 0.41, 0.66).
///
/// Who should teach whom: all ordered pairs of different models by headroom, then positive flips, then fewer negative
/// flips, then index. At most `most`.
std::vector<TeachingPair> rankTeaching(const ShelfKnowledge& shelf, std::size_t most);
/// Of each student the pair with its best teacher, by the same order; empty for fewer than two models.
std::vector<TeachingPair> bestTeachers(const ShelfKnowledge& shelf);

}  // namespace gf
