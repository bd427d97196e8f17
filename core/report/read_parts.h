// SPDX-License-Identifier: Apache-2.0
// What the files that read a report share; for nobody else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "report/json_text.h"

namespace gf {

/// How many of each a report holds.
struct ReportSizes {
  std::size_t teachers = 0, classes = 0;
  std::int64_t samples = 0;
};

inline constexpr double kAnyNumber = std::numeric_limits<double>::infinity();
inline constexpr std::int64_t kAnyCount = std::numeric_limits<std::int64_t>::max();

/// The four outcome counts, which must sum to `samples`.
void checkCounts(const JsonReader& holder, const char* key, std::int64_t samples);
/// `left` must equal `right` but for rounding.
void checkEqual(const JsonReader& holder, const char* key, const char* rule, double left, double right);
/// Two numbers from −1 to 1, from low to high.
void checkInterval(const JsonReader& holder, const char* key);

/// The key `left_out` where it is there: a count and at most so many lines, the first kLeftOutNamed.
void checkLeftOut(const JsonReader& holder);

/// The key `precision` where it is there: what a run trained in.
void checkPrecision(const JsonReader& run);

/// The keys `before` (`detailed`) and `after`.
void checkMoment(const JsonReader& moment, const ReportSizes& sizes, bool detailed);
void checkTransfer(const JsonReader& transfer, const ReportSizes& sizes);

}  // namespace gf
