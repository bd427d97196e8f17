// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "report/figure.h"
#include "study/paper.h"
#include "study/study_table.h"

namespace gf {

/// The figures of a study, in the order in which they are read. Over all settings: "success" (Fig. 4a, 6),
/// "success-students" (each student's rate, Heat), "delta-by-gap-best", "-mean" and "-median" (Fig. 4b, 9, 10: the best
/// quarter of each bin, and beside it all of them), "deltas" (each pair's delta over Δacc). Of each setting, its id
/// behind: "matrix" (student × teacher, Heat), "transfer-rate" (Fig. 5a), "rate-by-size" (Fig. 5b), "gain-against-loss"
/// (Fig. 7), "by-accuracy", "by-size", "by-family" (Fig. 8). Of each student that learns from several teachers one
/// after the other "course-<setting>-<student>" (Fig. 11). Shares and points in percent. With `paper` its medians stand
/// beside one's own in "success". Figures with nothing to draw are left out; missing pairs are said in the sentences.
std::vector<Figure> studyFigures(const StudyTable& study, const PaperTables* paper = nullptr);

}  // namespace gf
