// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/studies/study_reading.h"

namespace gf {

/// Writes figures/ (SVG, PDF, PNG, CSV, JSON), tables/ (Markdown, LaTeX, CSV), study.md and cells.csv, as `study
/// figures` does, into a new folder below `parent` and answers that folder. Throws gf::Error.
QString exportStudy(const StudyResults& results, const std::vector<Figure>& figures,
                    const std::vector<StudyTableText>& tables, const QString& parent, const QString& name);

}  // namespace gf
