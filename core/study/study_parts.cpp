// SPDX-License-Identifier: Apache-2.0
#include "study/study_parts.h"

#include <algorithm>

#include "report/text.h"

namespace gf {

std::string settingId(const StudyTable& study, std::size_t setting) {
  std::string id(idOf(study.settings[setting].method));
  const std::string name = study.settingNames[setting];
  const std::size_t comma = name.find(", ");
  if (comma != std::string::npos) id += "-" + fileNameText(name.substr(comma + 2));
  return id;
}

std::string missingNote(const StudyTable& study, std::size_t setting) {
  for (const auto& each : study.missing) {
    if (each.setting != setting) continue;
    return std::to_string(each.missing) + " of " + pairCount(each.all) + (each.missing == 1 ? " is" : " are") +
           " missing or lack" + (each.missing == 1 ? "s" : "") + " a seed";
  }
  return {};
}

std::vector<std::size_t> pairedSettings(const StudyTable& study) {
  std::vector<std::size_t> settings;
  for (std::size_t s = 0; s < study.settings.size(); ++s) {
    const auto own = [&](const PairResult& pair) { return pair.setting == s; };
    if (std::any_of(study.pairs.begin(), study.pairs.end(), own)) settings.push_back(s);
  }
  return settings;
}

std::string binText(const DeltaBin& bin) {
  return signedString(kPercent * bin.low, 1) + " to " + signedString(kPercent * bin.high, 1);
}

std::string pointsText(double value) {
  return signedString(kPercent * value, 2);
}

std::string pointsText(const MeanStd& value) {
  return pointsText(value.mean) + " ± " + fixedText(kPercent * value.deviation, 2);
}

std::string pairCount(std::size_t pairs) {
  return countedText(static_cast<std::int64_t>(pairs), "pair", "pairs");
}

std::vector<double> studyEdges(const StudyTable& study) {
  return study.pairs.empty() ? std::vector<double>{} : equalWidths(study.pairs, kDeltaBins);
}

}  // namespace gf
