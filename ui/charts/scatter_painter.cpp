// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/charts/figure_view.h"
#include "ui/charts/painters.h"
#include "ui/charts/scatter_points.h"
#include "ui/style/colours.h"

namespace gf {

namespace {

/// From here on all points are one picture: so many shapes would take seconds to draw and megabytes to write.
constexpr std::size_t kMostShapes = 5000;
constexpr std::size_t kMostNames = 40, kMostNamesWithoutSizes = 20, kMostLandmarks = 15;

/// What names may hide: nothing at all, or a guide's line but no point and no other name.
constexpr double kNothing = 0.01, kAcrossLines = 0.95, kAcrossPoints = 20;

class ScatterPainter final : public FigurePainter {
 public:
  void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
             const ChartFonts& fonts, const FigureLook& look) override;
  QString tip(const Figure& figure, const Mark& mark) const override;
  int markCount() const override { return static_cast<int>(points_.size()); }
  Mark mark(int index) const override;
  int markAt(QPointF position) const override { return index_.nearest(points_, position); }

 private:
  void measure(PlotFrame& frame) const;
  void layOut(PlotFrame& frame, const QRectF& rest, bool corner);
  void place(const PlotFrame& frame);
  void drawPoints(const PlotFrame& frame) const;
  void drawSelected(const PlotFrame& frame) const;
  void drawNames(const PlotFrame& frame, Occupancy& taken) const;
  void drawLandmarks(const PlotFrame& frame, Occupancy& taken) const;
  bool drawName(const PlotFrame& frame, const ScatterPoint& point, Occupancy& taken, double most) const;
  Occupancy occupied(const PlotFrame& frame) const;

  std::vector<ScatterPoint> points_;  ///< By x, then y: the order of the keyboard.
  PointIndex index_;
  ValueFormat xFormat_, yFormat_;
};

/// Beyond the outermost points, but not below zero where nothing is.
AxisRange padded(AxisRange range) {
  const double pad = 0.04 * (range.high - range.low);
  const bool fromZero = range.low >= 0 && range.low < 0.15 * range.high;
  return {fromZero ? 0 : range.low - pad, range.high + pad};
}

void ScatterPainter::measure(PlotFrame& frame) const {
  const Figure& figure = frame.figure;
  AxisRange x{INFINITY, -INFINITY}, y{INFINITY, -INFINITY};
  for (const FigureSeries& series : figure.series) {
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
      if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i])) continue;
      x = {std::min(x.low, series.x[i]), std::max(x.high, series.x[i])};
      y = {std::min(y.low, series.y[i]), std::max(y.high, series.y[i])};
    }
  }
  if (figure.zeroLine) y = {std::min(y.low, *figure.zeroLine), std::max(y.high, *figure.zeroLine)};
  includeGuides(figure, x, y);
  frame.x = padded(widened(x.low, x.high));
  frame.y = padded(widened(y.low, y.high));
}

/// A map has no axes: its directions mean nothing, and one unit is as long both ways.
bool isMap(const Figure& figure) {
  return figure.xTitle.empty() && figure.yTitle.empty();
}

void equalUnits(PlotFrame& frame) {
  const double across = (frame.x.high - frame.x.low) / frame.plot.width();
  const double down = (frame.y.high - frame.y.low) / frame.plot.height();
  AxisRange& narrow = across < down ? frame.x : frame.y;
  const double extra = (narrow.high - narrow.low) * (std::max(across, down) / std::min(across, down) - 1) / 2;
  narrow = {narrow.low - extra, narrow.high + extra};
}

/// As many places as can be named below without touching each other.
Ticks bottomTicks(const PlotFrame& frame, bool withSign) {
  for (int most = std::clamp(static_cast<int>(frame.plot.width() / (3 * frame.line)), 1, 10);; --most) {
    const bool factors = frame.figure.logarithmic;
    const Ticks ticks =
        factors ? logTicks(frame.x.low, frame.x.high, most) : niceTicks(frame.x.low, frame.x.high, most);
    double step = frame.x.high - frame.x.low;
    for (std::size_t i = 1; i < ticks.values.size(); ++i) step = std::min(step, ticks.values[i] - ticks.values[i - 1]);
    step *= frame.plot.width() / (frame.x.high - frame.x.low);
    if (most == 1 || widestTick(ticks, withSign, frame.fonts.label) + 0.6 * frame.line <= step) return ticks;
  }
}

