// SPDX-License-Identifier: Apache-2.0
#include "study/study_table.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/error.h"
#include "knowledge/statistics.h"
#include "options/option_table.h"

namespace gf {
namespace {

using Cells = std::vector<const StudyCell*>;

/// The data that most cells speak of; the first of equally frequent ones.
std::string mainData(const std::vector<StudyCell>& cells) {
  std::map<std::string, std::size_t> counts;
  for (const auto& cell : cells) ++counts[cell.data];
  std::string most;
  for (const auto& cell : cells) {
    if (most.empty() || counts[cell.data] > counts[most]) most = cell.data;
  }
  return most;
}

std::size_t modelIn(StudyTable& table, const StudyModel& model) {
  for (std::size_t i = 0; i < table.models.size(); ++i) {
    if (table.models[i].sha256 == model.sha256) return i;
  }
  StudyModel added = model;
  const auto isTaken = [&] {
    return std::any_of(table.models.begin(), table.models.end(),
                       [&](const auto& each) { return each.name == added.name; });
  };
  for (int number = 2; isTaken(); ++number) added.name = model.name + " (" + std::to_string(number) + ")";
  table.models.push_back(std::move(added));
  return table.models.size() - 1;
}

/// Settings in the order of the methods, then of their options' text, whatever order the cells came in.
void collectSettings(StudyTable& table, const Cells& cells) {
  for (const StudyCell* cell : cells) {
    const TransferOptions setting = settingOf(cell->options);
    if (std::find(table.settings.begin(), table.settings.end(), setting) == table.settings.end()) {
      table.settings.push_back(setting);
    }
  }
  std::sort(table.settings.begin(), table.settings.end(), [](const TransferOptions& a, const TransferOptions& b) {
    return std::pair(a.method, toFlags(a)) < std::pair(b.method, toFlags(b));
  });
  table.settingNames = settingNames(table.settings);
}

std::size_t settingIn(const StudyTable& table, const StudyCell& cell) {
  const auto found = std::find(table.settings.begin(), table.settings.end(), settingOf(cell.options));
  return static_cast<std::size_t>(found - table.settings.begin());
}

template <class Value>
double meanOver(const Cells& cells, const Value& value) {
  std::vector<double> values;
  for (const StudyCell* cell : cells) values.push_back(value(*cell));
  return mean(values);
}

/// Nothing where a seed has none: a mean over other seeds would speak of something else.
template <class Value>
std::optional<double> meanIfAll(const Cells& cells, const Value& value) {
  std::vector<double> values;
  for (const StudyCell* cell : cells) {
    const std::optional<double> each = value(*cell);
    if (!each) return std::nullopt;
    values.push_back(*each);
  }
  return mean(values);
}

std::optional<SetRate> rateAt(const StudyCell& cell, int percent) {
  for (const auto& rate : cell.rates) {
    if (rate.percent == percent) return rate;
  }
  return std::nullopt;
}

template <class Result>
void takeSeeds(Result& result, const Cells& cells) {
  for (const StudyCell* cell : cells) {
    result.seeds.push_back(cell->options.seed);
    result.deltas.push_back(cell->delta);
  }
  result.delta = mean(result.deltas);
}

PairResult pairResult(const StudyTable& table, std::size_t setting, std::size_t student, std::size_t teacher,
                      const Cells& cells) {
  PairResult pair;
  pair.setting = setting;
  pair.student = student;
  pair.teacher = teacher;
  takeSeeds(pair, cells);
  pair.deltaAccuracy = table.models[teacher].accuracy - table.models[student].accuracy;
  pair.gain = meanOver(cells, [](const StudyCell& cell) { return cell.gain; });
  pair.loss = meanOver(cells, [](const StudyCell& cell) { return cell.loss; });
  pair.deltaPositive = meanOver(cells, [](const StudyCell& cell) { return cell.deltaPositive; });
  pair.deltaNegative = meanOver(cells, [](const StudyCell& cell) { return cell.deltaNegative; });
  pair.routedPositive = meanIfAll(cells, [](const StudyCell& cell) { return cell.routedPositive; });
  pair.routedNegative = meanIfAll(cells, [](const StudyCell& cell) { return cell.routedNegative; });
  for (const auto& first : cells.front()->rates) {
    const auto of = [&](auto member) {
      return meanIfAll(cells, [&](const StudyCell& cell) -> std::optional<double> {
        const auto rate = rateAt(cell, first.percent);
        return rate ? (*rate).*member : std::nullopt;
      });
    };
    pair.rates.push_back({first.percent, of(&SetRate::paper), of(&SetRate::strict)});
  }
  return pair;
}

/// Whether two runs were evaluated at the same moments of the same stages.
bool sameWay(const StudyCell& one, const StudyCell& other) {
  const auto alike = [](const EvaluationRecord& a, const EvaluationRecord& b) {
    return a.stage == b.stage && a.epoch == b.epoch;
  };
  return one.stages == other.stages &&
         std::equal(one.course.begin(), one.course.end(), other.course.begin(), other.course.end(), alike);
}

void takeCourse(TeamResult& team, const Cells& cells) {
  const StudyCell& first = *cells.front();
  for (const StudyCell* cell : cells) {
    if (!sameWay(first, *cell)) return;
  }
  team.stages = first.stages;
  for (std::size_t i = 0; i < first.course.size(); ++i) {
    EvaluationRecord moment = first.course[i];
    for (double EvaluationRecord::*member :
         {&EvaluationRecord::accuracy, &EvaluationRecord::gain, &EvaluationRecord::loss, &EvaluationRecord::delta}) {
      moment.*member = meanOver(cells, [&](const StudyCell& cell) { return cell.course[i].*member; });
    }
    team.course.push_back(moment);
  }
}

TeamResult teamResult(std::size_t setting, std::size_t student, const std::vector<std::size_t>& teachers,
                      const Cells& cells) {
  TeamResult team;
  team.setting = setting;
  team.student = student;
  team.teachers = teachers;
  team.mode = cells.front()->options.teachers;
  takeSeeds(team, cells);
  takeCourse(team, cells);
  return team;
}

/// Who is who in one cell. Equal keys but for the seed make one result.
struct CellKey {
  std::size_t setting, student;
  std::vector<std::size_t> teachers;
  int mode;
  auto operator<=>(const CellKey&) const = default;
};

/// The cells that count, by key and seed.
using Grid = std::map<CellKey, std::map<std::uint64_t, const StudyCell*>>;

Grid gridOf(StudyTable& table, const Cells& cells) {
  Grid grid;
  for (const StudyCell* cell : cells) {
    CellKey key{settingIn(table, *cell), modelIn(table, cell->student), {}, 0};
    for (const auto& teacher : cell->teachers) key.teachers.push_back(modelIn(table, teacher));
    std::sort(key.teachers.begin(), key.teachers.end());
    if (key.teachers.size() > 1) key.mode = static_cast<int>(cell->options.teachers);
    if (isSelfPair(*cell)) {
      table.selfPairs.push_back(table.settingNames[key.setting] + ": " + pairName(*cell));
      continue;
    }
    const auto [place, isNew] = grid[key].emplace(cell->options.seed, cell);
    if (!isNew) table.leftOut.push_back(cell->from + ": repeats " + place->second->from);
  }
  return grid;
}

MissingPairs missingUnder(const StudyTable& table, std::size_t setting) {
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::uint64_t>> there;
  for (const auto& pair : table.pairs) {
    if (pair.setting == setting) there[{pair.student, pair.teacher}] = pair.seeds;
  }
  MissingPairs result{setting, 0, 0, {}};
  const auto add = [&](std::size_t teacher, std::size_t student, const std::string& seeds) {
    ++result.missing;
    result.pairs +=
        (result.pairs.empty() ? "" : ", ") + table.models[teacher].name + " → " + table.models[student].name + seeds;
  };
  for (const std::size_t student : table.students) {
    for (const std::size_t teacher : table.teachers) {
      if (student == teacher) continue;
      ++result.all;
      const auto found = there.find({student, teacher});
      if (found == there.end()) {
        add(teacher, student, "");
        continue;
      }
      std::string seeds;
      for (const std::uint64_t seed : table.seeds) {
        if (std::find(found->second.begin(), found->second.end(), seed) != found->second.end()) continue;
        seeds += (seeds.empty() ? " (seed " : ", ") + std::to_string(seed);
      }
      if (!seeds.empty()) add(teacher, student, seeds + ")");
    }
  }
  return result;
}

void collectPeople(StudyTable& table) {
  std::set<std::size_t> students, teachers, settings;
  std::set<std::uint64_t> seeds;
  for (const auto& pair : table.pairs) {
    students.insert(pair.student);
    teachers.insert(pair.teacher);
    settings.insert(pair.setting);
    seeds.insert(pair.seeds.begin(), pair.seeds.end());
  }
  table.students.assign(students.begin(), students.end());
  table.teachers.assign(teachers.begin(), teachers.end());
  table.seeds.assign(seeds.begin(), seeds.end());
  for (const std::size_t setting : settings) {
    if (auto lacking = missingUnder(table, setting); lacking.missing > 0) table.missing.push_back(std::move(lacking));
  }
}

}  // namespace

std::vector<PairResult> StudyTable::pairsOf(std::size_t setting) const {
  std::vector<PairResult> found;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(found),
               [&](const PairResult& pair) { return pair.setting == setting; });
  return found;
}

std::string StudyTable::pairName(const PairResult& pair) const {
  return models[pair.teacher].name + " → " + models[pair.student].name;
}

StudyTable studyTable(const std::vector<StudyCell>& cells, const std::string& subject) {
  StudyTable table;
  table.data = mainData(cells);
  Cells used;
  for (const auto& cell : cells) {
    if (cell.data == table.data) {
      used.push_back(&cell);
    } else {
      table.leftOut.push_back(cell.from + ": evaluated on other data (" + cell.data + ")");
    }
  }
  collectSettings(table, used);
  for (const auto& [key, seeds] : gridOf(table, used)) {
    Cells own;
    for (const auto& [seed, cell] : seeds) own.push_back(cell);
    if (key.teachers.size() == 1) {
      table.pairs.push_back(pairResult(table, key.setting, key.student, key.teachers.front(), own));
    } else {
      table.teams.push_back(teamResult(key.setting, key.student, key.teachers, own));
    }
  }
  if (table.pairs.empty() && table.teams.empty()) {
    failInput(subject, "must hold at least one finished transfer from another model", "none");
  }
  collectPeople(table);
  return table;
}

}  // namespace gf
