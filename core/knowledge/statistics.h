// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace gf {

/// Two-sided exact McNemar test for gained and lost counts: the binomial probability, at p = ½ and n = gained + lost,
/// of a split at least this uneven; 1 when both are 0. Exact at every size (log-gamma), never the χ² approximation.
double mcnemar(std::int64_t gained, std::int64_t lost);

struct Interval {
  double low = 0, high = 0;
};
/// Percentile bootstrap interval (95 %) of (gained − lost) / samples, resampling samples with replacement `draws` times
/// by `seed`. Depends only on the three counts, so it draws multinomial counts and not single samples.
Interval bootstrapDelta(std::int64_t gained, std::int64_t lost, std::int64_t samples, std::uint64_t seed,
                        int draws = 2000);

/// Wilson's interval (95 %) of a share of `samples` independent samples, 0–1; {0, 1} without samples.
Interval wilson(std::int64_t successes, std::int64_t samples);

double mean(std::span<const double> values);
double median(std::span<const double> values);
/// Population standard deviation (ddof 0), the ± of the tables. Throws Error(Usage) when empty, as the two above.
double populationDeviation(std::span<const double> values);

}  // namespace gf
