// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "study/cell.h"

namespace gf {

/// One student and one teacher under one setting: the mean over its seeds, and each seed.
struct PairResult {
  std::size_t setting = 0, student = 0, teacher = 0;  ///< Positions in the table's settings and models.
  std::vector<std::uint64_t> seeds;                   ///< Rising.
  std::vector<double> deltas;                         ///< By seed.
  double deltaAccuracy = 0;                           ///< acc(teacher) − acc(student).
  double delta = 0, gain = 0, loss = 0, deltaPositive = 0, deltaNegative = 0;  ///< Means over the seeds.
  std::vector<SetRate> rates;  ///< Means over the seeds; nothing where a seed has none.
  std::optional<double> routedPositive, routedNegative;
};

/// One student with several teachers.
struct TeamResult {
  std::size_t setting = 0, student = 0;
  std::vector<std::size_t> teachers;  ///< Rising.
  TeacherMode mode = TeacherMode::Sequential;
  std::vector<std::uint64_t> seeds;
  std::vector<double> deltas;
  double delta = 0;  ///< Mean over the seeds.
  /// Of a sequential one: its stages' teachers, and the means over the seeds at each evaluation; empty where the seeds
  /// took different ways.
  std::vector<std::string> stages;
  std::vector<EvaluationRecord> course;
};

/// What the grid of students × teachers × seeds lacks under one setting.
struct MissingPairs {
  std::size_t setting = 0, missing = 0, all = 0;  ///< Pairs.
  std::string pairs;                              ///< "a → b, c → d (seed 2)"
};

/// The cells of a study on one data set, sorted. What is not in it is named.
struct StudyTable {
  std::string data;                ///< What all of it was evaluated on.
  std::vector<StudyModel> models;  ///< Of different names ("net (2)" where two share one), in the order they came.
  std::vector<TransferOptions> settings;
  std::vector<std::string> settingNames;
  std::vector<std::uint64_t> seeds;  ///< All that occur, rising.
  std::vector<PairResult> pairs;     ///< By setting, then student, then teacher.
  std::vector<TeamResult> teams;
  std::vector<std::size_t> students, teachers;  ///< Who learns and who teaches in a pair, in the order of `models`.
  std::vector<std::string> selfPairs;           ///< Excluded: "KL+DP: a → a".
  std::vector<MissingPairs> missing;            ///< By setting; those that lack nothing are not there.
  std::vector<std::string> leftOut;             ///< A line each with its reason: cells of other data, repeated cells.

  std::vector<PairResult> pairsOf(std::size_t setting) const;
  std::string pairName(const PairResult& pair) const;
};

/// Sorts cells into a table. Where cells speak of several data sets those of the most frequent one count; of two cells
/// of the same pair, setting and seed the first counts. Throws Error(Input) naming `subject` when no cell is left.
StudyTable studyTable(const std::vector<StudyCell>& cells, const std::string& subject);

}  // namespace gf
