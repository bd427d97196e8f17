// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <vector>

#include "ui/charts/drawing.h"

namespace gf {

/// Which colour a value of a Heat or Grid figure has, and how its numbers are written.
class ColourScale {
 public:
  ColourScale(const Figure& figure, const Colours& colours);
  /// The ground for what is not finite.
  QColor colour(double value) const;
  QRgb rgb(double value) const;
  double low() const { return low_; }
  double high() const { return high_; }
  bool diverging() const { return diverging_; }
  const ValueFormat& format() const { return format_; }

 private:
  std::vector<QRgb> table_;  ///< From low to high.
  QRgb ground_;
  bool diverging_;
  double low_ = 0, high_ = 1;
  ValueFormat format_;
};

/// The colours with the numbers at their ends and what they stand for; answers what remains below.
QRectF drawColourScale(QPainter& painter, const QRectF& area, const Figure& figure, const ColourScale& scale,
                       const Colours& colours, const ChartFonts& fonts, double corner);

}  // namespace gf
