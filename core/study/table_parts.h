// SPDX-License-Identifier: Apache-2.0
// What the files that make a study's tables share; for nobody else.
#pragma once

#include <string>
#include <vector>

#include "study/study_tables.h"

namespace gf {

inline const std::string kNoValue = "–";

/// Where numbers marked "(paper)" come from.
std::string paperNote(const PaperTables& paper);
/// "success", "bins", "ranking", "contests", "routing". The study has pairs.
std::vector<StudyTableText> methodTables(const StudyTable& study, const PaperTables* paper);

}  // namespace gf
