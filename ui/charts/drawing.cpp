// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/drawing.h"

#include <QFontMetricsF>
#include <QImage>
#include <QPaintEngine>
#include <QPainter>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

#include "ui/style/numbers.h"

namespace gf {

QString toQString(const std::string& text) {
  return QString::fromStdString(text);
}

double textWidth(const QFont& font, const QString& text) {
  return QFontMetricsF(font).horizontalAdvance(text);
}
double textHeight(const QFont& font) {
  return QFontMetricsF(font).height();
}

void drawText(QPainter& painter, const QRectF& area, int flags, const QString& text, const QFont& font,
              const QColor& colour) {
  painter.setFont(font);
  painter.setPen(colour);
  painter.drawText(area, flags | Qt::TextSingleLine | Qt::TextDontClip, fittedText(font, text, area.width()));
}

bool isVector(QPainter& painter) {
  const QPaintEngine* engine = painter.paintEngine();
  return engine && (engine->type() == QPaintEngine::SVG || engine->type() == QPaintEngine::Pdf);
}

double pixelsPerUnit(QPainter& painter) {
  // 300 dots per inch of 96 units: what a PNG of the same figure has.
  if (isVector(painter)) return 300.0 / 96;
  return std::max(0.1, painter.deviceTransform().m11());
}

void drawPixels(QPainter& painter, const QRectF& area, const QImage& picture) {
  painter.save();
  painter.setRenderHint(QPainter::LosslessImageRendering);
  painter.drawImage(area, picture);
  painter.restore();
}

double titleHeight(double width, const Figure& figure, const ChartFonts& fonts, const FigureLook& look) {
  if (!look.title || figure.title.empty()) return 0;
  const QRectF room(0, 0, width - look.corner, 1e4);
  const QRectF needed =
      QFontMetricsF(fonts.title).boundingRect(room, Qt::AlignLeft | Qt::TextWordWrap, toQString(figure.title));
  return needed.height() + 0.4 * textHeight(fonts.label);
}

QRectF drawTitle(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                 const ChartFonts& fonts, const FigureLook& look) {
  const double height = titleHeight(area.width(), figure, fonts, look);
  if (height == 0) return area;
  painter.setFont(fonts.title);
  painter.setPen(colours.text);
  painter.drawText(QRectF(area.left(), area.top(), area.width() - look.corner, height),
                   Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, toQString(figure.title));
  return area.adjusted(0, height, 0, 0);
}

QRectF drawLegend(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                  const ChartFonts& fonts, const FigureLook& look) {
  // Below a title the corner is free again.
  const double right = area.right() - (look.title && !figure.title.empty() ? 0 : look.corner);
  const double line = textHeight(fonts.label), size = 0.62 * line;
  // Of a curve its line is shown too: its style may be all that tells it from another.
  const bool curves = figure.kind == FigureKind::Lines;
  const double marker = curves ? 2.2 * line : size;
  double x = area.left(), y = area.top();
  for (std::size_t i = 0; i < figure.series.size(); ++i) {
    const FigureSeries& series = figure.series[i];
    if (series.faint) continue;
    const QString name = toQString(series.name);
    const double width = marker + 0.4 * line + textWidth(fonts.label, name);
    if (x > area.left() && x + width > right) {
      x = area.left();
      y += 1.2 * line;
    }
    if (curves) {
      painter.setPen(penOfSeries(figure, i, colours, 0.13 * line));
      painter.drawLine(QPointF(x, y + line / 2), QPointF(x + marker, y + line / 2));
    }
    drawShape(painter, styleOfSeries(figure, i, colours), {x + marker / 2, y + line / 2}, size);
    drawText(painter, {x + marker + 0.4 * line, y, right - x - marker - 0.4 * line, line},
             Qt::AlignLeft | Qt::AlignVCenter, name, fonts.label, colours.text);
    x += width + 1.2 * line;
  }
  return area.adjusted(0, y + 1.5 * line - area.top(), 0, 0);
}

Figure onAxis(const Figure& figure) {
  Figure placed = figure;
  for (FigureSeries& series : placed.series) {
    for (double& x : series.x) x = figure.logarithmic ? std::log10(x) : x;
  }
  return placed;
}

QString roundText(double value) {
  const auto digits = [](double number) { return QString::number(number, 'g', 3); };
  if (value >= 1e6) return QStringLiteral("%1 M").arg(digits(value / 1e6));
  return value >= 1e4 ? QStringLiteral("%1 k").arg(digits(value / 1e3)) : digits(value);
}

QString tickText(double value, const Ticks& ticks, bool isSigned) {
  if (ticks.exponents) return roundText(std::pow(10.0, value));
  return isSigned ? signedText(value, ticks.decimals) : numberText(value, ticks.decimals);
}

double widestTick(const Ticks& ticks, bool isSigned, const QFont& font) {
  double widest = 0;
  for (const double value : ticks.values) widest = std::max(widest, textWidth(font, tickText(value, ticks, isSigned)));
  return widest;
}

void drawValueGrid(QPainter& painter, const QRectF& plot, const AxisRange& range, const Ticks& ticks, bool isSigned,
                   const Colours& colours, const ChartFonts& fonts) {
  const double line = textHeight(fonts.label);
  for (const double value : ticks.values) {
    const double y = plot.bottom() - range.at(value) * plot.height();
    painter.setPen(QPen(colours.line, value == 0 ? 1.4 : 0.8));
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    drawText(painter, {plot.left() - 20 * line, y - line / 2, 20 * line - 0.45 * line, line},
             Qt::AlignRight | Qt::AlignVCenter, tickText(value, ticks, isSigned), fonts.label, colours.mutedText);
  }
}

void drawBottomAxis(QPainter& painter, const QRectF& plot, const AxisRange& range, const Ticks& ticks, bool isSigned,
                    const Colours& colours, const ChartFonts& fonts) {
  const double line = textHeight(fonts.label);
  for (const double value : ticks.values) {
    const double x = plot.left() + range.at(value) * plot.width();
    painter.setPen(QPen(colours.line, 0.8));
    painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 0.25 * line));
    drawText(painter, {x - 5 * line, plot.bottom() + 0.3 * line, 10 * line, line}, Qt::AlignHCenter | Qt::AlignVCenter,
             tickText(value, ticks, isSigned), fonts.label, colours.mutedText);
  }
}

