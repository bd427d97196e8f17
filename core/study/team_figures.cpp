// SPDX-License-Identifier: Apache-2.0
// Several teachers, one after the other (Fig. 11).
#include <set>
#include <utility>

#include "report/figure_parts.h"
#include "report/run_figures.h"
#include "report/text.h"
#include "study/figure_builders.h"
#include "study/study_parts.h"

namespace gf {
namespace {

Figure courseFigure(const StudyTable& study, const TeamResult& team) {
  Figure figure = gainLossFigure(team.course, team.stages);
  std::string teachers;
  for (const auto& name : team.stages) teachers += (teachers.empty() ? "" : ", then ") + name;
  figure.id = "course-" + settingId(study, team.setting) + "-" + fileNameText(study.models[team.student].name);
  figure.title = study.settingNames[team.setting] + ": " + study.models[team.student].name + " learns from " + teachers;
  figure.sentence += " Mean of " + countedText(std::ssize(team.seeds), "seed", "seeds") + ".";
  return figure;
}

}  // namespace

std::vector<Figure> teamFigures(const StudyTable& study) {
  std::vector<Figure> figures;
  std::set<std::string> used;  // one student may learn from several teams
  for (const auto& team : study.teams) {
    if (team.course.empty()) continue;
    figures.push_back(courseFigure(study, team));
    figures.back().id = uniqueId(figures.back().id, used);
  }
  return figures;
}

}  // namespace gf
