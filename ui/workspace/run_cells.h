// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariant>

#include "ui/workspace/run_center.h"

namespace gf {

/// How several teachers teach, in a word: "sequential", "parallel", "soup".
QString modeText(TeacherMode mode);
/// The table of runs in words: `column` is a RunCenter::Column.
QString runCell(const RunRow& row, int column);
/// Date and time of its start in full; empty while it has not started.
QString runStart(const RunRow& row);
/// What the column is sorted by.
QVariant runSortValue(const RunRow& row, int column);
QString runHeader(int column);
bool isRunNumber(int column);

}  // namespace gf
