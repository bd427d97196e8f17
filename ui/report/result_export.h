// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "report/result_folder.h"

namespace gf {

/// `parent`/`name`, or with "-2", "-3" … where that is taken. Nothing is made.
QString freshFolder(const QString& parent, const QString& name);

/// Writes what the window exports of a pair or a shelf into `result.folder`, which must exist: report.json, the same
/// for people (report.html, report.pdf) and figures/ (SVG, PDF, PNG, CSV, JSON). Throws gf::Error.
void exportResult(const Result& result);

}  // namespace gf
