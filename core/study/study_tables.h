// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "report/report_content.h"
#include "study/paper.h"
#include "study/ranking.h"
#include "study/study_table.h"

namespace gf {

/// A table of a study: `id` names its files, `paper` what it corresponds to ("Tables 1 and 3"), empty for what the
/// paper does not show.
struct StudyTableText {
  std::string id, paper;
  ContentTable table;
};

/// Everything that can be tabled from the cells there are, in the order in which it is read: "success" (Fig. 4a's
/// numbers), "deltas" (tables 1 and 3), "extremes" (table 2), "bins" (Fig. 4b's), "pairs-<setting>" (table 7, one for
/// each setting), "flips-<setting>" (table 8), "teams" (tables 4 and 9), "ranking", "contests", "routing". Differences
/// in points, shares in percent; ± is the population standard deviation. With `paper` its rows stand below one's own,
/// marked "(paper)". Tables without rows are left out.
std::vector<StudyTableText> studyTables(const StudyTable& study, const PaperTables* paper = nullptr);

/// One line a cell of the study with all its numbers (shares 0–1), for other programs: CSV with one header row.
std::string cellsCsv(const std::vector<StudyCell>& cells);

}  // namespace gf
