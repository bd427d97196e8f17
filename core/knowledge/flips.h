// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gf {

using Labels = std::span<const std::int32_t>;  ///< A class index per sample, [N].

/// What became of one sample under two models.
enum class Outcome : std::uint8_t { BothRight, OnlyTeacher, OnlyStudent, BothWrong };

/// Sample counts of one class, or of all.
struct OutcomeCounts {
  std::int64_t samples = 0, bothRight = 0, onlyTeacher = 0, onlyStudent = 0, bothWrong = 0;
  OutcomeCounts& operator+=(const OutcomeCounts& more) {
    samples += more.samples;
    bothRight += more.bothRight;
    onlyTeacher += more.onlyTeacher;
    onlyStudent += more.onlyStudent;
    bothWrong += more.bothWrong;
    return *this;
  }
  double share(std::int64_t count) const {
    return samples ? static_cast<double>(count) / static_cast<double>(samples) : 0;
  }
  double positiveFlips() const { return share(onlyTeacher); }  ///< ρ⁺: share where only the teacher is right.
  double negativeFlips() const { return share(onlyStudent); }  ///< ρ⁻: share where only the student is right.
  double teacherAccuracy() const { return share(bothRight + onlyTeacher); }
  double studentAccuracy() const { return share(bothRight + onlyStudent); }
  double deltaAccuracy() const { return share(onlyTeacher - onlyStudent); }  ///< Δacc = ρ⁺ − ρ⁻.
};

/// What the teacher knows that the student does not, on one evaluation set (Fig. 1, 2a).
struct PairKnowledge {
  OutcomeCounts all;
  std::vector<OutcomeCounts> classes;  ///< By label.
  std::vector<Outcome> outcomes;       ///< By sample.

  /// Positive flips of class k / samples of class k; 0 for a class without samples.
  double classShare(std::size_t k) const { return classes[k].positiveFlips(); }
  /// Entropy in nats of the positive flips' distribution over classes (Fig. 1b); nothing when there are no flips.
  std::optional<double> flipEntropy() const;
  /// Classes by per-class share, largest first; ties: lower index.
  std::vector<std::int32_t> rankedClasses() const;
  /// The smallest prefix of rankedClasses() that holds at least `percent` % of all positive flips. Empty when there are
  /// none.
  std::vector<std::int32_t> topClasses(double percent) const;
};

/// Throws Error(Input) when the lengths differ or a label is outside [0, classes).
PairKnowledge comparePredictions(Labels truth, Labels teacher, Labels student, int classes);

/// Several teachers as one: a prediction for each sample that is right where any of them is (the label itself), and
/// elsewhere the first one's. Throws Error(Input) when there is none or lengths differ.
std::vector<std::int32_t> anyTeacher(Labels truth, std::span<const Labels> teachers);

/// What changed in one student between two moments.
struct Change {
  std::int64_t samples = 0, gained = 0, lost = 0;    ///< wrong→right, right→wrong.
  std::vector<std::int64_t> classGained, classLost;  ///< By label.
  std::vector<std::int64_t> classSamples;
  double gain() const {
    return samples ? static_cast<double>(gained) / static_cast<double>(samples) : 0;
  }  ///< Knowledge gain, share.
  double loss() const {
    return samples ? static_cast<double>(lost) / static_cast<double>(samples) : 0;
  }  ///< Knowledge loss, share.
  /// Δtransf = gain − loss, computed from whole counts so that the identity holds exactly.
  double delta() const { return samples ? static_cast<double>(gained - lost) / static_cast<double>(samples) : 0; }
};
Change changeBetween(Labels truth, Labels before, Labels after, int classes);

/// How much of the teacher's complementary knowledge arrived (Fig. 5a), over the samples whose label is in `classes`
/// (empty: all).
struct TransferRate {
  std::int64_t positiveFlips = 0;        ///< Of the teacher against the initial student.
  std::int64_t gained = 0;               ///< Students' wrong→right, any sample.
  std::int64_t arrived = 0;              ///< Positive flips that the student now gets right.
  std::optional<double> paper() const;   ///< gained / positiveFlips; may pass 1. Nothing without flips.
  std::optional<double> strict() const;  ///< arrived / positiveFlips, 0–1. Nothing without flips.
};
TransferRate transferRate(Labels truth, Labels teacher, Labels before, Labels after,
                          std::span<const std::int32_t> classes = {});

}  // namespace gf
