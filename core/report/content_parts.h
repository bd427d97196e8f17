// SPDX-License-Identifier: Apache-2.0
// What the files that make a report's pages share; for nobody else.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "report/report_content.h"

namespace gf {

/// "4.2 M", "97 k", "812".
std::string parametersText(std::int64_t parameters);
/// The first twelve digits of a hash.
std::string shortHash(const std::string& sha256);
/// "0.0031", "< 0.0001".
std::string pText(double p);
/// "+1.67 (1.20 to 2.10)", in points, of shares.
std::string differenceCell(double difference, const nlohmann::ordered_json& interval);
/// "973 (9.7 %)"; "–" for null.
std::string shareCell(const nlohmann::ordered_json& share, std::int64_t samples);

/// " Left out of the evaluation split: 3 images that could not be read (a.jpg: must …, b.jpg: …)." where `holder` has
/// the key `left_out`, else nothing.
std::string leftOutSentence(const nlohmann::ordered_json& holder, const std::string& split);

/// The pages of a pair or a run but for how it was made, of all and of a shelf.
ReportContent pairContent(const Result& result);
ReportContent shelfContent(const Result& result);
ContentSection madeSection(const nlohmann::ordered_json& report);

/// The classes of a pair or a run: of many the largest differences first, and all of them folded away.
ContentSection classSection(const nlohmann::ordered_json& report);

}  // namespace gf
