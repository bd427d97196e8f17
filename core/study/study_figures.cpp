// SPDX-License-Identifier: Apache-2.0
#include "study/study_figures.h"

#include <iterator>
#include <set>
#include <utility>

#include "study/figure_builders.h"
#include "study/study_parts.h"

namespace gf {
namespace {

void append(std::vector<Figure>& figures, std::vector<Figure> more) {
  figures.insert(figures.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Role roleInTurn(std::size_t i) {
  constexpr Role kTurns[] = {Role::Net,  Role::Teacher,   Role::Student,  Role::Gain,
                             Role::Loss, Role::BothRight, Role::BothWrong};
  return kTurns[i % std::size(kTurns)];
}

Role roleOfFamily(const StudyTable& study, const std::string& family) {
  std::set<std::string> before;
  for (const auto& model : study.models) {
    if (familyOf(model) < family) before.insert(familyOf(model));
  }
  return roleInTurn(before.size());
}

std::vector<Figure> studyFigures(const StudyTable& study, const PaperTables* paper) {
  std::vector<Figure> figures;
  if (!study.pairs.empty()) append(figures, comparisonFigures(study, paper));
  for (const std::size_t setting : pairedSettings(study)) {
    const auto pairs = study.pairsOf(setting);
    std::vector<Figure> own = pairFiguresOf(study, pairs);
    append(own, studentFiguresOf(study, pairs));
    const std::string missing = missingNote(study, setting);
    for (auto& figure : own) {
      figure.id += "-" + settingId(study, setting);
      figure.title = study.settingNames[setting] + ": " + figure.title;
      if (!missing.empty()) figure.sentence += " " + missing + ".";
    }
    append(figures, std::move(own));
  }
  append(figures, teamFigures(study));
  std::erase_if(figures, [](const Figure& figure) { return figure.series.empty(); });
  return figures;
}

}  // namespace gf
