// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/charts/figure_view.h"
#include "ui/charts/names_below.h"
#include "ui/charts/painters.h"
#include "ui/charts/plot_frame.h"
#include "ui/style/colours.h"

namespace gf {

namespace {

double at(const std::vector<double>& values, std::size_t index) {
  return index < values.size() ? values[index] : std::nan("");
}

bool isBox(const FigureSeries& series) {
  return !series.least.empty() && !series.most.empty();
}

/// The lowest and the highest that is drawn of a value, without zero.
AxisRange extentOf(const FigureSeries& series, std::size_t label) {
  AxisRange range{series.y[label], series.y[label]};
  for (const auto* values : {&series.low, &series.high, &series.least, &series.most}) {
    const double value = at(*values, label);
    if (!std::isfinite(value)) continue;
    range = {std::min(range.low, value), std::max(range.high, value)};
  }
  return range;
}

class ColumnsPainter final : public FigurePainter {
 public:
  void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
             const ChartFonts& fonts, const FigureLook& look) override;
  QString tip(const Figure& figure, const Mark& mark) const override;

 private:
  void measure(PlotFrame& frame) const;
  void layOut(PlotFrame& frame, const QRectF& rest, bool corner);
  /// The room of series `series` at label `label`.
  QRectF slot(const PlotFrame& frame, std::size_t label, std::size_t series) const;
  QRectF column(const PlotFrame& frame, std::size_t label, std::size_t series) const;
  void drawColumns(const PlotFrame& frame) const;
  void drawInterval(const PlotFrame& frame, std::size_t label, std::size_t series) const;
  void drawBox(const PlotFrame& frame, std::size_t label, std::size_t series, const SeriesStyle& style) const;
  void drawValues(const PlotFrame& frame, Occupancy& taken) const;
  bool dimmed(const PlotFrame& frame, std::size_t label) const;

