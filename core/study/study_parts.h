// SPDX-License-Identifier: Apache-2.0
// What the files that make a study's figures and tables share; for nobody else.
#pragma once

#include <string>

#include "study/aggregates.h"
#include "study/study_table.h"

namespace gf {

inline constexpr double kPercent = 100;
inline constexpr std::size_t kDeltaBins = 5;  ///< Of Fig. 4b, equally wide over all pairs of the study.

/// "kl-dp-lr-0.001": a setting's name in file names.
std::string settingId(const StudyTable& study, std::size_t setting);
/// "2 of 40 pairs are missing or lack a seed" of a setting; empty where none is.
std::string missingNote(const StudyTable& study, std::size_t setting);
/// Settings that have pairs, in the table's order.
std::vector<std::size_t> pairedSettings(const StudyTable& study);
/// "−10.0 to −5.0".
std::string binText(const DeltaBin& bin);
/// "+0.65 ± 0.26", points.
std::string pointsText(const MeanStd& value);
std::string pointsText(double value);
/// "40 pairs".
std::string pairCount(std::size_t pairs);
/// The edges that all settings of a study share.
std::vector<double> studyEdges(const StudyTable& study);

}  // namespace gf
