// SPDX-License-Identifier: Apache-2.0
#include "knowledge/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/random.h"

namespace gf {
namespace {

constexpr double kTwoPi = 6.283185307179586476925286766559;

/// log n! minus Stirling's log(√(2πn)·(n/e)ⁿ): small, so that large log-gammas never cancel (Loader 2000).
double stirlingError(std::int64_t n) {
  constexpr std::int64_t kSeriesFrom = 16;
  const auto x = static_cast<double>(n);
  if (n < kSeriesFrom) {
    double factorial = 1;
    for (std::int64_t i = 2; i <= n; ++i) factorial *= static_cast<double>(i);
    return n == 0 ? 0 : std::log(factorial) - (x + 0.5) * std::log(x) + x - 0.5 * std::log(kTwoPi);
  }
  const double square = 1 / (x * x);
  return (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188)))) / x;
}

/// x·log(x/m) + m − x without cancellation near x = m.
double deviance(double x, double m) {
  if (std::abs(x - m) >= 0.1 * (x + m)) return x * std::log(x / m) + m - x;
  const double v = (x - m) / (x + m);
  double sum = (x - m) * v, term = 2 * x * v;
  for (int j = 1; j < 1000; ++j) {
    term *= v * v;
    const double next = sum + term / (2 * j + 1);
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

/// Probability of k successes in n trials.
double binomialPoint(std::int64_t k, std::int64_t n, double p) {
  const auto trials = static_cast<double>(n), wins = static_cast<double>(k), fails = static_cast<double>(n - k);
  if (k == 0) return std::exp(trials * std::log1p(-p));
  if (k == n) return std::exp(trials * std::log(p));
  const double exponent = stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(wins, trials * p) -
                          deviance(fails, trials * (1 - p));
  return std::exp(exponent) * std::sqrt(trials / (kTwoPi * wins * fails));
}

/// Uniform in [0, 1), 53 bits.
double uniform(Random& random) {
  constexpr double kStep = 1.0 / 9007199254740992.0;
  return static_cast<double>(random.next() >> 11) * kStep;
}

/// A binomial draw by inversion from the mode outwards: exact, about √n steps, and the same on every machine where
/// std::binomial_distribution is whatever the library's author chose.
std::int64_t drawBinomial(Random& random, std::int64_t n, double p) {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  const double odds = p / (1 - p);
  const auto mode = std::min(n, static_cast<std::int64_t>((static_cast<double>(n) + 1) * p));
  const double peak = binomialPoint(mode, n, p);
  double left = uniform(random) - peak;
  std::int64_t low = mode, high = mode;
  double atLow = peak, atHigh = peak;
  while (left >= 0) {
    if (low == 0 && high == n) return mode;  // what rounding left over
    if (high < n) {
      atHigh *= odds * static_cast<double>(n - high) / static_cast<double>(high + 1);
      left -= atHigh;
      if (++high; left < 0) return high;
    }
    if (low > 0) {
      atLow *= static_cast<double>(low) / (odds * static_cast<double>(n - low + 1));
      left -= atLow;
      if (--low; left < 0) return low;
    }
    if (atLow < 1e-18 && atHigh < 1e-18) return mode;
  }
  return mode;
}

/// Linear interpolation between order statistics; `sorted` is not empty.
double quantile(const std::vector<std::int64_t>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const auto above = std::min(below + 1, sorted.size() - 1);
  const auto low = static_cast<double>(sorted[below]), high = static_cast<double>(sorted[above]);
  return low + (position - static_cast<double>(below)) * (high - low);
}

void requireValues(std::span<const double> values) {
  if (values.empty()) failUsage("statistics", "there must be at least one value", "none");
}

}  // namespace

double mcnemar(std::int64_t gained, std::int64_t lost) {
  if (gained < 0 || lost < 0) {
    failUsage("McNemar test", "counts must not be negative", std::to_string(gained) + " and " + std::to_string(lost));
  }
  const std::int64_t n = gained + lost, fewer = std::min(gained, lost);
  if (2 * fewer + 1 >= n) return 1;  // the two tails meet
  // P(X ≤ fewer), from its largest term downwards: the ratios fall, so the sum ends after about √n terms.
  double sum = 1, term = 1;
  for (std::int64_t k = fewer; k > 0; --k) {
    term *= static_cast<double>(k) / static_cast<double>(n - k + 1);
    sum += term;
    if (term < sum * 1e-18) break;
  }
  return std::min(1.0, 2 * sum * binomialPoint(fewer, n, 0.5));
}

Interval bootstrapDelta(std::int64_t gained, std::int64_t lost, std::int64_t samples, std::uint64_t seed, int draws) {
  if (gained < 0 || lost < 0 || samples <= 0 || gained + lost > samples) {
    failUsage("bootstrap", "gained and lost must be counts among the samples",
              std::to_string(gained) + " and " + std::to_string(lost) + " of " + std::to_string(samples));
  }
  if (draws < 1) failUsage("bootstrap", "there must be at least one draw", std::to_string(draws));
  Random random(seed);
  const std::int64_t changed = gained + lost;
  const double changedShare = static_cast<double>(changed) / static_cast<double>(samples);
  const double gainedShare = changed ? static_cast<double>(gained) / static_cast<double>(changed) : 0;
  std::vector<std::int64_t> deltas(static_cast<std::size_t>(draws));
  for (auto& delta : deltas) {
    const std::int64_t among = drawBinomial(random, samples, changedShare);
    delta = 2 * drawBinomial(random, among, gainedShare) - among;
  }
  std::sort(deltas.begin(), deltas.end());
  const auto n = static_cast<double>(samples);
  return {quantile(deltas, 0.025) / n, quantile(deltas, 0.975) / n};
}

Interval wilson(std::int64_t successes, std::int64_t samples) {
  constexpr double kZ = 1.959963984540054;  // 97.5 % of the normal distribution
  if (samples <= 0) return {0, 1};
  const auto n = static_cast<double>(samples);
  const double share = static_cast<double>(successes) / n, square = kZ * kZ;
  const double centre = (share + square / (2 * n)) / (1 + square / n);
  const double half = kZ * std::sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

double mean(std::span<const double> values) {
  requireValues(values);
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median(std::span<const double> values) {
  requireValues(values);
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

double populationDeviation(std::span<const double> values) {
  const double middle = mean(values);
  double squares = 0;
  for (const double each : values) squares += (each - middle) * (each - middle);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

}  // namespace gf
