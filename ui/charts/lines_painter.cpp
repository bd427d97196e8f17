// SPDX-License-Identifier: GPL-3.0-or-later
#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLineSeries>
#include <QPainter>
#include <QValueAxis>
#include <algorithm>
#include <cmath>
#include <tuple>

#include "ui/charts/drawing.h"
#include "ui/charts/painters.h"
#include "ui/charts/plot_frame.h"
#include "ui/style/colours.h"

namespace gf {

namespace {

// Qt Charts paints 5,000 points in 9 ms and slows down from there; more would not show on any screen.
constexpr int kMostPoints = 2000;
constexpr std::size_t kMostDirectLabels = 4;
constexpr int kDensePoints = 300;

/// Dashes and round joins cannot be seen in a dense zigzag, and took ten times as long to draw as all the rest.
void thin(QPen& pen) {
  pen.setStyle(Qt::SolidLine);
  pen.setCapStyle(Qt::FlatCap);
  pen.setJoinStyle(Qt::BevelJoin);
  pen.setWidthF(1);
}

/// Raw values stand behind their mean.
void fade(QPen& pen, const Colours& colours) {
  pen.setColor(blended(pen.color(), colours.surface, 0.3));
  pen.setStyle(Qt::SolidLine);
  pen.setWidthF(1);
}

std::size_t namedSeries(const Figure& figure) {
  return static_cast<std::size_t>(
      std::count_if(figure.series.begin(), figure.series.end(), [](const FigureSeries& s) { return !s.faint; }));
}

/// The curves alone, drawn by Qt Charts in a scene without a view: it paints on any device, needs no event loop, and
/// everything around the curves (grid, numbers, names, markers) is ours.
class ChartScene {
 public:
  ChartScene() : chart_(new QChart) {
    chart_->setAnimationOptions(QChart::NoAnimation);
    chart_->setBackgroundVisible(false);
    chart_->setPlotAreaBackgroundVisible(false);
    chart_->setMargins({});
    chart_->layout()->setContentsMargins(0, 0, 0, 0);
    chart_->legend()->hide();
    for (QValueAxis* axis : {&x_, &y_}) axis->setVisible(false);
    chart_->addAxis(&x_, Qt::AlignBottom);
    chart_->addAxis(&y_, Qt::AlignLeft);
    scene_.addItem(chart_);
  }
  ~ChartScene() {
    chart_->removeAllSeries();
    chart_->removeAxis(&x_);
    chart_->removeAxis(&y_);
  }
  ChartScene(const ChartScene&) = delete;
  ChartScene& operator=(const ChartScene&) = delete;

  void render(QPainter& painter, const QRectF& plot, const std::vector<QVector<QPointF>>& points,
              const std::vector<QPen>& pens, const AxisRange& x, const AxisRange& y) {
    while (series_.size() > points.size()) {
      chart_->removeSeries(series_.back());
      delete series_.back();
      series_.pop_back();
    }
    while (series_.size() < points.size()) {
      auto* series = new QLineSeries(chart_);
      chart_->addSeries(series);
      series->attachAxis(&x_);
      series->attachAxis(&y_);
      series_.push_back(series);
    }
    const QRectF page(QPointF(0, 0), plot.size());
    scene_.setSceneRect(page);
    chart_->setGeometry(page);
    chart_->setPlotArea(page);
    x_.setRange(x.low, x.high);
    y_.setRange(y.low, y.high);
    for (std::size_t i = 0; i < points.size(); ++i) {
      series_[i]->setPen(pens[i]);
      series_[i]->replace(points[i]);
    }
    chart_->layout()->activate();
    scene_.render(&painter, plot, page, Qt::IgnoreAspectRatio);
  }

 private:
  QGraphicsScene scene_;
  QChart* chart_;
  QValueAxis x_, y_;
  std::vector<QLineSeries*> series_;
};

class LinesPainter final : public FigurePainter {
 public:
  void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
             const ChartFonts& fonts, const FigureLook& look) override;
  QString tip(const Figure& figure, const Mark& mark) const override;

 private:
  struct Frame : PlotFrame {
    bool wholeX = true;  ///< Places are whole numbers, such as epochs: no ticks between them.
    QPointF at(QPointF value) const { return {left(value.x()), top(value.y())}; }
  };
  void measure(Frame& frame, double width);
  void paintAxes(Frame& frame, const QRectF& area);
  void paintCurves(const Frame& frame);
  void paintZeroLine(const Frame& frame) const;
  void paintZeroName(const Frame& frame) const;
  void paintMarkers(const Frame& frame) const;
  void paintStages(const Frame& frame) const;
  void paintNames(const Frame& frame, double right) const;
  void paintGuideNames(const Frame& frame) const;
  void noteMarks(const Frame& frame);

