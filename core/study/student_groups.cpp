// SPDX-License-Identifier: Apache-2.0
// Which students can be compared for one property alone (Fig. 8), and students with several teachers (tables 4, 9).
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "knowledge/statistics.h"
#include "study/aggregates.h"

namespace gf {
namespace {

constexpr double kAlikeSizes = 1.5;  // factor
constexpr double kAlikeAccuracies = 0.02;
constexpr std::size_t kSizes = 3;

double sizeRatio(const StudyModel& a, const StudyModel& b) {
  const auto x = static_cast<double>(a.parameters), y = static_cast<double>(b.parameters);
  return std::max(x, y) / std::max(1.0, std::min(x, y));
}

/// Whether two students share what is not being looked at.
bool alike(const StudyModel& a, const StudyModel& b, StudentProperty property) {
  if (familyOf(a) != familyOf(b)) return false;
  if (property == StudentProperty::Accuracy) return sizeRatio(a, b) <= kAlikeSizes;
  return std::abs(a.accuracy - b.accuracy) <= kAlikeAccuracies;
}

double valueOf(const StudyModel& model, StudentProperty property) {
  return property == StudentProperty::Accuracy ? model.accuracy : static_cast<double>(model.parameters);
}

/// The single transfers of a team's teachers, deltas.
std::vector<double> singlesOf(const StudyTable& table, const TeamResult& team) {
  std::vector<double> deltas;
  for (const auto& pair : table.pairs) {
    const bool taught = std::binary_search(team.teachers.begin(), team.teachers.end(), pair.teacher);
    if (pair.setting == team.setting && pair.student == team.student && taught) deltas.push_back(pair.delta);
  }
  return deltas;
}

}  // namespace

std::vector<AlikeStudents> alikeStudents(const StudyTable& table, std::span<const StudentMean> means,
                                         StudentProperty property) {
  const auto model = [&](std::size_t i) -> const StudyModel& { return table.models[means[i].student]; };
  std::vector<std::size_t> order(means.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // What must agree comes first, so that those that are alike are neighbours.
  const StudentProperty other =
      property == StudentProperty::Accuracy ? StudentProperty::Parameters : StudentProperty::Accuracy;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(familyOf(model(a)), valueOf(model(a), other)) <
           std::pair(familyOf(model(b)), valueOf(model(b), other));
  });
  std::vector<AlikeStudents> groups;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool joins = i > 0 && alike(model(order[i - 1]), model(order[i]), property);
    if (!joins) groups.push_back({familyOf(model(order[i])), {}});
    groups.back().means.push_back(order[i]);
  }
  std::erase_if(groups, [](const AlikeStudents& group) { return group.means.size() < 2; });
  for (auto& group : groups) {
    std::stable_sort(group.means.begin(), group.means.end(), [&](std::size_t a, std::size_t b) {
      return valueOf(model(a), property) < valueOf(model(b), property);
    });
  }
  return groups;
}

std::vector<SizeMean> sizeMeans(const StudyTable& table, std::span<const StudentMean> means) {
  std::vector<std::size_t> order(means.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return table.models[means[a].student].parameters < table.models[means[b].student].parameters;
  });
  std::map<std::pair<std::string, std::size_t>, std::vector<double>> groups;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const StudentMean& each = means[order[i]];
    groups[{familyOf(table.models[each.student]), i * kSizes / order.size()}].push_back(each.delta.mean);
  }
  std::vector<SizeMean> result;
  for (const auto& [key, deltas] : groups) result.push_back({key.first, key.second, deltas.size(), meanStd(deltas)});
  return result;
}

std::vector<TeamSummary> teamSummaries(const StudyTable& table) {
  std::vector<TeamSummary> summaries;
  for (const auto& team : table.teams) {
    const auto same = [&](const TeamSummary& each) {
      return each.setting == team.setting && each.student == team.student && each.teachers == team.teachers;
    };
    auto found = std::find_if(summaries.begin(), summaries.end(), same);
    if (found == summaries.end()) {
      TeamSummary summary{team.setting, team.student, team.teachers, 0, {}, {}, {}, {}, {}, {}};
      if (const auto singles = singlesOf(table, team); !singles.empty()) {
        summary.singles = singles.size();
        summary.singleMean = mean(singles);
        summary.singleLeast = *std::min_element(singles.begin(), singles.end());
        summary.singleMost = *std::max_element(singles.begin(), singles.end());
      }
      found = summaries.insert(summaries.end(), std::move(summary));
    }
    (team.mode == TeacherMode::Sequential ? found->sequential
     : team.mode == TeacherMode::Parallel ? found->parallel
                                          : found->soup) = team.delta;
  }
  return summaries;
}

}  // namespace gf
