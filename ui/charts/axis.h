// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QString>
#include <QVector>
#include <span>
#include <vector>

namespace gf {

/// The marks of a linear axis, at multiples of 1, 2 or 5 times a power of ten.
struct Ticks {
  std::vector<double> values;  ///< Ascending, all inside the range that was asked for.
  double step = 1;
  int decimals = 0;        ///< Enough to tell neighbours apart.
  bool exponents = false;  ///< Values are decimal logarithms of the numbers that are written beside them.
};
/// At most `most` + 1 ticks inside [low, high]; `whole` keeps the step from falling below 1.
Ticks niceTicks(double low, double high, int most, bool whole = false);
/// The same on a logarithmic axis from 10^low to 10^high: at 1, 2 and 5 times the powers of ten, or the powers alone
/// where these are too many; at evenly spaced numbers where the axis holds too few of them.
Ticks logTicks(double low, double high, int most);

/// A range that may be drawn: never empty, never without extent.
struct AxisRange {
  double low = 0, high = 1;
  double at(double value) const { return (value - low) / (high - low); }  ///< 0–1 inside the range.
};
AxisRange widened(double low, double high);

/// At most `most` points with the same look: x is cut into equal buckets of which the lowest and the highest point
/// stay, so peaks survive. Values that are not finite are left out.
QVector<QPointF> bucketed(std::span<const double> x, std::span<const double> y, int most);

}  // namespace gf
