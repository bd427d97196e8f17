// SPDX-License-Identifier: Apache-2.0
// What the files that make a report's figures share; for nobody else.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "report/figure.h"

namespace gf {

/// "87 of 1,000 images".
std::string ofText(std::int64_t count, std::int64_t samples);
/// Whole samples behind a share that was written as a fraction of whole counts.
std::int64_t countOf(double share, std::int64_t samples);
/// "+4.28 points (95 % interval 3.5 to 5.1)"; difference and bounds are shares.
std::string differenceText(double difference, const nlohmann::ordered_json& interval);
/// `id`, numbered when it was used before.
std::string uniqueId(const std::string& id, std::set<std::string>& used);

struct OutcomePart {
  const char *key, *label;
  Role role;
};
inline constexpr OutcomePart kOutcomeParts[] = {{"both_right", "Both right", Role::BothRight},
                                                {"only_teacher", "Only the teacher", Role::Gain},
                                                {"only_student", "Only the student", Role::Loss},
                                                {"both_wrong", "Both wrong", Role::BothWrong}};

/// Of the original student and teacher `t`: "outcomes", "flips", "said-instead", "partition" and "partition-unsup".
std::vector<Figure> pairFigures(const nlohmann::ordered_json& report, std::size_t t);
/// What a transfer changed, from the report alone: "class-changes", "gain-against-loss", "transfer-rate", "routing".
std::vector<Figure> changeFigures(const nlohmann::ordered_json& report);
/// How it went, from the lines of metrics.jsonl too.
std::vector<Figure> courseFigures(const nlohmann::ordered_json& report, const std::vector<nlohmann::json>& metrics);

}  // namespace gf