void ScatterPainter::layOut(PlotFrame& frame, const QRectF& rest, bool corner) {
  const Figure& figure = frame.figure;
  const double line = frame.line, right = rest.right() - (corner ? frame.look.corner : 0);
  const QString size = isSized(figure) ? toQString(figure.valueTitle) : QString();
  const QString area = size.isEmpty() ? size : FigureView::tr("Area: %1").arg(size);
  const double titleWidth = figure.yTitle.empty() ? 0 : textWidth(frame.fonts.label, toQString(figure.yTitle)) + line;
  double top = rest.top();
  drawText(frame.painter, {rest.left(), top, right - rest.left(), line}, Qt::AlignLeft | Qt::AlignVCenter,
           toQString(figure.yTitle), frame.fonts.label, frame.colours.mutedText);
  const bool beside = rest.left() + titleWidth + textWidth(frame.fonts.label, area) <= right;
  if (!figure.yTitle.empty() && !area.isEmpty() && !beside) top += 1.1 * line;
  const double areaLeft = beside ? rest.left() + titleWidth : rest.left();
  drawText(frame.painter, {areaLeft, top, right - areaLeft, line},
           (titleWidth > 0 && beside ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, area, frame.fonts.label,
           frame.colours.mutedText);
  if (!figure.yTitle.empty() || !area.isEmpty()) top += 1.5 * line;

  const bool map = isMap(figure);
  const double bottom = rest.bottom() - (map ? 0.2 * line : figure.xTitle.empty() ? 1.5 * line : 2.7 * line);
  const int most = std::clamp(static_cast<int>((bottom - top) / (2.5 * line)), 2, 8);
  const Ticks ticks = niceTicks(frame.y.low, frame.y.high, most);
  const double left =
      rest.left() + (map ? 0.2 * line : widestTick(ticks, yFormat_.isSigned, frame.fonts.label) + 0.7 * line);
  // The last number may stand half outside.
  const double margin = map ? 0.2 * line : 1.4 * line;
  frame.plot = QRectF(left, top, std::max(10.0, rest.right() - margin - left), std::max(10.0, bottom - top));
  if (map) {
    equalUnits(frame);
    frame.painter.setBrush(Qt::NoBrush);
    frame.painter.setPen(QPen(frame.colours.line, 0.8));
    frame.painter.drawRect(frame.plot);
    return;
  }
  const Ticks below = bottomTicks(frame, xFormat_.isSigned);
  for (const double value : below.values) {
    frame.painter.setPen(QPen(frame.colours.line, value == 0 ? 1.4 : 0.8));
    frame.painter.drawLine(QPointF(frame.left(value), frame.plot.top()),
                           QPointF(frame.left(value), frame.plot.bottom()));
  }
  drawValueGrid(frame.painter, frame.plot, frame.y, ticks, yFormat_.isSigned, frame.colours, frame.fonts);
  drawBottomAxis(frame.painter, frame.plot, frame.x, below, xFormat_.isSigned, frame.colours, frame.fonts);
  drawText(frame.painter, {rest.left(), frame.plot.bottom() + 1.4 * line, rest.width(), line},
           Qt::AlignRight | Qt::AlignVCenter, toQString(figure.xTitle), frame.fonts.label, frame.colours.mutedText);
}

void ScatterPainter::place(const PlotFrame& frame) {
  const Figure& figure = frame.figure;
  points_.clear();
  double largest = 0;
  std::size_t count = 0;
  for (const FigureSeries& series : figure.series) {
    count += series.y.size();
    for (const double size : series.size) {
      if (std::isfinite(size)) largest = std::max(largest, size);
    }
  }
  const bool sized = isSized(figure);
  // Fewer points are larger; sizes need more room to differ.
  const double crowd = std::pow(30.0 / std::max(30.0, static_cast<double>(count)), 0.25);
  const double diameter = frame.line * (sized ? std::max(0.5, 2.6 * crowd) : std::max(0.14, 0.62 * crowd));
  const double smallest = std::min(diameter, 0.3 * frame.line);
  points_.reserve(count);
  int label = 0;
  for (std::size_t s = 0; s < figure.series.size(); ++s) {
    const FigureSeries& series = figure.series[s];
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i, ++label) {
      if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i])) continue;
      double own = diameter;
      if (sized) {
        const double size = i < series.size.size() && std::isfinite(series.size[i]) ? std::max(0.0, series.size[i]) : 0;
        own = std::max(smallest, largest > 0 ? diameter * std::sqrt(size / largest) : 0);
      }
      points_.push_back({{frame.left(series.x[i]), frame.top(series.y[i])},
                         own / 2,
                         static_cast<std::uint32_t>(s),
                         static_cast<std::uint32_t>(i),
                         label});
    }
  }
  std::stable_sort(points_.begin(), points_.end(), [](const ScatterPoint& a, const ScatterPoint& b) {
    return a.centre.x() != b.centre.x() ? a.centre.x() < b.centre.x() : a.centre.y() < b.centre.y();
  });
  index_.build(points_, frame.plot);
}