  ChartScene scene_;
  std::vector<QVector<QPointF>> points_;  ///< Per series, as drawn.
};

void LinesPainter::measure(Frame& frame, double width) {
  points_.clear();
  // The lowest and the highest point of every two units of width draw what all of them would.
  const int most = std::clamp(static_cast<int>(width), 100, kMostPoints);
  double lowX = INFINITY, highX = -INFINITY, lowY = INFINITY, highY = -INFINITY;
  for (const FigureSeries& series : frame.figure.series) {
    points_.push_back(bucketed(series.x, series.y, most));
    for (const QPointF& point : points_.back()) {
      frame.wholeX = frame.wholeX && point.x() == std::round(point.x());
      lowX = std::min(lowX, point.x());
      highX = std::max(highX, point.x());
      lowY = std::min(lowY, point.y());
      highY = std::max(highY, point.y());
    }
  }
  if (frame.figure.zeroLine) {
    lowY = std::min(lowY, *frame.figure.zeroLine);
    highY = std::max(highY, *frame.figure.zeroLine);
  }
  AxisRange guidedX{lowX, highX}, guidedY{lowY, highY};
  includeGuides(frame.figure, guidedX, guidedY);
  std::tie(lowX, highX, lowY, highY) = std::tuple(guidedX.low, guidedX.high, guidedY.low, guidedY.high);
  // An axis that starts just beside zero starts at zero; a single moment gets room to its right.
  if (!frame.figure.logarithmic && lowX > 0 && lowX < 0.05 * highX) lowX = 0;
  frame.x = lowX == highX ? AxisRange{lowX, lowX + 1} : widened(lowX, highX);
  frame.y = widened(lowY, highY);
}

void LinesPainter::paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                         const ChartFonts& fonts, const FigureLook& look) {
  marks_.clear();
  const Figure placed = onAxis(figure);
  Frame frame{{painter, placed, colours, fonts, look, textHeight(fonts.label), {}, {}, {}}, true};
  measure(frame, area.width());
  QRectF rest = drawTitle(painter, area, figure, colours, fonts, look);
  double names = 0.5 * frame.line;
  for (const FigureSeries& series : figure.series) {
    if (series.faint) continue;
    names = std::max(names, textWidth(fonts.label, toQString(series.name)) + 1.3 * frame.line);
  }
  // Names that would be cut beside the curves stand above them.
  const bool direct = namedSeries(figure) <= kMostDirectLabels && names <= 0.35 * rest.width();
  if (!direct) {
    names = 0.5 * frame.line;
    rest = drawLegend(painter, rest, figure, colours, fonts, look);
  }
  paintAxes(frame, rest.adjusted(0, 0, -names, 0));
  drawGuides(frame);
  paintZeroLine(frame);
  paintStages(frame);
  paintCurves(frame);
  paintMarkers(frame);
  if (direct) paintNames(frame, rest.right());
  paintZeroName(frame);
  paintGuideNames(frame);
  noteMarks(frame);
}

void LinesPainter::paintCurves(const Frame& frame) {
  std::vector<QVector<QPointF>> points;
  std::vector<QPen> pens;
  // Raw values first, so that no mean is hidden by the noise of another.
  for (const bool faint : {true, false}) {
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const FigureSeries& series = frame.figure.series[i];
      if (series.faint != faint) continue;
      QPen pen = penOfSeries(frame.figure, i, frame.colours, 0.13 * frame.line);
      if (faint) fade(pen, frame.colours);
      if (points_[i].size() > kDensePoints) thin(pen);
      points.push_back(points_[i]);
      pens.push_back(pen);
    }
  }
  scene_.render(frame.painter, frame.plot, points, pens, frame.x, frame.y);
}

