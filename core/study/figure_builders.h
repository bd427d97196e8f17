// SPDX-License-Identifier: Apache-2.0
// What the files that build a study's figures share; for nobody else.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/figure.h"
#include "study/paper.h"
#include "study/study_table.h"

namespace gf {

/// Settings and families carry no fixed meaning: they take the roles' colours in turn, and names and markers tell them
/// apart. A family has the same one in every figure of a study.
Role roleInTurn(std::size_t i);
Role roleOfFamily(const StudyTable& study, const std::string& family);

/// Over all settings. The study has pairs.
std::vector<Figure> comparisonFigures(const StudyTable& study, const PaperTables* paper);
/// Of students that learn from several teachers one after the other.
std::vector<Figure> teamFigures(const StudyTable& study);
/// Of one setting and its pairs, at least one.
std::vector<Figure> pairFiguresOf(const StudyTable& study, std::span<const PairResult> pairs);
std::vector<Figure> studentFiguresOf(const StudyTable& study, std::span<const PairResult> pairs);

}  // namespace gf
