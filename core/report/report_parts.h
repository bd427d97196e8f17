// SPDX-License-Identifier: Apache-2.0
// What the files that build a report share; for nobody else.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "report/report.h"

namespace gf {

/// A value, or null with the reason beside it: JSON has no NaN.
void put(nlohmann::ordered_json& object, const std::string& key, const std::optional<double>& value,
         const char* reason);
nlohmann::ordered_json countsJson(const OutcomeCounts& counts);

/// The key `transfer`. `before` and `after` hold the student at both moments against every teacher.
nlohmann::ordered_json transferJson(const ReportInput& input, const Change& change,
                                    const std::vector<PairKnowledge>& before, const std::vector<PairKnowledge>& after);

}  // namespace gf
