// SPDX-License-Identifier: Apache-2.0
#include "study/ranking.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "knowledge/statistics.h"
#include "study/aggregates.h"

namespace gf {
namespace {

constexpr std::size_t kMostExact = 500;
constexpr double kUnit = 1e12;  // differences are compared in whole multiples of 1 / kUnit

/// P(W ≤ w) and P(W ≥ w) when each rank counts or not with probability ½. Ranks come doubled, so that shared ones are
/// whole numbers.
std::pair<double, double> tails(const std::vector<std::size_t>& doubledRanks, std::size_t w) {
  const std::size_t sum = std::accumulate(doubledRanks.begin(), doubledRanks.end(), std::size_t{0});
  std::vector<double> probability(sum + 1, 0);
  probability[0] = 1;
  std::size_t reached = 0;
  for (const std::size_t rank : doubledRanks) {
    reached += rank;
    for (std::size_t i = reached + 1; i-- > 0;) {
      probability[i] = 0.5 * (probability[i] + (i >= rank ? probability[i - rank] : 0));
    }
  }
  const auto at = probability.begin() + static_cast<std::ptrdiff_t>(w);
  return {std::accumulate(probability.begin(), at + 1, 0.0), std::accumulate(at, probability.end(), 0.0)};
}

/// With the variance that shared ranks leave.
double normalP(const std::vector<double>& ranks, double positive) {
  double sum = 0, squares = 0;
  for (const double rank : ranks) {
    sum += rank;
    squares += rank * rank;
  }
  const double z = (positive - sum / 2) / std::sqrt(squares / 4);
  return std::min(1.0, std::erfc(std::abs(z) / std::sqrt(2.0)));
}

using PairKey = std::pair<std::size_t, std::size_t>;
using Deltas = std::map<PairKey, double>;

Deltas deltasOf(const StudyTable& table, std::size_t setting) {
  Deltas deltas;
  for (const auto& pair : table.pairs) {
    if (pair.setting == setting) deltas[{pair.student, pair.teacher}] = pair.delta;
  }
  return deltas;
}

SettingContest contest(std::size_t a, const Deltas& first, std::size_t b, const Deltas& second) {
  SettingContest result{a, b};
  std::vector<double> differences;
  for (const auto& [key, delta] : first) {
    const auto other = second.find(key);
    if (other == second.end()) continue;
    const double difference = delta - other->second;
    differences.push_back(difference);
    const long long units = std::llround(difference * kUnit);
    ++(units > 0 ? result.wins : units < 0 ? result.losses : result.ties);
  }
  if (differences.empty()) return result;
  result.meanDifference = mean(differences);
  // The exact sign test is McNemar's on wins and losses.
  result.signP = mcnemar(static_cast<std::int64_t>(result.wins), static_cast<std::int64_t>(result.losses));
  result.rankP = wilcoxonSignedRank(differences).p;
  return result;
}

void adjust(std::vector<SettingContest>& contests) {
  std::vector<SettingContest*> order;
  for (auto& each : contests) order.push_back(&each);
  std::stable_sort(order.begin(), order.end(),
                   [](const SettingContest* x, const SettingContest* y) { return x->rankP < y->rankP; });
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, std::min(1.0, static_cast<double>(order.size() - i) * order[i]->rankP));
    order[i]->adjustedP = least;
  }
}

}  // namespace

SignedRanks wilcoxonSignedRank(std::span<const double> differences) {
  std::vector<double> sizes;
  std::vector<bool> above;
  for (const double each : differences) {
    const long long units = std::llround(each * kUnit);
    if (units == 0) continue;
    sizes.push_back(static_cast<double>(std::llabs(units)));
    above.push_back(units > 0);
  }
  SignedRanks result;
  result.pairs = sizes.size();
  if (sizes.empty()) return result;
  const std::vector<double> ranks = meanRanks(sizes);
  std::vector<std::size_t> doubled;
  std::size_t positive = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    doubled.push_back(static_cast<std::size_t>(std::llround(2 * ranks[i])));
    if (above[i]) positive += doubled.back();
  }
  result.positive = static_cast<double>(positive) / 2;
  if (sizes.size() > kMostExact) {
    result.p = normalP(ranks, result.positive);
  } else {
    const auto [low, high] = tails(doubled, positive);
    result.p = std::min(1.0, 2 * std::min(low, high));
  }
  return result;
}

MethodRanking rankMethods(const StudyTable& table) {
  MethodRanking ranking;
  std::vector<std::size_t> settings;
  std::vector<Deltas> deltas;
  for (std::size_t s = 0; s < table.settings.size(); ++s) {
    Deltas own = deltasOf(table, s);
    if (own.empty()) continue;
    settings.push_back(s);
    deltas.push_back(std::move(own));
  }
  if (settings.size() < 2) return ranking;
  std::vector<double> rankSums(settings.size(), 0), deltaSums(settings.size(), 0);
  for (const auto& [key, unused] : deltas.front()) {
    std::vector<double> falling;  // the best has rank 1
    for (const auto& own : deltas) {
      if (const auto found = own.find(key); found != own.end()) {
        falling.push_back(-static_cast<double>(std::llround(found->second * kUnit)));
      }
    }
    if (falling.size() != settings.size()) continue;
    ++ranking.pairs;
    const std::vector<double> ranks = meanRanks(falling);
    for (std::size_t i = 0; i < settings.size(); ++i) {
      rankSums[i] += ranks[i];
      deltaSums[i] += deltas[i].at(key);
    }
  }
  if (ranking.pairs == 0) return ranking;
  const auto pairs = static_cast<double>(ranking.pairs);
  std::vector<std::size_t> order(settings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rankSums[a] < rankSums[b]; });
  for (const std::size_t i : order) ranking.places.push_back({settings[i], rankSums[i] / pairs, deltaSums[i] / pairs});
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      ranking.contests.push_back(contest(settings[order[i]], deltas[order[i]], settings[order[j]], deltas[order[j]]));
    }
  }
  adjust(ranking.contests);
  return ranking;
}

}  // namespace gf
