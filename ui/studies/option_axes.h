// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/studies/parallel_axes.h"
#include "ui/studies/study_reading.h"

namespace gf {

/// Axes for what differs among the finished cells: method and options first, then student and teacher, then delta (by
/// whose sign lines are coloured), gain and loss.
ParallelData optionAxes(const StudyResults& results);

}  // namespace gf
