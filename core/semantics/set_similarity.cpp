// SPDX-License-Identifier: Apache-2.0
#include "semantics/set_similarity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/random.h"

namespace gf {
namespace {

/// Σ of row[k] over `others`. Four sums, because additions that wait for each other would be the whole time.
double sumOver(const double* row, std::span<const std::int32_t> others) {
  double sums[4] = {0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= others.size(); i += 4) {
    for (std::size_t j = 0; j < 4; ++j) sums[j] += row[others[i + j]];
  }
  for (; i < others.size(); ++i) sums[0] += row[others[i]];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double pairsOf(std::size_t classes) {
  return static_cast<double>(classes) * static_cast<double>(classes - 1) / 2;
}

/// Rounding must not carry a mean beyond what it is the mean of.
double meanOf(double sum, std::size_t classes) {
  return std::clamp(sum / pairsOf(classes), -1.0, 1.0);
}

double sumOfPairs(const ClassSemantics& semantics, std::span<const std::int32_t> classes) {
  double sum = 0;
  for (std::size_t i = 1; i < classes.size(); ++i) {
    const auto row = static_cast<std::size_t>(classes[i]) * semantics.names.size();
    sum += sumOver(semantics.similarity.data() + row, classes.first(i));
  }
  return sum;
}

void check(const ClassSemantics& semantics, std::span<const std::vector<std::int32_t>> sets) {
  const std::size_t count = semantics.names.size();
  if (semantics.similarity.size() != count * count) {
    failInput("class similarities", "there must be one for each two classes",
              std::to_string(semantics.similarity.size()) + " for " + std::to_string(count) + " classes");
  }
  for (const auto& set : sets) {
    std::set<std::int32_t> seen;
    for (const std::int32_t k : set) {
      if (k >= 0 && static_cast<std::size_t>(k) < count && seen.insert(k).second) continue;
      failInput("class set", "must name classes from 0 to " + std::to_string(count - 1) + ", each once",
                std::to_string(k));
    }
  }
}

/// Mean similarities of random sets, by their size, ascending.
std::map<std::size_t, std::vector<double>> drawn(const ClassSemantics& semantics, const std::set<std::size_t>& sizes,
                                                 std::uint64_t seed, int draws) {
  std::map<std::size_t, std::vector<double>> means;
  if (sizes.empty()) return means;
  const std::size_t count = semantics.names.size(), largest = *sizes.rbegin();
  std::vector<std::int32_t> order(count);
  for (int draw = 0; draw < draws; ++draw) {
    std::iota(order.begin(), order.end(), 0);
    Random random(mix(seed, static_cast<std::uint64_t>(draw)));
    random.shuffle(order);
    double sum = 0;
    for (std::size_t i = 1; i < largest; ++i) {
      const double* row = semantics.similarity.data() + static_cast<std::size_t>(order[i]) * count;
      sum += sumOver(row, {order.data(), i});
      if (sizes.contains(i + 1)) means[i + 1].push_back(meanOf(sum, i + 1));
    }
  }
  for (auto& [size, values] : means) std::sort(values.begin(), values.end());
  return means;
}

double quantile(const std::vector<double>& ascending, double share) {
  const double place = share * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  return ascending[below] + (place - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

}  // namespace

std::optional<double> meanSimilarity(const ClassSemantics& semantics, std::span<const std::int32_t> classes) {
  if (classes.size() < 2) return std::nullopt;
  return meanOf(sumOfPairs(semantics, classes), classes.size());
}

std::vector<SetSimilarity> setSimilarities(const ClassSemantics& semantics,
                                           std::span<const std::vector<std::int32_t>> sets, std::uint64_t seed,
                                           int draws) {
  constexpr double kRounding = 1e-12;  // equal sets summed in another order
  check(semantics, sets);
  if (draws < 1) failUsage("draws", "must be at least 1", std::to_string(draws));
  std::vector<std::int32_t> all(semantics.names.size());
  std::iota(all.begin(), all.end(), 0);
  const auto whole = meanSimilarity(semantics, all);
  std::set<std::size_t> sizes;
  for (const auto& set : sets) {
    if (set.size() > 1) sizes.insert(set.size());
  }
  const auto random = drawn(semantics, sizes, seed, draws);
  std::vector<SetSimilarity> results;
  for (const auto& set : sets) {
    SetSimilarity& result = results.emplace_back();
    result.classes = set.size();
    if (set.size() < 2) continue;
    // Ascending, so that one set has one sum; all classes then have that of all classes.
    std::vector<std::int32_t> ordered = set;
    std::sort(ordered.begin(), ordered.end());
    result.similarity = meanSimilarity(semantics, ordered);
    const auto& means = random.at(set.size());
    result.similarityLow = quantile(means, 0.025);
    result.similarityHigh = quantile(means, 0.975);
    const auto less = std::lower_bound(means.begin(), means.end(), *result.similarity - kRounding) - means.begin();
    result.chance = static_cast<double>(1 + draws - less) / (1.0 + draws);
    if (*whole <= 0) continue;
    const auto percent = [&](double mean) { return 100 * (mean / *whole - 1); };
    result.difference = percent(*result.similarity);
    result.bandLow = percent(result.similarityLow);
    result.bandHigh = percent(result.similarityHigh);
  }
  return results;
}

}  // namespace gf
