// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace gf {

class Workspace;
struct Shelf;

/// Writes report.json, the same for people (report.html, report.pdf) and figures/ (SVG, PDF, PNG, CSV, JSON) into a new
/// folder below `parent` and answers that folder. Throws gf::Error.
QString exportShelf(const Shelf& shelf, const QString& parent);

/// The command that compares these models in a terminal. Metadata that the user supplied is written to a file, which
/// the command names; throws gf::Error when that cannot be done.
QString shelfCommand(const Workspace& workspace, const Shelf& shelf);

}  // namespace gf