void LinesPainter::paintAxes(Frame& frame, const QRectF& area) {
  const double line = frame.line;
  const bool withSign = isSigned(frame.figure);
  drawText(frame.painter, {area.left(), area.top(), area.width(), line}, Qt::AlignLeft | Qt::AlignVCenter,
           toQString(frame.figure.yTitle), frame.fonts.label, frame.colours.mutedText);
  const double stages = frame.figure.marks.empty() ? 0 : 0.9 * line;  // for their names
  const double top = area.top() + stages + (frame.figure.yTitle.empty() ? 0.5 : 1.7) * line;
  const double bottom = area.bottom() - 2.7 * line;
  const int most = std::clamp(static_cast<int>((bottom - top) / (2.4 * line)), 2, 8);
  // The range grows to whole steps, so that the outermost values have a grid line beside them.
  const double step = niceTicks(frame.y.low, frame.y.high, most).step;
  frame.y = {std::floor(frame.y.low / step + 1e-9) * step, std::ceil(frame.y.high / step - 1e-9) * step};
  const Ticks ticks =
      niceTicks(frame.y.low, frame.y.high, static_cast<int>(std::lround((frame.y.high - frame.y.low) / step)));
  const double left = area.left() + widestTick(ticks, withSign, frame.fonts.label) + 0.6 * line;
  frame.plot = QRectF(left, top, std::max(10.0, area.right() - left - 0.3 * line), std::max(10.0, bottom - top));
  drawValueGrid(frame.painter, frame.plot, frame.y, ticks, withSign, frame.colours, frame.fonts);
  const int places = std::clamp(static_cast<int>(frame.plot.width() / (3.2 * line)), 1, 10);
  const Ticks below = frame.figure.logarithmic ? logTicks(frame.x.low, frame.x.high, places)
                                               : niceTicks(frame.x.low, frame.x.high, places, frame.wholeX);
  drawBottomAxis(frame.painter, frame.plot, frame.x, below, false, frame.colours, frame.fonts);
  drawText(frame.painter, {area.left(), frame.plot.bottom() + 1.4 * line, area.right() - area.left(), line},
           Qt::AlignRight | Qt::AlignVCenter, toQString(frame.figure.xTitle), frame.fonts.label,
           frame.colours.mutedText);
}

void LinesPainter::paintZeroLine(const Frame& frame) const {
  if (!frame.figure.zeroLine) return;
  const double y = frame.at({frame.x.low, *frame.figure.zeroLine}).y();
  frame.painter.setPen(QPen(frame.colours.mutedText, 0.07 * frame.line));
  frame.painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y));
}

void LinesPainter::paintZeroName(const Frame& frame) const {
  const QString text = toQString(frame.figure.zeroLineLabel);
  if (!frame.figure.zeroLine || text.isEmpty()) return;
  const double y = frame.at({frame.x.low, *frame.figure.zeroLine}).y(), line = frame.line;
  // Below the line where there is room; on a pale plate, so that it can be read across a curve.
  const bool below = y + 1.3 * line < frame.plot.bottom();
  const double width = std::min(textWidth(frame.fonts.label, text), frame.plot.width() - 0.6 * line);
  const QRectF place(frame.plot.right() - 0.3 * line - width, below ? y + 0.15 * line : y - 1.15 * line, width, line);
  QColor plate = frame.colours.surface;
  plate.setAlphaF(0.75F);
  frame.painter.fillRect(place.adjusted(-0.2 * line, 0, 0.2 * line, 0), plate);
  drawText(frame.painter, place, Qt::AlignRight | Qt::AlignVCenter, text, frame.fonts.label, frame.colours.mutedText);
}

/// A thin line where each named part begins, its name above the curves.
void LinesPainter::paintStages(const Frame& frame) const {
  const double line = frame.line;
  for (std::size_t i = 0; i < frame.figure.marks.size(); ++i) {
    const FigureMark& mark = frame.figure.marks[i];
    if (mark.x < frame.x.low || mark.x > frame.x.high) continue;
    const double x = frame.at({mark.x, 0}).x();
    frame.painter.setPen(QPen(frame.colours.mutedText, 0.06 * line, Qt::DotLine));
    frame.painter.drawLine(QPointF(x, frame.plot.top() - 0.9 * line), QPointF(x, frame.plot.bottom()));
    double end = frame.plot.right();
    if (i + 1 < frame.figure.marks.size()) end = std::min(end, frame.at({frame.figure.marks[i + 1].x, 0}).x());
    const double room = end - x - 0.5 * line;
    if (room < 2 * line) continue;  // not even a beginning could be read
    drawText(frame.painter, {x + 0.3 * line, frame.plot.top() - 1.05 * line, room, line},
             Qt::AlignLeft | Qt::AlignVCenter, toQString(mark.label), frame.fonts.label, frame.colours.mutedText);
  }
}

