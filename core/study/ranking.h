// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "study/study_table.h"

namespace gf {

/// Wilcoxon's signed-rank test, two-sided, of paired differences. Zeros are dropped, equal sizes share their mean rank.
/// Differences closer than 1e-12 count as equal: they are shares of images, and rounding must not rank them.
struct SignedRanks {
  std::size_t pairs = 0;  ///< Without zeros.
  double positive = 0;    ///< Sum of the ranks of positive differences.
  double p = 1;  ///< Exact up to 500 pairs (ties included), then by the normal distribution with ties corrected.
};
SignedRanks wilcoxonSignedRank(std::span<const double> differences);

/// Two settings over the pairs that both have.
struct SettingContest {
  std::size_t a = 0, b = 0;                    ///< Positions in the table's settings; a is ranked higher.
  std::size_t wins = 0, ties = 0, losses = 0;  ///< Pairs in which a's delta is above, equal to, below b's.
  double meanDifference = 0;                   ///< Of a's delta minus b's.
  double signP = 1, rankP = 1;                 ///< Exact sign test; Wilcoxon.
  double adjustedP = 1;                        ///< rankP after Holm's correction over all contests.
};

/// Who does best over the same pairs.
struct MethodRanking {
  std::size_t pairs = 0;  ///< That every ranked setting has.
  struct Place {
    std::size_t setting = 0;
    double meanRank = 0;   ///< Over those pairs, 1 the best, ties sharing.
    double meanDelta = 0;  ///< Over those pairs.
  };
  std::vector<Place> places;  ///< Best mean rank first.
  std::vector<SettingContest> contests;
};
/// Over settings that have pairs. Without pairs common to all of them, and for fewer than two settings, it is empty.
/// The tests take pairs as independent, which pairs that share a student or a teacher are not: their p is optimistic.
MethodRanking rankMethods(const StudyTable& table);

}  // namespace gf
