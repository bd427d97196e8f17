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

/// A table of values as coloured cells: over a numeric axis, or with named columns and a dendrogram of the rows.
std::unique_ptr<FigurePainter> makeHeatPainter();
/// A few upright columns per label, side by side, with their intervals.
std::unique_ptr<FigurePainter> makeColumnsPainter();
/// Points on two numeric axes, up to 100,000 of them.
std::unique_ptr<FigurePainter> makeScatterPainter();
/// A coloured cell per label, wrapped into rows.
std::unique_ptr<FigurePainter> makeGridPainter();

}  // namespace gf
