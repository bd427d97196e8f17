// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <vector>

#include "report/figure.h"
#include "report/result_folder.h"
#include "ui/workspace/run_center.h"

namespace gf {

/// The figures of a run in the order of reading: what came out, when and where, what trained, what it cost. While it
/// goes on they come from what it reports; once it has ended, `result` (may be null) gives its report's too.
/// `classes`: of its data, null when unknown.
std::vector<Figure> figuresOfRun(const RunRow& row, const RunClasses* classes, const Result* result);

/// What a list calls the figures: ids are unique and short, titles are too long. Those of one kind for each teacher are
/// numbered as the teachers are: "Routing, T2". `teachers`: their names in that order.
QStringList shortNames(const std::vector<Figure>& figures, const QStringList& teachers);

}  // namespace gf
