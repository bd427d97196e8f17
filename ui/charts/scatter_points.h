// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QPointF>
#include <cstdint>
#include <vector>

#include "ui/charts/plot_frame.h"

namespace gf {

/// A point of a Scatter figure as it is drawn.
struct ScatterPoint {
  QPointF centre;
  double radius = 0;
  std::uint32_t series = 0, index = 0;  ///< Its place within the series.
  int label = 0;                        ///< Its place among all points, counted through all series.
};

/// Squares of a plot with the points in each: finds the nearest of 100,000 without looking at all.
class PointIndex {
 public:
  void build(const std::vector<ScatterPoint>& points, const QRectF& area);
  /// The point nearest to a position among those that reach it (or nearly), -1 for none.
  int nearest(const std::vector<ScatterPoint>& points, QPointF position) const;

 private:
  QPoint squareAt(QPointF position) const;

  QRectF area_;
  int columns_ = 0, rows_ = 0;
  double reach_ = 0;  ///< How far from its centre a point may count as hit, at most.
  std::vector<int> starts_, members_;
};

bool isSized(const Figure& figure);
/// How opaque points are: dense clouds let through how many lie on top of each other.
double opacityFor(const std::vector<ScatterPoint>& points, const QRectF& plot);
/// In which order points are drawn: large ones first where sizes differ, else mixed, so that no series covers another.
std::vector<std::size_t> drawingOrder(const std::vector<ScatterPoint>& points, bool sized);
/// The look of a series' points: rings melt together where there are many.
SeriesStyle pointStyle(const PlotFrame& frame, std::size_t series, std::size_t points);
/// Those of all series at an opacity; pale while some points are chosen.
std::vector<SeriesStyle> pointStyles(const PlotFrame& frame, std::size_t points, double opacity);
/// All points as one picture of `area`.
QImage cloudOf(const PlotFrame& frame, const std::vector<ScatterPoint>& points, const std::vector<std::size_t>& order,
               const QRectF& area);

}  // namespace gf