void ScatterPainter::drawPoints(const PlotFrame& frame) const {
  const bool sized = isSized(frame.figure);
  const std::vector<std::size_t> order = drawingOrder(points_, sized);
  if (points_.size() > kMostShapes) {
    double reach = 0;
    for (const ScatterPoint& point : points_) reach = std::max(reach, point.radius);
    const QRectF area = frame.plot.adjusted(-reach, -reach, reach, reach);
    return drawPixels(frame.painter, area, cloudOf(frame, points_, order, area));
  }
  const double opacity = opacityFor(points_, frame.plot) * (sized ? 0.8 : 1);
  const std::vector<SeriesStyle> styles = pointStyles(frame, points_.size(), opacity);
  for (const std::size_t i : order) {
    const ScatterPoint& point = points_[i];
    drawShape(frame.painter, styles[point.series], point.centre, 2 * point.radius);
  }
}

void ScatterPainter::drawSelected(const PlotFrame& frame) const {
  if (frame.look.selected.empty()) return;
  for (const ScatterPoint& point : points_) {
    if (!frame.look.selected.contains(point.label)) continue;
    const SeriesStyle style = pointStyle(frame, point.series, points_.size());
    const double size = std::max(2 * point.radius, 0.5 * frame.line);
    drawShape(frame.painter, style, point.centre, size);
    frame.painter.setBrush(Qt::NoBrush);
    frame.painter.setPen(QPen(frame.colours.text, 0.1 * frame.line));
    frame.painter.drawEllipse(point.centre, 0.5 * size + 0.15 * frame.line, 0.5 * size + 0.15 * frame.line);
  }
}

Occupancy ScatterPainter::occupied(const PlotFrame& frame) const {
  Occupancy taken(frame.plot, frame.line / 4);
  for (const ScatterPoint& point : points_) {
    if (point.radius < frame.line / 4) {
      taken.add(point.centre);
      continue;
    }
    // The square inside the disc: names may come close to what is round.
    const double half = 0.8 * point.radius;
    taken.add(QRectF(point.centre - QPointF(half, half), QSizeF(2 * half, 2 * half)), 1);
  }
  return taken;
}

/// Beside, above or below the point, where at most `most` is hidden.
bool ScatterPainter::drawName(const PlotFrame& frame, const ScatterPoint& point, Occupancy& taken, double most) const {
  const auto label = static_cast<std::size_t>(point.label);
  if (label >= frame.figure.labels.size()) return false;
  const QString name = fittedText(frame.fonts.label, toQString(frame.figure.labels[label]), 11 * frame.line);
  const QSizeF size(textWidth(frame.fonts.label, name), 0.8 * frame.line);
  const double across = point.radius + 0.2 * frame.line + size.width() / 2;
  const double down = point.radius + 0.1 * frame.line + size.height() / 2;
  for (const QPointF& step : {QPointF(across, 0), QPointF(-across, 0), QPointF(0, -down), QPointF(0, down),
                              QPointF(0.75 * across, -0.8 * down), QPointF(0.75 * across, 0.8 * down),
                              QPointF(-0.75 * across, -0.8 * down), QPointF(-0.75 * across, 0.8 * down)}) {
    const QPointF centre = point.centre + step;
    if (taken.below(centre, size) > most) continue;
    taken.take(centre, size);
    if (most > kNothing) {
      QColor plate = frame.colours.surface;
      plate.setAlphaF(0.75F);
      frame.painter.fillRect(QRectF(centre - QPointF(size.width(), size.height()) / 2, size), plate);
    }
    drawText(frame.painter, {centre.x() - size.width() / 2, centre.y() - frame.line / 2, size.width() + 1, frame.line},
             Qt::AlignLeft | Qt::AlignVCenter, name, frame.fonts.label, frame.colours.text);
    return true;
  }
  return false;
}

