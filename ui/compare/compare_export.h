// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "jobs/compare_job.h"

namespace gf {

class Workspace;

/// Writes report.json, the same for people (report.html, report.pdf) and figures/ (SVG, PDF, PNG, CSV, JSON) into a new
/// folder below `parent`, named after the pair, and answers that folder. `meaning` may be null; else the report holds
/// it and similarity.npy lies beside. Throws gf::Error.
QString exportComparison(const Comparison& comparison, const PairMeaning* meaning, const QString& parent);

/// The command that does in a terminal what the page is about to do. Metadata that the user supplied is written to a
/// file, which the command names; throws gf::Error when that cannot be done.
QString compareCommand(Workspace& workspace);

}  // namespace gf
