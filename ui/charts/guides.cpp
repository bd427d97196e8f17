// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <optional>

#include "ui/charts/plot_frame.h"

namespace gf {

namespace {

using Kind = FigureGuide::Kind;

void widen(AxisRange& range, double value) {
  if (!std::isfinite(value)) return;
  range.low = std::min(range.low, value);
  range.high = std::max(range.high, value);
}

/// What of the diagonal lies inside the plot.
std::optional<QLineF> diagonalOf(const PlotFrame& frame) {
  const double low = std::max(frame.x.low, frame.y.low), high = std::min(frame.x.high, frame.y.high);
  if (!(low < high)) return std::nullopt;
  return QLineF(frame.left(low), frame.top(low), frame.left(high), frame.top(high));
}

double clamped(const AxisRange& range, double value) {
  return std::clamp(value, range.low, range.high);
}

/// The extent of a horizontal or vertical guide: a line has none.
QRectF areaOf(const PlotFrame& frame, const FigureGuide& guide) {
  const double low = std::min(guide.from, guide.to), high = std::max(guide.from, guide.to);
  const double to = guide.isPlate() ? high : guide.from, from = guide.isPlate() ? low : guide.from;
  if (guide.kind == Kind::Vertical) {
    const double left = frame.left(clamped(frame.x, from)), right = frame.left(clamped(frame.x, to));
    return {QPointF(left, frame.plot.top()), QPointF(right, frame.plot.bottom())};
  }
  const double top = frame.top(clamped(frame.y, to)), bottom = frame.top(clamped(frame.y, from));
  return {QPointF(frame.plot.left(), top), QPointF(frame.plot.right(), bottom)};
}

struct Place {
  QPointF centre;
  double degrees = 0;
  bool onPlate = false;  ///< Within the guide itself.
};

/// Where a name of this size may stand, the best liked first.
std::vector<Place> placesFor(const PlotFrame& frame, const FigureGuide& guide, QSizeF size) {
  std::vector<Place> places;
  const QRectF& plot = frame.plot;
  const double gap = 0.15 * frame.line, inset = 0.3 * frame.line;
  if (guide.kind == Kind::Diagonal) {
    const std::optional<QLineF> line = diagonalOf(frame);
    if (!line) return places;
    const double degrees = -line->angle() + (line->angle() > 180 ? 360 : 0);
    const QPointF normal = QPointF(line->normalVector().unitVector().dx(), line->normalVector().unitVector().dy());
    for (const double share : {0.82, 0.7, 0.58, 0.46, 0.34, 0.22}) {
      for (const double side : {1.0, -1.0}) {
        const double away = side * (size.height() / 2 + gap);
        places.push_back({line->pointAt(share) + normal * away, degrees});
      }
    }
    return places;
  }
  const QRectF area = areaOf(frame, guide);
  if (guide.kind == Kind::Vertical) {
    const double rightOf = area.right() + inset + size.width() / 2, leftOf = area.left() - inset - size.width() / 2;
    for (const double share : {0.0, 1.0, 0.15, 0.85, 0.3, 0.7, 0.5}) {
      const double y = plot.top() + size.height() / 2 + gap + share * (plot.height() - size.height() - 2 * gap);
      if (area.width() > size.width()) places.push_back({{area.center().x(), y}, 0, true});
      places.push_back({{rightOf, y}});
      places.push_back({{leftOf, y}});
    }
    return places;
  }
  for (const double share : {1.0, 0.0, 0.5, 0.75, 0.25}) {
    const double x = plot.left() + size.width() / 2 + inset + share * (plot.width() - size.width() - 2 * inset);
    if (area.height() > size.height()) places.push_back({{x, area.center().y()}, 0, true});
    places.push_back({{x, area.top() - gap - size.height() / 2}});
    places.push_back({{x, area.bottom() + gap + size.height() / 2}});
  }
  return places;
}

/// A name in one line, or in two where it is long for the plot.
QStringList linesOf(const PlotFrame& frame, const FigureGuide& guide) {
  const QString name = toQString(guide.label);
  const double room = (guide.kind == Kind::Vertical ? 0.45 : 0.8) * frame.plot.width();
  if (textWidth(frame.fonts.label, name) <= room) return {name};
  return wrappedText(frame.fonts.label, name, room, 2);
}

void drawName(const PlotFrame& frame, const QStringList& lines, const Place& place, QSizeF size) {
  frame.painter.save();
  frame.painter.translate(place.centre);
  frame.painter.rotate(place.degrees);
  const QRectF area(-size.width() / 2, -size.height() / 2, size.width(), size.height());
  QColor plate = frame.colours.surface;
  plate.setAlphaF(0.75F);
  if (!place.onPlate) frame.painter.fillRect(area, plate);
  double y = area.top();
  for (const QString& line : lines) {
    drawText(frame.painter, {area.left(), y, area.width(), frame.line}, Qt::AlignHCenter | Qt::AlignVCenter, line,
             frame.fonts.label, frame.colours.mutedText);
    y += frame.line;
  }
  frame.painter.restore();
}

}  // namespace

void includeGuides(const Figure& figure, AxisRange& x, AxisRange& y) {
  bool diagonal = false;
  for (const FigureGuide& guide : figure.guides) {
    diagonal = diagonal || guide.kind == Kind::Diagonal;
    if (guide.kind == Kind::Diagonal) continue;
    AxisRange& range = guide.kind == Kind::Vertical ? x : y;
    widen(range, guide.from);
    if (guide.isPlate()) widen(range, guide.to);
  }
  if (!diagonal) return;
  x.low = y.low = std::min(x.low, y.low);
  x.high = y.high = std::max(x.high, y.high);
}

void drawGuides(const PlotFrame& frame) {
  QPen dashed(frame.colours.mutedText, 0.08 * frame.line, Qt::CustomDashLine, Qt::FlatCap);
  dashed.setDashPattern({5, 3});
  for (const FigureGuide& guide : frame.figure.guides) {
    if (guide.kind == Kind::Diagonal) {
      const std::optional<QLineF> line = diagonalOf(frame);
      frame.painter.setPen(dashed);
      if (line) frame.painter.drawLine(*line);
      continue;
    }
    if (!std::isfinite(guide.from) || !std::isfinite(guide.to)) continue;
    const QRectF area = areaOf(frame, guide);
    if (guide.isPlate()) {
      QColor ground = frame.colours.mutedText;
      ground.setAlphaF(0.16F);
      frame.painter.fillRect(area, ground);
      continue;
    }
    frame.painter.setPen(dashed);
    frame.painter.drawLine(area.topLeft(), area.bottomRight());
  }
}

namespace {

/// A name across a line is worse than one on the bare ground, and better than one on data.
void addLine(const PlotFrame& frame, const FigureGuide& guide, Occupancy& taken) {
  constexpr float kLine = 0.05F;
  if (guide.kind != Kind::Diagonal) {
    const bool known = std::isfinite(guide.from) && std::isfinite(guide.to);
    if (known && !guide.isPlate()) taken.add(areaOf(frame, guide), kLine);
    return;
  }
  const std::optional<QLineF> line = diagonalOf(frame);
  for (int i = 0; line && i <= 100; ++i) taken.add(line->pointAt(i / 100.0), kLine);
}

}  // namespace

void drawGuideNames(const PlotFrame& frame, Occupancy& taken) {
  const std::vector<FigureGuide>& guides = frame.figure.guides;
  for (std::size_t i = 0; i < guides.size(); ++i) {
    const FigureGuide& guide = guides[i];
    if (guide.label.empty() || !std::isfinite(guide.from) || !std::isfinite(guide.to)) continue;
    const QStringList lines = linesOf(frame, guide);
    double width = 0;
    for (const QString& line : lines) width = std::max(width, textWidth(frame.fonts.label, line));
    const QSizeF size(std::min(width + 0.3 * frame.line, frame.plot.width() - 0.6 * frame.line),
                      static_cast<double>(lines.size()) * frame.line);
    // A name stands beside its own line; the others are in its way.
    Occupancy inTheWay = taken;
    for (std::size_t other = 0; other < guides.size(); ++other) {
      if (other != i) addLine(frame, guides[other], inTheWay);
    }
    const Place* best = nullptr;
    double least = INFINITY;
    const std::vector<Place> places = placesFor(frame, guide, size);
    for (const Place& place : places) {
      const double hidden = inTheWay.below(place.centre, size, place.degrees);
      if (hidden >= least) continue;
      least = hidden;
      best = &place;
    }
    if (!best) continue;
    drawName(frame, lines, *best, size);
    taken.take(best->centre, size, best->degrees);
  }
  for (const FigureGuide& guide : guides) addLine(frame, guide, taken);
}

}  // namespace gf
