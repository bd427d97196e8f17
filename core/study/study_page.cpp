// SPDX-License-Identifier: Apache-2.0
#include "study/study_page.h"

#include "report/text.h"
#include "study/aggregates.h"
#include "study/study_parts.h"
#include "study/table_text.h"

namespace gf {
namespace {

std::string madeOf(const StudyTable& study) {
  const auto counted = [](std::size_t count, const char* one, const char* many) {
    return countedText(static_cast<std::int64_t>(count), one, many);
  };
  std::string text = counted(study.students.size(), "student", "students") + ", " +
                     counted(study.teachers.size(), "teacher", "teachers") + ", " +
                     counted(study.settings.size(), "method", "methods") + ", " +
                     counted(study.seeds.size(), "seed", "seeds") + ": " + pairCount(study.pairs.size()) +
                     " over all methods";
  if (!study.teams.empty())
    text += " and " + counted(study.teams.size(), "transfer", "transfers") + " from several teachers";
  return text + ". Evaluated on " + study.data + ".";
}

void addList(std::string& page, const char* title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  page += std::string("\n") + title + "\n\n";
  for (const auto& line : lines) page += "- " + markdownText(line) + "\n";
}

}  // namespace

std::string studyHeadline(const StudyTable& study) {
  if (study.pairs.empty()) {
    return countedText(std::ssize(study.teams), "transfer", "transfers") + " from several teachers.";
  }
  const MethodRanking ranking = rankMethods(study);
  const std::size_t best = ranking.places.empty() ? study.pairs.front().setting : ranking.places.front().setting;
  const SuccessRates rates = successRates(study.pairsOf(best));
  std::string text = study.settingNames[best] + " improves the student in " + std::to_string(rates.successes) + " of " +
                     pairCount(rates.pairs) + ", the median student with " + percentString(rates.overStudents.median) +
                     " of its teachers";
  if (!ranking.places.empty()) {
    text += "; it ranks first of " + std::to_string(ranking.places.size()) + " over " + pairCount(ranking.pairs) +
            " that all methods have";
  }
  return text + ".";
}

std::string studyPage(const StudyTable& study, const std::vector<Figure>& figures,
                      const std::vector<StudyTableText>& tables, const std::vector<std::string>& leftOut) {
  std::string page = "# Study\n\n" + markdownText(studyHeadline(study)) + "\n\n" + markdownText(madeOf(study)) + "\n";
  std::vector<std::string> missing;
  for (const auto& each : study.missing) {
    missing.push_back(study.settingNames[each.setting] + ": " + missingNote(study, each.setting) + ": " + each.pairs);
  }
  addList(page, "Missing:", missing);
  addList(page, "Excluded, as a model would teach itself:", study.selfPairs);
  addList(page, "Left out:", leftOut);
  page += "\n## Figures\n";
  for (const auto& figure : figures) {
    page += "\n### " + markdownText(figure.title) + (figure.paper.empty() ? "" : " (" + figure.paper + ")") + "\n\n" +
            markdownText(figure.sentence) + "\n\n![" + figure.id + "](figures/" + figure.id + ".svg)\n";
  }
  page += "\n## Tables\n";
  for (const auto& each : tables) {
    page += "\n" + toMarkdown(each.table) + (each.paper.empty() ? "" : "\n(" + each.paper + " of the paper.)\n");
  }
  return page;
}

}  // namespace gf
