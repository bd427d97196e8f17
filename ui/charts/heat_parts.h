// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>

#include "ui/charts/colour_scale.h"
#include "ui/charts/drawing.h"
#include "ui/charts/names_below.h"

namespace gf {

/// What the parts of a Heat figure are drawn with.
struct HeatFrame : ChartFrame {
  const ColourScale& scale;
  CellLayout cells;

  double value(std::size_t row, std::size_t column) const;
  /// The column's place on the numeric axis.
  double place(std::size_t column) const;
};

QString placeText(double place);

void drawHeatCells(const HeatFrame& frame);
void drawHeatNumbers(const HeatFrame& frame);
/// At the left of `plot`, right-aligned; with a dendrogram there, at its right.
void drawRowNames(const HeatFrame& frame, double left, double right);
/// The numbers of the columns' places.
void drawColumnPlaces(const HeatFrame& frame);
/// Named lines between columns, where a stage of a run begins.
void drawStages(const HeatFrame& frame);
/// Which rows are alike: joined early (near the rows) or late.
void drawDendrogram(const HeatFrame& frame, double left);
/// Whether the merges make one tree of the rows.
bool hasDendrogram(const Figure& figure);

}  // namespace gf
