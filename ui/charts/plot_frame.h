// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <vector>

#include "ui/charts/axis.h"
#include "ui/charts/drawing.h"

namespace gf {

/// A plot on two numeric axes and what it is drawn with.
struct PlotFrame : ChartFrame {
  QRectF plot;
  AxisRange x, y;

  double left(double value) const { return plot.left() + x.at(value) * plot.width(); }
  double top(double value) const { return plot.bottom() - y.at(value) * plot.height(); }
};

/// Where in a plot something is drawn already, as squares of one size: finds room for names.
class Occupancy {
 public:
  Occupancy(const QRectF& area, double square);
  void add(QPointF point, float weight = 1);
  void add(const QRectF& area, float weight);
  /// What lies below a rectangle that is turned about its centre by `degrees`; what is outside weighs most.
  double below(QPointF centre, QSizeF size, double degrees = 0) const;
  /// Marks such a rectangle as taken.
  void take(QPointF centre, QSizeF size, double degrees = 0);

 private:
  std::vector<int> squaresOf(QPointF centre, QSizeF size, double degrees) const;
  int squareAt(QPointF point) const;  ///< -1 outside.

  QRectF area_;
  double square_;
  int columns_, rows_;
  std::vector<float> weights_;
};

/// Widens ranges to what the guides are at; makes them alike where a diagonal asks for it.
void includeGuides(const Figure& figure, AxisRange& x, AxisRange& y);
/// Plates and lines, to be drawn below the data.
void drawGuides(const PlotFrame& frame);
/// Their names, above the data, where they hide least of it.
void drawGuideNames(const PlotFrame& frame, Occupancy& taken);

}  // namespace gf