  ValueFormat format_;
};

/// Columns stand on zero, so zero is always in view.
void ColumnsPainter::measure(PlotFrame& frame) const {
  AxisRange range{0, 0};
  const auto include = [&](double value) {
    if (!std::isfinite(value)) return;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  };
  for (const FigureSeries& series : frame.figure.series) {
    for (const auto* values : {&series.y, &series.low, &series.high, &series.least, &series.most}) {
      for (const double value : *values) include(value);
    }
  }
  if (frame.figure.zeroLine) include(*frame.figure.zeroLine);
  AxisRange unused{0, 1};
  includeGuides(frame.figure, unused, range);
  frame.y = range.high > range.low ? range : AxisRange{0, 1};
}

/// With room for the numbers above the highest and below the lowest column.
AxisRange withHead(const AxisRange& range, double line, double height) {
  const double head = 1.2 * line / height * (range.high - range.low);
  return {range.low < 0 ? range.low - head : range.low, range.high > 0 ? range.high + head : 0};
}

void ColumnsPainter::layOut(PlotFrame& frame, const QRectF& rest, bool corner) {
  const Figure& figure = frame.figure;
  const double line = frame.line, top = rest.top() + 1.5 * line;
  drawText(frame.painter, {rest.left(), rest.top(), rest.width() - (corner ? frame.look.corner : 0), line},
           Qt::AlignLeft | Qt::AlignVCenter, toQString(figure.yTitle), frame.fonts.label, frame.colours.mutedText);
  QStringList names;
  for (const std::string& label : figure.labels) names << toQString(label);
  // The names' height depends on the width, which depends on the numbers: measured with a guess at the height.
  const double room = std::max(line, rest.bottom() - top - 2.5 * line);
  const int guess = std::clamp(static_cast<int>(room / (2.5 * line)), 2, 8);
  const AxisRange grown = withHead(frame.y, line, room);
  const double numbers = widestTick(niceTicks(grown.low, grown.high, guess), format_.isSigned, frame.fonts.label);
  const double left = rest.left() + numbers + 0.6 * line;
  const double each = (rest.right() - left) / static_cast<double>(figure.labels.size());
  const NamesBelow plan = planNamesBelow(names, frame.fonts.label, each, left - rest.left(), 0.4 * rest.height());
  const double below = plan.height + (figure.xTitle.empty() ? 0.2 : 1.2) * line;
  frame.plot = QRectF(left, top, std::max(10.0, rest.right() - left), std::max(10.0, rest.bottom() - below - top));

  const AxisRange range = withHead(frame.y, line, frame.plot.height());
  const int most = std::clamp(static_cast<int>(frame.plot.height() / (2.5 * line)), 2, 8);
  const Ticks ticks = niceTicks(range.low, range.high, most);
  frame.y = range;
  drawValueGrid(frame.painter, frame.plot, frame.y, ticks, format_.isSigned, frame.colours, frame.fonts);
  std::vector<double> centres;
  for (std::size_t i = 0; i < figure.labels.size(); ++i)
    centres.push_back(left + (static_cast<double>(i) + 0.5) * each);
  drawNamesBelow(frame.painter, plan, names, centres, frame.plot.bottom(), frame.fonts.label, frame.colours.text);
  drawText(frame.painter, {rest.left(), rest.bottom() - line, rest.width(), line}, Qt::AlignRight | Qt::AlignVCenter,
           toQString(figure.xTitle), frame.fonts.label, frame.colours.mutedText);
}

QRectF ColumnsPainter::slot(const PlotFrame& frame, std::size_t label, std::size_t series) const {
  const double each = frame.plot.width() / static_cast<double>(frame.figure.labels.size());
  const double count = static_cast<double>(frame.figure.series.size());
  // A lone column is no wall; groups keep apart.
  const double group = std::min(0.78 * each, 6 * frame.line * count), width = group / count;
  const double left = frame.plot.left() + each * (static_cast<double>(label) + 0.5) - group / 2;
  return {left + width * static_cast<double>(series), frame.plot.top(), width, frame.plot.height()};
}

/// What is drawn of a value: from zero to it; of a box all of it, whiskers included.
QRectF ColumnsPainter::column(const PlotFrame& frame, std::size_t label, std::size_t series) const {
  const FigureSeries& own = frame.figure.series[series];
  const QRectF slot = this->slot(frame, label, series);
  const double inset = (own.band ? 0.16 : 0.05) * slot.width();
  const AxisRange extent = extentOf(own, label);
  const double zero = frame.top(isBox(own) ? extent.low : 0), end = frame.top(isBox(own) ? extent.high : own.y[label]);
  return {slot.left() + inset, std::min(zero, end), slot.width() - 2 * inset, std::abs(end - zero)};
}

bool ColumnsPainter::dimmed(const PlotFrame& frame, std::size_t label) const {
  return !frame.look.selected.empty() && !frame.look.selected.contains(static_cast<int>(label));
}

void ColumnsPainter::drawInterval(const PlotFrame& frame, std::size_t label, std::size_t series) const {
  const FigureSeries& own = frame.figure.series[series];
  const double low = at(own.low, label), high = at(own.high, label);
  if (!std::isfinite(low) || !std::isfinite(high)) return;
  const QRectF slot = this->slot(frame, label, series);
  const double top = frame.top(std::max(low, high)), bottom = frame.top(std::min(low, high));
  if (own.band) {
    QColor ground = frame.colours.mutedText;
    ground.setAlphaF(0.22F);
    frame.painter.fillRect(QRectF(slot.left(), top, slot.width(), bottom - top), ground);
    frame.painter.setPen(QPen(frame.colours.mutedText, 0.06 * frame.line));
    for (const double y : {top, bottom}) frame.painter.drawLine(QPointF(slot.left(), y), QPointF(slot.right(), y));
    return;
  }
  const double x = slot.center().x(), cap = std::min(0.22 * slot.width(), 0.35 * frame.line);
  const QColor colour = dimmed(frame, label) ? frame.colours.mutedText : frame.colours.text;
  const QLineF lines[] = {{x, top, x, bottom}, {x - cap, top, x + cap, top}, {x - cap, bottom, x + cap, bottom}};
  // With an edge of the ground's colour: some columns are as dark as the whisker.
  for (const bool edge : {true, false}) {
    const double width = (edge ? 0.24 : 0.09) * frame.line;
    frame.painter.setPen(QPen(edge ? frame.colours.surface : colour, width, Qt::SolidLine, Qt::FlatCap));
    frame.painter.drawLines(lines, 3);
  }
}

/// The quartiles, the median across them, whiskers to the extremes.
void ColumnsPainter::drawBox(const PlotFrame& frame, std::size_t label, std::size_t series,
                             const SeriesStyle& style) const {
  const FigureSeries& own = frame.figure.series[series];
  const QRectF column = this->column(frame, label, series);
  const double x = column.center().x(), pen = 0.1 * frame.line, cap = 0.25 * column.width();
  const double lower = frame.top(at(own.low, label)), upper = frame.top(at(own.high, label));
  const double median = frame.top(own.y[label]);
  const QColor colour = dimmed(frame, label) ? blended(style.colour, frame.colours.surface, 0.35) : style.colour;
  frame.painter.setPen(QPen(colour, pen, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
  for (const auto& [end, side] : {std::pair(column.bottom(), lower), std::pair(column.top(), upper)}) {
    frame.painter.drawLine(QPointF(x, side), QPointF(x, end));
    frame.painter.drawLine(QPointF(x - cap, end), QPointF(x + cap, end));
  }
  frame.painter.setBrush(blended(colour, frame.colours.surface, 0.3));
  frame.painter.drawRect(QRectF(column.left(), upper, column.width(), lower - upper));
  frame.painter.setPen(
      QPen(dimmed(frame, label) ? frame.colours.mutedText : frame.colours.text, 2.2 * pen, Qt::SolidLine, Qt::FlatCap));
  frame.painter.drawLine(QPointF(column.left(), median), QPointF(column.right(), median));
}

void ColumnsPainter::drawColumns(const PlotFrame& frame) const {
  const Figure& figure = frame.figure;
  // Plates stand behind the columns, whiskers before them.
  for (const bool bands : {true, false}) {
    for (std::size_t s = 0; s < figure.series.size(); ++s) {
      const SeriesStyle style = styleOfSeries(figure, s, frame.colours);
      for (std::size_t i = 0; i < figure.labels.size(); ++i) {
        if (bands && figure.series[s].band) drawInterval(frame, i, s);
        if (bands || !std::isfinite(at(figure.series[s].y, i))) continue;
        if (isBox(figure.series[s])) {
          drawBox(frame, i, s, style);
          continue;
        }
        const QRectF column = this->column(frame, i, s);
        QColor colour = dimmed(frame, i) ? blended(style.colour, frame.colours.surface, 0.35) : style.colour;
        if (style.hollow) {
          const double pen = std::min(0.12 * frame.line, 0.2 * column.width());
          frame.painter.setPen(QPen(colour, pen, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
          frame.painter.setBrush(blended(colour, frame.colours.surface, 0.25));
          frame.painter.drawRect(column.adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2));
        } else {
          frame.painter.fillRect(column, colour);
        }
      }
    }
  }
  for (std::size_t s = 0; s < figure.series.size(); ++s) {
    const bool behind = figure.series[s].band || isBox(figure.series[s]);
    for (std::size_t i = 0; i < figure.labels.size() && !behind; ++i) drawInterval(frame, i, s);
  }
  const double zero = frame.top(figure.zeroLine.value_or(0));
  frame.painter.setPen(QPen(frame.colours.mutedText, 0.08 * frame.line));
  frame.painter.drawLine(QPointF(frame.plot.left(), zero), QPointF(frame.plot.right(), zero));
}

/// Above each column, or below a negative one; all of them or none, so that no number seems to be missing.
void ColumnsPainter::drawValues(const PlotFrame& frame, Occupancy& taken) const {
  const Figure& figure = frame.figure;
  double widest = 0;
  for (const FigureSeries& series : figure.series) {
    for (const double value : series.y) {
      if (std::isfinite(value)) widest = std::max(widest, textWidth(frame.fonts.label, format_.text(value)));
    }
  }
  const bool fits = !figure.labels.empty() && widest + 0.15 * frame.line <= slot(frame, 0, 0).width();
  for (std::size_t s = 0; s < figure.series.size(); ++s) {
    const FigureSeries& series = figure.series[s];
    for (std::size_t i = 0; i < figure.labels.size(); ++i) {
      const double value = at(series.y, i);
      if (!std::isfinite(value)) continue;
      taken.add(column(frame, i, s), 1);
      if (!fits) continue;
      const QRectF slot = this->slot(frame, i, s);
      const bool down = value < 0;
      // Clear of the interval as well.
      const AxisRange extent = extentOf(series, i);
      const double end = down ? extent.low : extent.high;
      const double y = down ? frame.top(end) + 0.1 * frame.line : frame.top(end) - 1.05 * frame.line;
      const QRectF place(slot.left() - frame.line, y, slot.width() + 2 * frame.line, frame.line);
      if (!figure.guides.empty()) {
        // Guides may run behind the number.
        const double half = textWidth(frame.fonts.label, format_.text(value)) / 2;
        QColor plate = frame.colours.surface;
        plate.setAlphaF(0.75F);
        frame.painter.fillRect(QRectF(slot.center().x() - half, y, 2 * half, frame.line), plate);
      }
      drawText(frame.painter, place, Qt::AlignHCenter | Qt::AlignVCenter, format_.text(value), frame.fonts.label,
               dimmed(frame, i) ? frame.colours.mutedText : frame.colours.text);
      taken.add(QRectF(slot.left(), y, slot.width(), frame.line), 20);
    }
  }
}

void ColumnsPainter::paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                           const ChartFonts& fonts, const FigureLook& look) {
  marks_.clear();
  if (figure.labels.empty() || figure.series.empty()) return;
  format_ = valueFormat(figure);
  // The name of the line that values are measured from finds its room like that of a guide.
  Figure guided = figure;
  if (figure.zeroLine && !figure.zeroLineLabel.empty()) {
    guided.guides.push_back({FigureGuide::Kind::Horizontal, *figure.zeroLine, *figure.zeroLine, figure.zeroLineLabel});
  }
  PlotFrame frame{painter, guided, colours, fonts, look, textHeight(fonts.label), {}, {0, 1}, {0, 1}};
  measure(frame);
  QRectF rest = drawTitle(painter, area, figure, colours, fonts, look);
  if (figure.series.size() > 1) rest = drawLegend(painter, rest, figure, colours, fonts, look);
  layOut(frame, rest, rest.top() == area.top());
  drawGuides(frame);
  drawColumns(frame);
  Occupancy taken(frame.plot, frame.line / 3);
  drawValues(frame, taken);
  drawGuideNames(frame, taken);
  marks_.reserve(figure.labels.size() * figure.series.size());
  for (std::size_t i = 0; i < figure.labels.size(); ++i) {
    for (std::size_t s = 0; s < figure.series.size(); ++s) {
      const QRectF slot = this->slot(frame, i, s);
      marks_.push_back({slot, slot, static_cast<int>(i), 0, static_cast<int>(s)});
    }
  }
}

QString ColumnsPainter::tip(const Figure& figure, const Mark& mark) const {
  const auto label = static_cast<std::size_t>(mark.label), column = static_cast<std::size_t>(mark.column);
  if (mark.label < 0 || mark.column < 0 || label >= figure.labels.size() || column >= figure.series.size()) return {};
  const FigureSeries& series = figure.series[column];
  QStringList lines{toQString(figure.labels[label]),
                    FigureView::tr("%1: %2").arg(toQString(series.name), format_.text(at(series.y, label)))};
  const double low = at(series.low, label), high = at(series.high, label);
  if (isBox(series)) {
    lines << FigureView::tr("Quartiles %1 and %2, extremes %3 and %4")
                 .arg(format_.text(low), format_.text(high), format_.text(at(series.least, label)),
                      format_.text(at(series.most, label)));
  } else if (std::isfinite(low) && std::isfinite(high)) {
    lines << FigureView::tr("%1 to %2").arg(format_.text(low), format_.text(high));
  }
  if (label < series.notes.size()) lines << toQString(series.notes[label]);
  if (label < figure.details.size()) lines << toQString(figure.details[label]);
  lines.removeAll(QString());
  return lines.join('\n');
}

}  // namespace

std::unique_ptr<FigurePainter> makeColumnsPainter() {
  return std::make_unique<ColumnsPainter>();
}

}  // namespace gf
