// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "ui/charts/figure_painter.h"

namespace gf {

/// Rows of bars with their names, the first that fit and the mean of the others; or every bar as a narrow column.
std::unique_ptr<FigurePainter> makeBarsPainter();
/// One horizontal bar of parts with a legend below that is never cut.
std::unique_ptr<FigurePainter> makeStackPainter();
/// Curves over a numeric axis; the curves themselves are drawn by Qt Charts.
std::unique_ptr<FigurePainter> makeLinesPainter();

/// A table of signed values as coloured cells, on a scale that is symmetric around zero.
std::unique_ptr<FigurePainter> makeHeatPainter();

}  // namespace gf
