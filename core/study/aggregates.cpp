// SPDX-License-Identifier: Apache-2.0
#include "study/aggregates.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.h"
#include "knowledge/statistics.h"

namespace gf {
namespace {

double quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

void requirePairs(std::span<const PairResult> pairs) {
  if (pairs.empty()) failUsage("study", "there must be at least one pair", "none");
}

/// The rate over all pairs, seed by seed; nothing where the pairs differ in their seeds.
std::optional<MeanStd> successOverSeeds(std::span<const PairResult> pairs) {
  const auto& seeds = pairs.front().seeds;
  std::vector<double> rates(seeds.size(), 0);
  for (const auto& pair : pairs) {
    if (pair.seeds != seeds) return std::nullopt;
    for (std::size_t i = 0; i < seeds.size(); ++i) rates[i] += isSuccess(pair.deltas[i]) ? 1 : 0;
  }
  if (seeds.size() < 2) return std::nullopt;
  for (double& rate : rates) rate /= static_cast<double>(pairs.size());
  return meanStd(rates);
}

DeltaBin binOf(double low, double high, const std::vector<const PairResult*>& members) {
  DeltaBin bin{low, high, members.size()};
  std::vector<double> deltas, gaps;
  for (const PairResult* pair : members) {
    deltas.push_back(pair->delta);
    gaps.push_back(pair->deltaAccuracy);
  }
  bin.gap = mean(gaps);
  bin.mean = mean(deltas);
  bin.median = median(deltas);
  std::sort(deltas.begin(), deltas.end(), std::greater<>());
  deltas.resize((deltas.size() + 3) / 4);
  bin.bestQuarter = mean(deltas);
  return bin;
}

MeanStd meanOrNothing(const std::vector<double>& values) {
  return values.empty() ? MeanStd{} : meanStd(values);
}

std::optional<MeanStd> meanIfAny(const std::vector<double>& values) {
  return values.empty() ? std::nullopt : std::optional(meanStd(values));
}

/// The pairs of each student, students in rising order.
std::map<std::size_t, std::vector<const PairResult*>> byStudent(std::span<const PairResult> pairs) {
  std::map<std::size_t, std::vector<const PairResult*>> groups;
  for (const auto& pair : pairs) groups[pair.student].push_back(&pair);
  return groups;
}

template <class Value>
std::vector<double> column(const std::vector<const PairResult*>& pairs, const Value& value) {
  std::vector<double> values;
  for (const PairResult* pair : pairs) {
    if (const std::optional<double> each = value(*pair)) values.push_back(*each);
  }
  return values;
}

}  // namespace

MeanStd meanStd(std::span<const double> values) {
  return {mean(values), populationDeviation(values)};
}

FiveNumbers fiveNumbers(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  if (sorted.empty()) failUsage("statistics", "there must be at least one value", "none");
  std::sort(sorted.begin(), sorted.end());
  return {sorted.front(), quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75), sorted.back()};
}

bool isSuccess(double delta) {
  return delta > 1e-12;
}

SuccessRates successRates(std::span<const PairResult> pairs) {
  requirePairs(pairs);
  SuccessRates all;
  std::vector<double> rates;
  for (const auto& [student, own] : byStudent(pairs)) {
    SuccessRates::Student entry{student, 0, own.size()};
    for (const PairResult* pair : own) entry.successes += isSuccess(pair->delta) ? 1U : 0U;
    all.successes += entry.successes;
    all.pairs += entry.teachers;
    rates.push_back(entry.rate());
    all.students.push_back(entry);
  }
  all.overStudents = fiveNumbers(rates);
  all.overSeeds = successOverSeeds(pairs);
  return all;
}

std::vector<DeltaBin> binnedDeltas(std::span<const PairResult> pairs, std::span<const double> edges) {
  requirePairs(pairs);
  std::vector<DeltaBin> bins;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    std::vector<const PairResult*> members;
    for (const auto& pair : pairs) {
      const bool last = i + 2 == edges.size();
      const double gap = pair.deltaAccuracy;
      if (gap >= edges[i] && (gap < edges[i + 1] || (last && gap == edges[i + 1]))) members.push_back(&pair);
    }
    if (!members.empty()) bins.push_back(binOf(edges[i], edges[i + 1], members));
  }
  return bins;
}

