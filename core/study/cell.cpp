// SPDX-License-Identifier: Apache-2.0
#include "study/cell.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "options/option_table.h"

namespace gf {
namespace {

/// Where and how fast the work was done, and which draw it was; of the rest of the table every option counts.
bool decides(const OptionRecord& record) {
  constexpr std::array<std::string_view, 10> kPlaceAndPace{"seed",          "device",     "threads",    "cache",
                                                           "eval-every",    "save-every", "bad-images", "teachers",
                                                           "teacher-order", "soup-bn"};
  return std::find(kPlaceAndPace.begin(), kPlaceAndPace.end(), record.id) == kPlaceAndPace.end();
}

}  // namespace

TransferOptions settingOf(const TransferOptions& options) {
  TransferOptions setting;
  setting.method = options.method;
  for (const auto& record : transferOptionTable()) {
    if (decides(record) && actsOn(record, options.method)) record.set(setting, record.get(options));
  }
  return setting;
}

std::vector<std::string> settingNames(const std::vector<TransferOptions>& settings) {
  std::vector<std::string> names;
  for (const auto& setting : settings) {
    std::string name(displayName(setting.method));
    for (const auto& record : transferOptionTable()) {
      if (!decides(record) || !actsOn(record, setting.method)) continue;
      const bool varies = std::any_of(settings.begin(), settings.end(), [&](const TransferOptions& other) {
        return other.method == setting.method && record.get(other) != record.get(setting);
      });
      if (!varies) continue;
      name +=
          ", " + std::string(record.symbol.empty() ? record.id : record.symbol) + " " + valueText(record.get(setting));
    }
    names.push_back(std::move(name));
  }
  return names;
}

bool isSelfPair(const StudyCell& cell) {
  return std::any_of(cell.teachers.begin(), cell.teachers.end(),
                     [&](const StudyModel& teacher) { return teacher.sha256 == cell.student.sha256; });
}

std::string pairName(const StudyCell& cell) {
  std::string names;
  for (const auto& teacher : cell.teachers) names += (names.empty() ? "" : " + ") + teacher.name;
  return names + " → " + cell.student.name;
}

}  // namespace gf
