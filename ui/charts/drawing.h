// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPen>
#include <QRectF>
#include <QString>
#include <QStringList>

#include "ui/charts/axis.h"
#include "ui/charts/figure_painter.h"

class QImage;
class QPainter;

namespace gf {

QString toQString(const std::string& text);

double textWidth(const QFont& font, const QString& text);
double textHeight(const QFont& font);  ///< Of one line.

/// The first of several names separated by commas: "tench, …".
QString firstName(const QString& text);
/// What of a text fits into one line: all of it, the first of several names separated by commas, or its beginning.
/// With `keepEnd` its beginning and its end: models' names often differ in their last word.
QString fittedText(const QFont& font, const QString& text, double width, bool keepEnd = false);
/// At most `most` lines, broken between words; a single word, or the last line, may still be wider.
QStringList wrappedText(const QFont& font, const QString& text, double width, int most);
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

enum class MarkShape {
  Ring,
  Disc,
  Square,
  Diamond,
  TriangleUp,
  TriangleDown,
  TriangleRight,
  Cross,
  Plus,
  Star,
  Hexagon
};
struct SeriesStyle {
  QColor colour;
  MarkShape shape = MarkShape::Ring;
  bool hollow = false;  ///< Outlined only: a second series of the same meaning.
};
/// How a series' points, columns and key are drawn. A role has one colour and one shape; where several series have no
/// meaning of their own (families), each gets its own; where several have the same, the later ones are hollow.
SeriesStyle styleOfSeries(const Figure& figure, std::size_t index, const Colours& colours);
void drawShape(QPainter& painter, const SeriesStyle& style, QPointF centre, double size);
/// Whether what is drawn is kept as shapes (SVG, PDF), not as pixels.
bool isVector(QPainter& painter);
/// How many pixels a unit has on the painter's device; where shapes are kept, those of pictures among them.
double pixelsPerUnit(QPainter& painter);
/// Draws a picture over an area; never as JPEG in a PDF.
void drawPixels(QPainter& painter, const QRectF& area, const QImage& picture);

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
/// The figure with the logarithms of its places in place of them, where its x axis is logarithmic.
Figure onAxis(const Figure& figure);
/// "250 k", "1.5 M": a number on a logarithmic axis.
QString roundText(double value);
QString tickText(double value, const Ticks& ticks, bool isSigned);
/// The widest of an axis' numbers.
double widestTick(const Ticks& ticks, bool isSigned, const QFont& font);

/// What every part of a figure is drawn with.
struct ChartFrame {
  QPainter& painter;
  const Figure& figure;
  const Colours& colours;
  const ChartFonts& fonts;
  const FigureLook& look;
  double line;  ///< Height of a line of text: the unit of everything.
};

/// How the numbers of a figure are written: with as many decimals as tell them apart.
struct ValueFormat {
  int decimals = 1;
  bool isSigned = false;
  QString text(double value) const;
};
ValueFormat formatFor(double largest, bool withSign);
/// Of a figure's values; looks at all of them, so ask once per figure.
ValueFormat valueFormat(const Figure& figure);
/// Of the places on the x axis of Scatter.
ValueFormat placeFormat(const Figure& figure);
/// Values of a figure as its tooltips, bars and tables write them.
QString valueText(const Figure& figure, double value);
/// Whether values are differences and so carry their sign.
bool isSigned(const Figure& figure);

}  // namespace gf
