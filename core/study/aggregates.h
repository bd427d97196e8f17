// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "study/study_table.h"

namespace gf {

// What the study figures and tables are made of: pure functions on a study's numbers. Shares 0–1 throughout; a delta
// of a pair is its mean over the seeds.

/// Mean and population standard deviation, as the paper's tables print them.
struct MeanStd {
  double mean = 0, deviation = 0;
};
/// Throws Error(Usage) when empty.
MeanStd meanStd(std::span<const double> values);

/// Quartiles by linear interpolation between order statistics.
struct FiveNumbers {
  double least = 0, lower = 0, median = 0, upper = 0, most = 0;
};
/// Throws Error(Usage) when empty.
FiveNumbers fiveNumbers(std::span<const double> values);

/// Above zero, strictly; what rounding leaves of a mean of seeds that is zero is no success.
bool isSuccess(double delta);

/// Fig. 4a and 6: a pair succeeds when its delta is above zero.
struct SuccessRates {
  struct Student {
    std::size_t student = 0;
    std::size_t successes = 0, teachers = 0;
    double rate() const { return static_cast<double>(successes) / static_cast<double>(teachers); }
  };
  std::vector<Student> students;  ///< By position in the table.
  FiveNumbers overStudents;       ///< Of their rates; the median is the headline.
  std::size_t successes = 0, pairs = 0;
  /// Spread of the rate over all pairs from seed to seed; nothing with one seed or where a pair lacks one.
  std::optional<MeanStd> overSeeds;
};
/// Throws Error(Usage) for no pairs, as all below.
SuccessRates successRates(std::span<const PairResult> pairs);

/// Fig. 4b, 9, 10: pairs whose Δacc lies in [low, high); the last bin holds its upper end too.
struct DeltaBin {
  double low = 0, high = 0;
  std::size_t pairs = 0;
  double gap = 0;  ///< Mean Δacc of the bin's pairs.
  /// Mean of the best ceil(0.25 m) deltas, chosen by outcome and so optimistic; mean and median of all stand beside it.
  double bestQuarter = 0, mean = 0, median = 0;
};
/// Edges rise; the outer ones may be infinite. Bins without pairs are left out.
std::vector<DeltaBin> binnedDeltas(std::span<const PairResult> pairs, std::span<const double> edges);
/// Edges of `bins` equally wide bins over the pairs' Δacc; one bin where all are the same.
std::vector<double> equalWidths(std::span<const PairResult> pairs, std::size_t bins);

/// Fig. 5a: over the pairs whose student is of one family, the transfer rate in the top-X % classes.
struct FamilyRate {
  std::string family;
  int percent = 0;
  std::size_t pairs = 0;  ///< Those with flips there.
  MeanStd paper, strict;
};
/// By family in the order of the models, then by percentage. Families without a name are "other".
std::vector<FamilyRate> ratesByFamily(const StudyTable& table, std::span<const PairResult> pairs);
std::string familyOf(const StudyModel& model);

/// One student over its teachers: tables 1, 3 and 8, Fig. 5b and 8.
struct StudentMean {
  std::size_t student = 0, teachers = 0;
  MeanStd delta, deltaPositive, deltaNegative;
  std::optional<MeanStd> paperRate, strictRate;  ///< Over all classes; nothing when no teacher has flips.
};
std::vector<StudentMean> studentMeans(std::span<const PairResult> pairs);

/// Fig. 8: students that are alike but for one property, by that property. A group is a maximal run of neighbours: each
/// is alike to the one before it; groups of one are left out.
enum class StudentProperty { Accuracy, Parameters };
struct AlikeStudents {
  std::string family;
  std::vector<std::size_t> means;  ///< Positions in `means`, the property rising.
};
/// Accuracy: of one family and of sizes within a factor of 1.5. Parameters: of one family and accuracies within 2
/// points.
std::vector<AlikeStudents> alikeStudents(const StudyTable& table, std::span<const StudentMean> means,
                                         StudentProperty property);

/// Fig. 8c: mean delta of a family's students of one size.
struct SizeMean {
  std::string family;
  std::size_t size = 0;  ///< 0 the smallest third of the students, 2 the largest, by parameters.
  std::size_t students = 0;
  MeanStd delta;  ///< Over the students' means.
};
std::vector<SizeMean> sizeMeans(const StudyTable& table, std::span<const StudentMean> means);

/// Tables 4 and 9: one student with the same teachers one by one and together.
struct TeamSummary {
  std::size_t setting = 0, student = 0;
  std::vector<std::size_t> teachers;
  std::size_t singles = 0;  ///< Of the teachers, those whose single transfer is there.
  std::optional<double> singleMean, singleLeast, singleMost, sequential, parallel, soup;
};
std::vector<TeamSummary> teamSummaries(const StudyTable& table);

/// Table 2: of each student the pairs with its strongest and weakest teacher; one where it has one.
std::vector<PairResult> extremePairs(std::span<const PairResult> pairs);

/// Rank correlation of two columns, ties by mean rank; nothing where one column does not vary.
std::optional<double> spearman(std::span<const double> x, std::span<const double> y);
/// Ranks 1 … n, equal values sharing the mean of theirs.
std::vector<double> meanRanks(std::span<const double> values);

/// Means of the shares of flips that went to the teacher, over pairs that have them.
struct MeanRouting {
  std::size_t pairs = 0;
  double positive = 0, negative = 0;
};
std::optional<MeanRouting> meanRouting(std::span<const PairResult> pairs);

}  // namespace gf