namespace {

/// Calls `use` with every finite value of the figure, also the ends of intervals.
template <typename Use>
void forEachValue(const Figure& figure, Use use) {
  for (const FigureSeries& series : figure.series) {
    for (const std::vector<double>* values : {&series.y, &series.low, &series.high, &series.least, &series.most}) {
      for (const double value : *values) {
        if (std::isfinite(value)) use(value);
      }
    }
  }
}

/// Whether the values are numbers of things, not shares of something.
bool countsWhole(const Figure& figure) {
  const std::string& title = figure.yTitle.empty() ? figure.xTitle : figure.yTitle;
  bool whole = title.find('%') == std::string::npos;
  forEachValue(figure, [&](double value) { whole = whole && value == std::round(value); });
  return whole;
}

bool isTable(const Figure& figure) {
  return figure.kind == FigureKind::Heat || figure.kind == FigureKind::Grid;
}

}  // namespace

bool isSigned(const Figure& figure) {
  // What is measured from a reference is a difference, also while none is negative yet; so is what gains and loses.
  if (figure.zeroLine || (isTable(figure) && figure.scale == FigureScale::Diverging)) return true;
  // A magnitude below zero is no loss.
  if (isTable(figure)) return false;
  bool negative = false;
  forEachValue(figure, [&](double value) { negative = negative || value < 0; });
  return negative;
}

QString ValueFormat::text(double value) const {
  return isSigned ? signedText(value, decimals) : numberText(value, decimals);
}

ValueFormat formatFor(double largest, bool withSign) {
  return {largest >= 10 ? 1 : largest >= 1 ? 2 : 3, withSign};
}

ValueFormat valueFormat(const Figure& figure) {
  const bool withSign = isSigned(figure);
  // Two decimals tell apart single images among ten thousand; large numbers need none.
  if (figure.kind == FigureKind::Lines) return {2, withSign};
  const bool overTime = figure.kind == FigureKind::Heat && !figure.namedColumns && withSign;
  if (figure.kind == FigureKind::Bars && countsWhole(figure)) return {0, withSign};
  if (figure.kind == FigureKind::Bars || figure.kind == FigureKind::Stack || overTime) return {1, withSign};
  double largest = 0;
  forEachValue(figure, [&](double value) { largest = std::max(largest, std::abs(value)); });
  return formatFor(largest, withSign);
}

ValueFormat placeFormat(const Figure& figure) {
  double largest = 0;
  bool negative = false;
  for (const FigureSeries& series : figure.series) {
    for (const double value : series.x) {
      if (!std::isfinite(value)) continue;
      largest = std::max(largest, std::abs(value));
      negative = negative || value < 0;
    }
  }
  return formatFor(largest, negative);
}

QString valueText(const Figure& figure, double value) {
  return valueFormat(figure).text(value);
}

QString firstName(const QString& text) {
  const qsizetype comma = text.indexOf(QStringLiteral(", "));
  return comma > 0 ? text.left(comma) + QStringLiteral(", …") : text;
}

QString fittedText(const QFont& font, const QString& text, double width, bool keepEnd) {
  const QFontMetricsF metrics(font);
  // Half a pixel of slack: rounding must not turn a name that fits into "na…".
  if (metrics.horizontalAdvance(text) <= width + 0.5) return text;
  // Of "Christmas stocking, which …" the first of several names says more than a cut through the middle.
  if (const QString first = firstName(text); first != text && metrics.horizontalAdvance(first) <= width) return first;
  // Of a pair something of both must be left.
  const QString arrow = QStringLiteral(" → ");
  if (const qsizetype at = text.indexOf(arrow); at > 0) {
    const QString from = text.left(at), to = text.mid(at + arrow.size());
    const double room = width - metrics.horizontalAdvance(arrow), half = room / 2;
    const double left = std::max(half, room - metrics.horizontalAdvance(to));
    const double right = std::max(half, room - metrics.horizontalAdvance(from));
    if (half > 3 * metrics.height())
      return fittedText(font, from, left, true) + arrow + fittedText(font, to, right, true);
  }
  // Identifiers of models differ at their ends.
  const bool identifier = !text.contains(' ') && text.contains(QRegularExpression(QStringLiteral("[0-9]")));
  const bool middle = identifier || (keepEnd && !text.contains(QStringLiteral(", ")));
  return metrics.elidedText(text, middle ? Qt::ElideMiddle : Qt::ElideRight, width);
}

QStringList wrappedText(const QFont& font, const QString& text, double width, int most) {
  QStringList lines;
  QString line;
  for (const QString& word : text.split(' ', Qt::SkipEmptyParts)) {
    const QString longer = line.isEmpty() ? word : line + ' ' + word;
    if (line.isEmpty() || textWidth(font, longer) <= width + 0.5) {
      line = longer;
      continue;
    }
    if (lines.size() + 1 == most) {
      line = longer;  // the last line takes the rest and is cut
      continue;
    }
    lines << line;
    line = word;
  }
  if (!line.isEmpty()) lines << line;
  return lines;
}

}  // namespace gf