std::vector<double> equalWidths(std::span<const PairResult> pairs, std::size_t bins) {
  requirePairs(pairs);
  double low = pairs.front().deltaAccuracy, high = low;
  for (const auto& pair : pairs) {
    low = std::min(low, pair.deltaAccuracy);
    high = std::max(high, pair.deltaAccuracy);
  }
  if (low == high) return {low, high};
  std::vector<double> edges;
  for (std::size_t i = 0; i < bins; ++i) {
    edges.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(bins));
  }
  edges.push_back(high);
  return edges;
}

std::string familyOf(const StudyModel& model) {
  return model.family.empty() ? "other" : model.family;
}

std::vector<FamilyRate> ratesByFamily(const StudyTable& table, std::span<const PairResult> pairs) {
  requirePairs(pairs);
  std::vector<std::string> families;
  for (const std::size_t student : table.students) {
    const std::string family = familyOf(table.models[student]);
    if (std::find(families.begin(), families.end(), family) == families.end()) families.push_back(family);
  }
  std::vector<FamilyRate> rates;
  for (const auto& family : families) {
    for (std::size_t p = 0; p < pairs.front().rates.size(); ++p) {
      std::vector<double> paper, strict;
      for (const auto& pair : pairs) {
        if (familyOf(table.models[pair.student]) != family || p >= pair.rates.size()) continue;
        if (pair.rates[p].paper) paper.push_back(*pair.rates[p].paper);
        if (pair.rates[p].strict) strict.push_back(*pair.rates[p].strict);
      }
      if (paper.empty()) continue;
      rates.push_back({family, pairs.front().rates[p].percent, paper.size(), meanStd(paper), meanOrNothing(strict)});
    }
  }
  return rates;
}

std::vector<StudentMean> studentMeans(std::span<const PairResult> pairs) {
  requirePairs(pairs);
  std::vector<StudentMean> means;
  for (const auto& [student, own] : byStudent(pairs)) {
    const auto of = [&](double PairResult::*member) {
      return meanStd(column(own, [&](const PairResult& pair) { return std::optional(pair.*member); }));
    };
    const auto rate = [&](std::optional<double> SetRate::*member) {
      return meanIfAny(column(
          own, [&](const PairResult& pair) { return pair.rates.empty() ? std::nullopt : pair.rates.back().*member; }));
    };
    means.push_back({student, own.size(), of(&PairResult::delta), of(&PairResult::deltaPositive),
                     of(&PairResult::deltaNegative), rate(&SetRate::paper), rate(&SetRate::strict)});
  }
  return means;
}

std::vector<PairResult> extremePairs(std::span<const PairResult> pairs) {
  std::vector<PairResult> found;
  const auto weaker = [](const PairResult* a, const PairResult* b) { return a->deltaAccuracy < b->deltaAccuracy; };
  for (const auto& [student, own] : byStudent(pairs)) {
    const auto [least, most] = std::minmax_element(own.begin(), own.end(), weaker);
    found.push_back(**most);
    if ((*least)->teacher != (*most)->teacher) found.push_back(**least);
  }
  return found;
}

std::vector<double> meanRanks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    const double shared = static_cast<double>(from + 1 + to) / 2;
    for (; from < to; ++from) ranks[order[from]] = shared;
  }
  return ranks;
}

std::optional<double> spearman(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size())
    failUsage("rank correlation", "both columns must be equally long", std::to_string(y.size()));
  if (x.size() < 2) return std::nullopt;
  const std::vector<double> a = meanRanks(x), b = meanRanks(y);
  const double middle = (static_cast<double>(x.size()) + 1) / 2;
  double both = 0, first = 0, second = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - middle) * (b[i] - middle);
    first += (a[i] - middle) * (a[i] - middle);
    second += (b[i] - middle) * (b[i] - middle);
  }
  if (first == 0 || second == 0) return std::nullopt;
  return both / std::sqrt(first * second);
}

std::optional<MeanRouting> meanRouting(std::span<const PairResult> pairs) {
  std::vector<double> positive, negative;
  for (const auto& pair : pairs) {
    if (!pair.routedPositive || !pair.routedNegative) continue;
    positive.push_back(*pair.routedPositive);
    negative.push_back(*pair.routedNegative);
  }
  if (positive.empty()) return std::nullopt;
  return MeanRouting{positive.size(), mean(positive), mean(negative)};
}

}  // namespace gf
