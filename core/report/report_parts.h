// SPDX-License-Identifier: Apache-2.0
// What the files that build a report share; for nobody else.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "report/report.h"

namespace gf {

/// How many evaluation samples the key `partition` shows, evenly spread over the set (Fig. 3).
inline constexpr std::size_t kPartitionSamples = 128;

/// A value, or null with the reason beside it: JSON has no NaN.
void put(nlohmann::ordered_json& object, const std::string& key, const std::optional<double>& value,
         const char* reason);
nlohmann::ordered_json countsJson(const OutcomeCounts& counts);

/// The most images that the key `left_out` names.
inline constexpr std::size_t kLeftOutNamed = 100;
/// The key `left_out` of `holder`: how many images were left out, and the first of their lines. Nothing without any.
void putLeftOut(nlohmann::ordered_json& holder, const std::vector<std::string>& lines);

/// What draws the report's intervals: the run's seed, 0 for a comparison.
std::uint64_t reportSeed(const ReportInput& input);
/// How sure the difference in accuracy of a pair is: the keys `delta_accuracy_ci95` and `mcnemar_p`.
void putDifference(nlohmann::ordered_json& entry, const OutcomeCounts& counts, std::uint64_t seed);
/// The key `said_instead`: of both kinds of flips, their number, how many pairs of truth and answer they make, and the
/// 20 largest of these.
nlohmann::ordered_json saidInsteadJson(const ReportInput& input, std::size_t teacher);
/// The key `partition`: of up to kPartitionSamples samples, how sure both models are of the label and of their own
/// answer; null with the reason where there are no logits.
void putPartition(nlohmann::ordered_json& entry, const ReportInput& input, std::size_t teacher);

/// The key `transfer`. `before` and `after` hold the student at both moments against every teacher.
nlohmann::ordered_json transferJson(const ReportInput& input, const Change& change,
                                    const std::vector<PairKnowledge>& before, const std::vector<PairKnowledge>& after);

}  // namespace gf
