// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <QPolygonF>
#include <cmath>

#include "ui/charts/drawing.h"
#include "ui/style/colours.h"

namespace gf {

namespace {

MarkShape shapeOf(Role role) {
  switch (role) {
    case Role::Gain:
      return MarkShape::TriangleUp;
    case Role::Loss:
      return MarkShape::TriangleDown;
    case Role::Student:
      return MarkShape::Diamond;
    case Role::Teacher:
    case Role::BothRight:
      return MarkShape::Square;
    case Role::BothWrong:
      return MarkShape::Cross;
    case Role::Net:
      return MarkShape::Disc;
    case Role::Neutral:
      break;
  }
  return MarkShape::Ring;
}

/// Corners around a centre, the first at `start` (in turns, 0 is right, clockwise); every second one at `inner`.
QPolygonF starOf(int corners, double start, double inner) {
  QPolygonF shape;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * M_PI * (start + static_cast<double>(i) / corners), reach = i % 2 ? inner : 1;
    shape << QPointF(std::cos(angle), std::sin(angle)) * reach;
  }
  return shape;
}

/// The outline in a square from -1 to 1; empty for what is round or made of lines.
QPolygonF outlineOf(MarkShape shape) {
  switch (shape) {
    case MarkShape::TriangleUp:
      return QPolygonF({{0, -1}, {1, 0.85}, {-1, 0.85}});
    case MarkShape::TriangleDown:
      return QPolygonF({{0, 1}, {1, -0.85}, {-1, -0.85}});
    case MarkShape::TriangleRight:
      return QPolygonF({{1.05, 0}, {-0.85, 1}, {-0.85, -1}});
    case MarkShape::Diamond:
      return QPolygonF({{0, -1.1}, {1.1, 0}, {0, 1.1}, {-1.1, 0}});
    case MarkShape::Square:
      return QPolygonF({{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}});
    case MarkShape::Plus: {
      constexpr double a = 0.36, b = 1.05;
      return QPolygonF(
          {{-a, -b}, {a, -b}, {a, -a}, {b, -a}, {b, a}, {a, a}, {a, b}, {-a, b}, {-a, a}, {-b, a}, {-b, -a}, {-a, -a}});
    }
    case MarkShape::Star: {
      QPolygonF star = starOf(10, -0.25, 0.45);
      for (QPointF& corner : star) corner *= 1.2;
      return star;
    }
    case MarkShape::Hexagon:
      return starOf(6, 0, 1);
    case MarkShape::Ring:
    case MarkShape::Disc:
    case MarkShape::Cross:
      break;
  }
  return {};
}

/// How many series before this one share its meaning.
std::size_t repeats(const Figure& figure, std::size_t index) {
  const FigureSeries& own = figure.series[index];
  std::size_t count = 0;
  for (std::size_t i = 0; i < index; ++i) {
    const FigureSeries& other = figure.series[i];
    count += !other.faint && other.dashed == own.dashed && other.role == own.role;
  }
  return count;
}

std::size_t neutralSeries(const Figure& figure) {
  std::size_t count = 0;
  for (const FigureSeries& series : figure.series) count += series.role == Role::Neutral;
  return count;
}

}  // namespace

SeriesStyle styleOfSeries(const Figure& figure, std::size_t index, const Colours& colours) {
  const FigureSeries& series = figure.series[index];
  SeriesStyle style{colours.of(series.role), shapeOf(series.role), false};
  // Curves are told apart by their lines, and keep the colour of their role.
  const bool byMark = figure.kind == FigureKind::Columns || figure.kind == FigureKind::Scatter;
  if (!byMark) return style;
  if (series.role == Role::Neutral && neutralSeries(figure) > 1) {
    static constexpr MarkShape kShapes[] = {MarkShape::Disc, MarkShape::TriangleRight, MarkShape::Plus, MarkShape::Star,
                                            MarkShape::Hexagon};
    std::size_t place = 0;
    for (std::size_t i = 0; i < index; ++i) place += figure.series[i].role == Role::Neutral;
    return {familyColour(place, colours), kShapes[place % std::size(kShapes)], place >= std::size(kShapes)};
  }
  style.hollow = series.dashed || repeats(figure, index) % 2 == 1;
  return style;
}

void drawShape(QPainter& painter, const SeriesStyle& style, QPointF centre, double size) {
  const double r = size / 2;
  painter.save();
  const bool lines = style.shape == MarkShape::Ring || style.shape == MarkShape::Cross;
  if (lines || style.hollow) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(style.colour, size * (style.shape == MarkShape::Cross ? 0.24 : 0.2)));
  } else {
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.colour);
  }
  if (style.shape == MarkShape::Cross) {
    painter.drawLine(centre + QPointF(-r, -r) * 0.8, centre + QPointF(r, r) * 0.8);
    painter.drawLine(centre + QPointF(-r, r) * 0.8, centre + QPointF(r, -r) * 0.8);
  } else if (QPolygonF outline = outlineOf(style.shape); outline.isEmpty()) {
    const double radius = lines || style.hollow ? r * 0.8 : r * 0.95;
    painter.drawEllipse(centre, radius, radius);
  } else {
    for (QPointF& corner : outline) corner = centre + corner * r * (style.hollow ? 0.85 : 1);
    painter.drawPolygon(outline);
  }
  painter.restore();
}

void drawMarker(QPainter& painter, Role role, QPointF centre, double size, const Colours& colours) {
  drawShape(painter, {colours.of(role), shapeOf(role), false}, centre, size);
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

}  // namespace gf
