// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/drawing.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPolygonF>
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
  const QFontMetricsF metrics(font);
  // Half a pixel of slack: rounding must not turn a name that fits into "na…".
  const bool fits = metrics.horizontalAdvance(text) <= area.width() + 0.5;
  painter.setFont(font);
  painter.setPen(colour);
  painter.drawText(area, flags | Qt::TextSingleLine | Qt::TextDontClip,
                   fits ? text : metrics.elidedText(text, Qt::ElideRight, area.width()));
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
    drawMarker(painter, series.role, {x + marker / 2, y + line / 2}, size, colours);
    drawText(painter, {x + marker + 0.4 * line, y, right - x - marker - 0.4 * line, line},
             Qt::AlignLeft | Qt::AlignVCenter, name, fonts.label, colours.text);
    x += width + 1.2 * line;
  }
  return area.adjusted(0, y + 1.5 * line - area.top(), 0, 0);
}

void drawMarker(QPainter& painter, Role role, QPointF centre, double size, const Colours& colours) {
  const QColor colour = colours.of(role);
  const double r = size / 2;
  const auto polygon = [&](std::initializer_list<QPointF> corners) {
    QPolygonF shape;
    for (const QPointF& corner : corners) shape << centre + corner * r;
    painter.drawPolygon(shape);
  };
  painter.save();
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  switch (role) {
    case Role::Gain:
      polygon({{0, -1}, {1, 0.85}, {-1, 0.85}});
      break;
    case Role::Loss:
      polygon({{0, 1}, {1, -0.85}, {-1, -0.85}});
      break;
    case Role::Student:
      polygon({{0, -1.1}, {1.1, 0}, {0, 1.1}, {-1.1, 0}});
      break;
    case Role::Teacher:
    case Role::BothRight:
      polygon({{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}});
      break;
    case Role::BothWrong:
      painter.setPen(QPen(colour, size * 0.24));
      painter.drawLine(centre + QPointF(-r, -r) * 0.8, centre + QPointF(r, r) * 0.8);
      painter.drawLine(centre + QPointF(-r, r) * 0.8, centre + QPointF(r, -r) * 0.8);
      break;
    case Role::Net:
      painter.drawEllipse(centre, r * 0.95, r * 0.95);
      break;
    case Role::Neutral:
      painter.setBrush(Qt::NoBrush);
      painter.setPen(QPen(colour, size * 0.2));
      painter.drawEllipse(centre, r * 0.8, r * 0.8);
      break;
  }
  painter.restore();
}

QPen penOf(Role role, const Colours& colours, double width) {
  QPen pen(colours.of(role), width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  switch (role) {
    case Role::Loss:
      pen.setDashPattern({4, 2.5});
      pen.setCapStyle(Qt::FlatCap);
      break;
    case Role::Student:
      pen.setDashPattern({6, 2.5, 1.2, 2.5});
      pen.setCapStyle(Qt::FlatCap);
      break;
    case Role::BothWrong:
      pen.setDashPattern({1.2, 2});
      pen.setCapStyle(Qt::FlatCap);
      break;
    case Role::Net:
      pen.setWidthF(width * 1.7);
      break;
    case Role::Neutral:
      pen.setWidthF(width * 0.7);
      break;
    case Role::Gain:
    case Role::Teacher:
    case Role::BothRight:
      break;
  }
  return pen;
}

namespace {

/// How many curves before this one share its meaning.
std::size_t repeats(const Figure& figure, std::size_t index) {
  const FigureSeries& own = figure.series[index];
  std::size_t count = 0;
  for (std::size_t i = 0; i < index; ++i) {
    const FigureSeries& other = figure.series[i];
    count += !other.faint && other.dashed == own.dashed && other.role == own.role;
  }
  return count;
}

}  // namespace

QPen penOfSeries(const Figure& figure, std::size_t index, const Colours& colours, double width) {
  const FigureSeries& series = figure.series[index];
  QPen pen = penOf(series.role, colours, width);
  // Runs side by side all show the same quantity in its one colour: their line styles differ.
  static const QList<qreal> kPatterns[] = {{5, 2}, {1, 1.6}, {6, 2, 1, 2}, {2.5, 1.5}, {8, 2, 1, 2, 1, 2}};
  static const QList<qreal> kSecondReading{1.2, 1.8};
  const std::size_t again = series.faint ? 0 : repeats(figure, index);
  if (!series.dashed && again == 0) return pen;
  pen.setDashPattern(series.dashed ? kSecondReading : kPatterns[(again - 1) % std::size(kPatterns)]);
  pen.setCapStyle(Qt::FlatCap);
  return pen;
}

QString tickText(double value, const Ticks& ticks, bool isSigned) {
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

bool isSigned(const Figure& figure) {
  // What is measured from a reference is a difference, also while none is negative yet; so is every cell.
  if (figure.zeroLine || figure.kind == FigureKind::Heat) return true;
  for (const FigureSeries& series : figure.series) {
    if (std::any_of(series.y.begin(), series.y.end(), [](double value) { return value < 0; })) return true;
  }
  return false;
}

QString valueText(const Figure& figure, double value) {
  // Two decimals tell apart single images among ten thousand; large numbers need none.
  const int decimals = figure.kind == FigureKind::Lines ? 2 : 1;
  return isSigned(figure) ? signedText(value, decimals) : numberText(value, decimals);
}

}  // namespace gf
