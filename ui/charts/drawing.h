// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPen>
#include <QRectF>
#include <QString>

#include "ui/charts/axis.h"
#include "ui/charts/figure_painter.h"

class QPainter;

namespace gf {

QString toQString(const std::string& text);

double textWidth(const QFont& font, const QString& text);
double textHeight(const QFont& font);  ///< Of one line.

/// Draws one line of text; elides it at the end when it is wider than `area`.
void drawText(QPainter& painter, const QRectF& area, int flags, const QString& text, const QFont& font,
              const QColor& colour);
/// What the title takes of a figure's height, with the gap below it; 0 without one.
double titleHeight(double width, const Figure& figure, const ChartFonts& fonts, const FigureLook& look);
/// Draws the figure's title, wrapped, and answers what remains below it.
QRectF drawTitle(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                 const ChartFonts& fonts, const FigureLook& look);
/// Names of the series in one or more rows, each with its mark; answers what remains below.
QRectF drawLegend(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                  const ChartFonts& fonts, const FigureLook& look);

/// Each meaning has a mark and a line style of its own, so that colour is never the only difference.
void drawMarker(QPainter& painter, Role role, QPointF centre, double size, const Colours& colours);
QPen penOf(Role role, const Colours& colours, double width);
/// The pen of a curve: of its role, but dashed where the series is a second reading, and with a pattern of its own
/// where an earlier one has the same role.
QPen penOfSeries(const Figure& figure, std::size_t index, const Colours& colours, double width);

/// Light grid and numbers for values that grow upwards, at the left of `plot`.
void drawValueGrid(QPainter& painter, const QRectF& plot, const AxisRange& range, const Ticks& ticks, bool isSigned,
                   const Colours& colours, const ChartFonts& fonts);
/// Tick marks and numbers below `plot`.
void drawBottomAxis(QPainter& painter, const QRectF& plot, const AxisRange& range, const Ticks& ticks, bool isSigned,
                    const Colours& colours, const ChartFonts& fonts);
QString tickText(double value, const Ticks& ticks, bool isSigned);
/// The widest of an axis' numbers.
double widestTick(const Ticks& ticks, bool isSigned, const QFont& font);

/// Values of a figure as its tooltips, bars and tables write them.
QString valueText(const Figure& figure, double value);
/// Whether values are differences and so carry their sign.
bool isSigned(const Figure& figure);

}  // namespace gf
