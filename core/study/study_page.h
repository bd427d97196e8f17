// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "report/figure.h"
#include "study/study_tables.h"

namespace gf {

/// What a study amounts to in one sentence: its best-ranked method, or its only one.
std::string studyHeadline(const StudyTable& study);

/// The study as one page of Markdown: what it is made of, what is missing and left out, every figure's sentence with
/// its picture below figures/, every table.
std::string studyPage(const StudyTable& study, const std::vector<Figure>& figures,
                      const std::vector<StudyTableText>& tables, const std::vector<std::string>& leftOut);

}  // namespace gf