void LinesPainter::paintMarkers(const Frame& frame) const {
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const QVector<QPointF>& points = points_[i];
    if (points.isEmpty() || frame.figure.series[i].faint) continue;
    // Marks closer than two of their widths hide the curve; then only the end carries one.
    const double room = frame.plot.width() / std::max(1.0, static_cast<double>(points.size()) - 1);
    const bool every = room > 1.6 * frame.line;
    const Role role = frame.figure.series[i].role;
    for (qsizetype p = every ? 0 : points.size() - 1; p < points.size(); ++p) {
      drawMarker(frame.painter, role, frame.at(points[p]), 0.55 * frame.line, frame.colours);
    }
  }
}

void LinesPainter::paintNames(const Frame& frame, double right) const {
  struct Name {
    std::size_t series;
    double y;
  };
  std::vector<Name> names;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (!points_[i].isEmpty() && !frame.figure.series[i].faint) names.push_back({i, frame.at(points_[i].back()).y()});
  }
  std::stable_sort(names.begin(), names.end(), [](const Name& a, const Name& b) { return a.y < b.y; });
  // Pushed apart downwards, then back up from the lower edge: names never overlap and stay beside their ends.
  const double pitch = 1.05 * frame.line;
  for (std::size_t i = 1; i < names.size(); ++i) names[i].y = std::max(names[i].y, names[i - 1].y + pitch);
  double limit = frame.plot.bottom();
  for (std::size_t i = names.size(); i-- > 0; limit = names[i].y - pitch) names[i].y = std::min(names[i].y, limit);
  const double left = frame.plot.right() + 0.5 * frame.line, marker = 0.55 * frame.line;
  for (const Name& name : names) {
    const FigureSeries& series = frame.figure.series[name.series];
    drawMarker(frame.painter, series.role, {left + marker / 2, name.y}, marker, frame.colours);
    drawText(frame.painter,
             {left + marker + 0.3 * frame.line, name.y - frame.line / 2, right - left - marker - 0.3 * frame.line,
              frame.line},
             Qt::AlignLeft | Qt::AlignVCenter, toQString(series.name), frame.fonts.label, frame.colours.text);
  }
}

void LinesPainter::paintGuideNames(const Frame& frame) const {
  if (frame.figure.guides.empty()) return;
  Occupancy taken(frame.plot, frame.line / 3);
  for (const QVector<QPointF>& points : points_) {
    for (qsizetype i = 0; i + 1 < points.size(); ++i) {
      const QLineF piece(frame.at(points[i]), frame.at(points[i + 1]));
      const int steps = std::clamp(static_cast<int>(3 * piece.length() / frame.line), 1, 300);
      for (int s = 0; s <= steps; ++s) taken.add(piece.pointAt(static_cast<double>(s) / steps));
    }
  }
  drawGuideNames(frame, taken);
}

void LinesPainter::noteMarks(const Frame& frame) {
  std::vector<double> all;
  for (const auto& points : points_) {
    for (const QPointF& point : points) all.push_back(point.x());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double here = frame.at({all[i], 0}).x();
    const double from = i == 0 ? frame.plot.left() : (here + frame.at({all[i - 1], 0}).x()) / 2;
    const double to = i + 1 == all.size() ? frame.plot.right() : (here + frame.at({all[i + 1], 0}).x()) / 2;
    marks_.push_back({{from, frame.plot.top(), to - from, frame.plot.height()},
                      {here, frame.plot.top(), 0, frame.plot.height()},
                      Mark::kNone,
                      all[i]});
  }
}

QString LinesPainter::tip(const Figure& figure, const Mark& mark) const {
  const double extent = std::abs(mark.x);
  const int decimals = mark.x == std::round(mark.x) ? 0 : extent >= 100 ? 1 : 2;
  const QString place = figure.logarithmic ? roundText(std::pow(10.0, mark.x)) : QString::number(mark.x, 'f', decimals);
  QStringList lines{QStringLiteral("%1: %2").arg(toQString(figure.xTitle), place)};
  for (std::size_t i = 0; i < points_.size() && i < figure.series.size(); ++i) {
    for (const QPointF& point : points_[i]) {
      if (point.x() != mark.x) continue;
      lines << QStringLiteral("%1: %2").arg(toQString(figure.series[i].name), valueText(figure, point.y()));
      break;
    }
  }
  return lines.join('\n');
}

}  // namespace

std::unique_ptr<FigurePainter> makeLinesPainter() {
  return std::make_unique<LinesPainter>();
}

}  // namespace gf
