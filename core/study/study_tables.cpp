// SPDX-License-Identifier: Apache-2.0
// Tables over students and pairs; those over settings are in method_tables.cpp.
#include "study/study_tables.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "report/content_parts.h"
#include "report/text.h"
#include "study/aggregates.h"
#include "study/study_parts.h"
#include "study/table_parts.h"

namespace gf {
namespace {

const PairResult* pairOf(const StudyTable& study, std::size_t setting, std::size_t student, std::size_t teacher) {
  for (const auto& pair : study.pairs) {
    if (pair.setting == setting && pair.student == student && pair.teacher == teacher) return &pair;
  }
  return nullptr;
}

std::string seedsText(const PairResult& pair) {
  return pair.deltas.size() < 2 ? pointsText(pair.delta) : pointsText(meanStd(pair.deltas));
}

std::vector<std::string> studentCells(const StudyModel& model) {
  return {model.name, familyOf(model), fixedText(kPercent * model.accuracy, 2), parametersText(model.parameters)};
}

std::vector<std::string> paperCells(const PaperTables::Student& student) {
  return {student.name + " (paper)", student.family, fixedText(kPercent * student.accuracy, 2),
          parametersText(student.parameters)};
}

/// The paper's numbers are for settings with its own method; which options it had is its preset.
void addPaperDeltas(const StudyTable& study, const PaperTables& paper, const std::vector<std::size_t>& settings,
                    ContentTable& table) {
  for (const auto& student : paper.students) {
    auto row = paperCells(student);
    bool any = false;
    for (const std::size_t s : settings) {
      const auto found = student.printed.find(study.settings[s].method);
      row.push_back(found == student.printed.end() ? kNoValue : pointsText(found->second));
      any = any || found != student.printed.end();
    }
    if (any) table.rows.push_back(std::move(row));
  }
}

StudyTableText deltasTable(const StudyTable& study, const PaperTables* paper) {
  StudyTableText text{"deltas", "Tables 1 and 3", {}};
  ContentTable& table = text.table;
  table.title = "Transfer delta of each student over its teachers";
  table.head = {"Student", "Family", "Accuracy (%)", "Parameters"};
  table.words = 2;
  const auto settings = pairedSettings(study);
  std::vector<std::vector<StudentMean>> means;
  for (const std::size_t s : settings) {
    table.head.push_back(study.settingNames[s]);
    means.push_back(studentMeans(study.pairsOf(s)));
  }
  for (const std::size_t student : study.students) {
    auto row = studentCells(study.models[student]);
    for (const auto& own : means) {
      const auto found =
          std::find_if(own.begin(), own.end(), [&](const StudentMean& each) { return each.student == student; });
      row.push_back(found == own.end() ? kNoValue : pointsText(found->delta));
    }
    table.rows.push_back(std::move(row));
  }
  table.note =
      "Mean and population standard deviation over the teachers, in points; of a pair the mean over its seeds.";
  if (paper) {
    addPaperDeltas(study, *paper, settings, table);
    table.note += " " + paperNote(*paper);
  }
  return text;
}

StudyTableText extremesTable(const StudyTable& study, const PaperTables* paper) {
  StudyTableText text{"extremes", "Table 2", {}};
  ContentTable& table = text.table;
  table.title = "Each student with its strongest and its weakest teacher";
  table.head = {"Student", "Teacher", "Δacc"};
  table.words = 2;
  const auto settings = pairedSettings(study);
  for (const std::size_t s : settings) table.head.push_back(study.settingNames[s]);
  for (const auto& pair : extremePairs(study.pairs)) {
    std::vector<std::string> row{study.models[pair.student].name, study.models[pair.teacher].name,
                                 pointsText(pair.deltaAccuracy)};
    for (const std::size_t s : settings) {
      const PairResult* own = pairOf(study, s, pair.student, pair.teacher);
      row.push_back(own ? seedsText(*own) : kNoValue);
    }
    table.rows.push_back(std::move(row));
  }
  table.note = "Transfer delta in points; ± over the seeds.";
  if (!paper) return text;
  for (const auto& example : paper->examples) {
    std::vector<std::string> row{example.student + " (paper)", example.teacher, pointsText(example.deltaAccuracy)};
    bool any = false;
    for (const std::size_t s : settings) {
      const bool own = study.settings[s].method == Method::KlDp;
      row.push_back(own ? pointsText(example.delta) : kNoValue);
      any = any || own;
    }
    if (any) table.rows.push_back(std::move(row));
  }
  table.note += " " + paperNote(*paper);
  return text;
}

StudyTableText pairsTable(const StudyTable& study, std::size_t setting) {
  StudyTableText text{"pairs-" + settingId(study, setting), "Table 7", {}};
  ContentTable& table = text.table;
  table.title = study.settingNames[setting] + ": transfer delta of every pair";
  table.head = {"Student"};
  for (const std::size_t teacher : study.teachers) table.head.push_back(study.models[teacher].name);
  for (const std::size_t student : study.students) {
    std::vector<std::string> row{study.models[student].name};
    for (const std::size_t teacher : study.teachers) {
      const PairResult* pair = pairOf(study, setting, student, teacher);
      row.push_back(student == teacher ? "itself" : pair ? seedsText(*pair) : "missing");
    }
    table.rows.push_back(std::move(row));
  }
  table.note = "Points; ± over the seeds where there are several. Columns are teachers.";
  return text;
}

void addPaperPairs(const StudyTable& study, const PaperTables& paper, std::size_t setting,
                   std::vector<StudyTableText>& texts) {
  const Method method = study.settings[setting].method;
  ContentTable table;
  table.title = study.settingNames[setting] + ": transfer delta of every pair (paper)";
  table.head = {"Student"};
  table.head.insert(table.head.end(), paper.teachers.begin(), paper.teachers.end());
  for (const auto& student : paper.students) {
    const auto found = student.deltas.find(method);
    if (found == student.deltas.end()) return;
    std::vector<std::string> row{student.name};
    for (const double delta : found->second) row.push_back(pointsText(delta));
    table.rows.push_back(std::move(row));
  }
  table.note = "Points. " + paperNote(paper);
  texts.push_back({"pairs-" + settingId(study, setting) + "-paper", "Table 7", std::move(table)});
}

StudyTableText flipsTable(const StudyTable& study, std::size_t setting, const PaperTables* paper) {
  StudyTableText text{"flips-" + settingId(study, setting), "Table 8", {}};
  ContentTable& table = text.table;
  table.title = study.settingNames[setting] + ": what became of the flips";
  table.head = {"Student", "Family", "Accuracy (%)", "Parameters", "Δtransf", "Δρ⁺", "Δρ⁻"};
  table.words = 2;
  const auto pairs = study.pairsOf(setting);
  for (const auto& each : studentMeans(pairs)) {
    auto row = studentCells(study.models[each.student]);
    for (const MeanStd& value : {each.delta, each.deltaPositive, each.deltaNegative}) row.push_back(pointsText(value));
    table.rows.push_back(std::move(row));
  }
  table.note = "Mean and population standard deviation over the teachers, in points; Δtransf = Δρ⁻ − Δρ⁺.";
  if (!paper || study.settings[setting].method != Method::KlDp) return text;
  for (const auto& student : paper->students) {
    auto row = paperCells(student);
    for (const auto& value : {student.delta, student.deltaPositive, student.deltaNegative}) {
      row.push_back(value ? pointsText(*value) : kNoValue);
    }
    table.rows.push_back(std::move(row));
  }
  table.note += " " + paperNote(*paper);
  return text;
}

std::string optionalPoints(const std::optional<double>& value) {
  return value ? pointsText(*value) : kNoValue;
}

StudyTableText teamsTable(const StudyTable& study, const PaperTables* paper) {
  StudyTableText text{"teams", "Tables 4 and 9", {}};
  ContentTable& table = text.table;
  table.title = "Several teachers against each alone";
  table.head = {"Method", "Student", "Teachers", "Single: mean", "least", "most", "Sequential", "Parallel", "Soup"};
  table.words = 3;
  std::vector<Method> methods;
  for (const auto& each : teamSummaries(study)) {
    std::vector<std::string> names;
    for (const std::size_t teacher : each.teachers) names.push_back(study.models[teacher].name);
    std::vector<std::string> row{study.settingNames[each.setting], study.models[each.student].name, listText(names)};
    if (each.singles != each.teachers.size()) {
      row.back() += " (single transfers of " + std::to_string(each.singles) + ")";
    }
    for (const auto& value :
         {each.singleMean, each.singleLeast, each.singleMost, each.sequential, each.parallel, each.soup}) {
      row.push_back(optionalPoints(value));
    }
    table.rows.push_back(std::move(row));
    methods.push_back(study.settings[each.setting].method);
  }
  table.note = "Transfer delta in points.";
  if (!paper || table.rows.empty()) return text;
  for (const auto& [method, teams] : paper->teams) {
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) continue;
    for (const auto& team : teams) {
      table.rows.push_back({std::string(displayName(method)), team.student + " (paper)", "three",
                            pointsText(team.singleMean), pointsText(team.singleLeast), pointsText(team.singleMost),
                            pointsText(team.sequential), optionalPoints(team.parallel), pointsText(team.soup)});
    }
  }
  table.note += " " + paperNote(*paper);
  return text;
}

}  // namespace

std::string paperNote(const PaperTables& paper) {
  return "Rows marked (paper): ImageNet, " + paper.source + ".";
}

std::vector<StudyTableText> studyTables(const StudyTable& study, const PaperTables* paper) {
  std::vector<StudyTableText> texts;
  if (!study.pairs.empty()) {
    for (auto& each : methodTables(study, paper)) texts.push_back(std::move(each));
    texts.push_back(deltasTable(study, paper));
    texts.push_back(extremesTable(study, paper));
    for (const std::size_t setting : pairedSettings(study)) {
      texts.push_back(pairsTable(study, setting));
      if (paper) addPaperPairs(study, *paper, setting, texts);
      texts.push_back(flipsTable(study, setting, paper));
    }
  }
  texts.push_back(teamsTable(study, paper));
  std::erase_if(texts, [](const StudyTableText& text) { return text.table.rows.empty(); });
  return texts;
}

}  // namespace gf