/// Of a crowded map the largest points that lie apart: enough to know which region is which.
void ScatterPainter::drawLandmarks(const PlotFrame& frame, Occupancy& taken) const {
  std::vector<std::size_t> landmarks;
  for (const std::size_t i : drawingOrder(points_, true)) {
    if (landmarks.size() >= kMostLandmarks) return;
    const auto isNear = [&](std::size_t other) {
      const QPointF apart = points_[other].centre - points_[i].centre;
      return std::abs(apart.x()) < 8 * frame.line && std::abs(apart.y()) < 2 * frame.line;
    };
    if (std::any_of(landmarks.begin(), landmarks.end(), isNear)) continue;
    if (!drawName(frame, points_[i], taken, kAcrossPoints)) continue;
    landmarks.push_back(i);
  }
}

void ScatterPainter::drawNames(const PlotFrame& frame, Occupancy& taken) const {
  std::size_t named = 0;
  for (const ScatterPoint& point : points_) {
    if (named >= kMostNames) break;
    if (frame.look.selected.contains(point.label)) named += drawName(frame, point, taken, kAcrossLines);
  }
  if (!frame.look.selected.empty()) return;
  const std::size_t most = isSized(frame.figure) ? kMostNames : kMostNamesWithoutSizes;
  if (points_.size() > most) {
    if (isMap(frame.figure) && isSized(frame.figure)) drawLandmarks(frame, taken);
    return;
  }
  // The largest first: where not all fit, they matter most.
  for (const std::size_t i : drawingOrder(points_, true)) {
    if (!drawName(frame, points_[i], taken, kNothing)) drawName(frame, points_[i], taken, kAcrossLines);
  }
}

void ScatterPainter::paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                           const ChartFonts& fonts, const FigureLook& look) {
  points_.clear();
  index_ = {};
  if (isEmpty(figure)) return;
  xFormat_ = placeFormat(figure);
  yFormat_ = valueFormat(figure);
  const Figure placed = onAxis(figure);
  PlotFrame frame{painter, placed, colours, fonts, look, textHeight(fonts.label), {}, {0, 1}, {0, 1}};
  measure(frame);
  QRectF rest = drawTitle(painter, area, figure, colours, fonts, look);
  if (figure.series.size() > 1) rest = drawLegend(painter, rest, figure, colours, fonts, look);
  layOut(frame, rest, rest.top() == area.top());
  place(frame);
  if (figure.zeroLine) {
    painter.setPen(QPen(colours.mutedText, 0.07 * frame.line));
    painter.drawLine(QPointF(frame.plot.left(), frame.top(*figure.zeroLine)),
                     QPointF(frame.plot.right(), frame.top(*figure.zeroLine)));
  }
  drawGuides(frame);
  drawPoints(frame);
  drawSelected(frame);
  Occupancy taken = occupied(frame);
  drawGuideNames(frame, taken);
  drawNames(frame, taken);
}

Mark ScatterPainter::mark(int index) const {
  const ScatterPoint& point = points_[static_cast<std::size_t>(index)];
  const double half = std::max(5.0, point.radius + 2);
  const QRectF shape(point.centre - QPointF(half, half), QSizeF(2 * half, 2 * half));
  return {shape, shape, point.label, static_cast<double>(point.index), static_cast<int>(point.series)};
}

QString ScatterPainter::tip(const Figure& figure, const Mark& mark) const {
  const auto series = static_cast<std::size_t>(mark.column), index = static_cast<std::size_t>(mark.x);
  const auto label = static_cast<std::size_t>(mark.label);
  if (mark.column < 0 || series >= figure.series.size()) return {};
  const FigureSeries& own = figure.series[series];
  if (index >= std::min(own.x.size(), own.y.size())) return {};
  QStringList lines;
  if (label < figure.labels.size()) lines << toQString(figure.labels[label]);
  if (figure.series.size() > 1) lines << toQString(own.name);
  const auto say = [&](const std::string& title, const QString& value) {
    if (!title.empty()) lines << FigureView::tr("%1: %2").arg(toQString(title), value);
  };
  say(figure.xTitle, figure.logarithmic ? roundText(own.x[index]) : xFormat_.text(own.x[index]));
  say(figure.yTitle, yFormat_.text(own.y[index]));
  if (index < own.size.size()) say(figure.valueTitle, formatFor(own.size[index], false).text(own.size[index]));
  if (index < own.notes.size()) lines << toQString(own.notes[index]);
  if (label < figure.details.size()) lines << toQString(figure.details[label]);
  lines.removeAll(QString());
  return lines.join('\n');
}

}  // namespace

std::unique_ptr<FigurePainter> makeScatterPainter() {
  return std::make_unique<ScatterPainter>();
}

}  // namespace gf
