// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <optional>

#include "ui/charts/drawing.h"
#include "ui/charts/figure_view.h"
#include "ui/charts/painters.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"

namespace gf {

namespace {

double valueAt(const FigureSeries& series, std::size_t index) {
  return index < series.y.size() && std::isfinite(series.y[index]) ? series.y[index] : 0;
}

/// Mean of a series from `first` on.
double meanFrom(const FigureSeries& series, std::size_t first, std::size_t count) {
  double sum = 0;
  for (std::size_t i = first; i < count; ++i) sum += valueAt(series, i);
  return count > first ? sum / static_cast<double>(count - first) : 0;
}

AxisRange rangeOf(const Figure& figure) {
  double low = 0, high = 0;
  for (const FigureSeries& series : figure.series) {
    for (std::size_t i = 0; i < figure.labels.size(); ++i) {
      low = std::min(low, valueAt(series, i));
      high = std::max(high, valueAt(series, i));
    }
  }
  return high > low ? AxisRange{low, high} : AxisRange{0, 1};
}

const std::string& valueTitle(const Figure& figure) {
  return figure.yTitle.empty() ? figure.xTitle : figure.yTitle;
}

class BarsPainter final : public FigurePainter {
 public:
  void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
             const ChartFonts& fonts, const FigureLook& look) override;
  QString tip(const Figure& figure, const Mark& mark) const override;

 private:
  struct Row {
    QString name;
    int label;
    std::vector<double> values;  ///< One per series.
  };
  struct Frame : ChartFrame {
    QRectF plot;
    AxisRange range;
    ValueFormat format;
    /// Of several bars together the mean, which need not be whole.
    QString text(const Row& row, double value) const {
      const int decimals = row.label == Mark::kOthers ? std::max(1, format.decimals) : format.decimals;
      return ValueFormat{decimals, format.isSigned}.text(value);
    }
  };
  std::vector<Row> rowsThatFit(const Figure& figure, std::size_t most) const;
  void paintRows(Frame& frame, QRectF area);
  void paintRow(const Frame& frame, const Row& row, const QRectF& band, const QRectF& names) const;
  void paintColumns(Frame& frame, QRectF area);
  void paintColumn(const Frame& frame, std::size_t index, double width) const;
  void paintOutline(const Frame& frame, const FigureSeries& series) const;
  QColor fill(const Frame& frame, Role role, int label) const;

  std::size_t shown_ = 0;  ///< Bars before "others".
};

void BarsPainter::paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                        const ChartFonts& fonts, const FigureLook& look) {
  marks_.clear();
  QRectF rest = drawTitle(painter, area, figure, colours, fonts, look);
  if (figure.series.size() > 1) rest = drawLegend(painter, rest, figure, colours, fonts, look);
  Frame frame{painter, figure, colours, fonts, look, textHeight(fonts.label), {}, rangeOf(figure), valueFormat(figure)};
  const bool several = figure.series.size() > 1;
  const double space = std::max(0.0, rest.height() - 2.7 * frame.line);
  // A chart that holds everything may be tight; one that cannot leaves room to read the first bars.
  const auto tight = static_cast<std::size_t>(space / (frame.line * (several ? 1.5 : 1.05)));
  const auto easy = static_cast<std::size_t>(space / (frame.line * (several ? 2.15 : 1.3)));
  shown_ = figure.labels.size() <= tight ? figure.labels.size() : std::max<std::size_t>(2, easy) - 1;
  shown_ = std::min(shown_, figure.labels.size());
  if (look.all && shown_ < figure.labels.size()) {
    paintColumns(frame, rest);
  } else {
    paintRows(frame, rest);
  }
}

std::vector<BarsPainter::Row> BarsPainter::rowsThatFit(const Figure& figure, std::size_t most) const {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < most; ++i) {
    Row row{toQString(figure.labels[i]), static_cast<int>(i), {}};
    for (const FigureSeries& series : figure.series) row.values.push_back(valueAt(series, i));
    rows.push_back(std::move(row));
  }
  if (const std::size_t others = figure.labels.size() - most; others > 0) {
    Row row{FigureView::tr("Mean of %1 others").arg(countText(static_cast<qint64>(others))), Mark::kOthers, {}};
    for (const FigureSeries& series : figure.series) row.values.push_back(meanFrom(series, most, figure.labels.size()));
    rows.push_back(std::move(row));
  }
  return rows;
}

void BarsPainter::paintRows(Frame& frame, QRectF area) {
  const std::vector<Row> rows = rowsThatFit(frame.figure, shown_);
  double nameWidth = 0, valueWidth = 0;
  for (const Row& row : rows) {
    nameWidth = std::max(nameWidth, textWidth(frame.fonts.label, row.name));
    for (const double value : row.values) {
      valueWidth = std::max(valueWidth, textWidth(frame.fonts.label, frame.text(row, value)));
    }
  }
  // Of a pair two names must be read.
  const bool pairs = !rows.empty() && rows.front().name.contains(QStringLiteral(" → "));
  nameWidth = std::min(nameWidth, (pairs ? 0.52 : 0.42) * area.width());
  const double gap = 0.5 * frame.line;
  const double left = area.left() + nameWidth + gap + (frame.range.low < 0 ? valueWidth + gap : 0);
  const double right = area.right() - (frame.range.high > 0 ? valueWidth + gap : gap);
  const double spare = area.height() - 2.7 * frame.line;
  const double height = std::min(spare / static_cast<double>(rows.size()), 4.2 * frame.line);
  frame.plot = QRectF(left, area.top(), std::max(10.0, right - left), height * static_cast<double>(rows.size()));

  const bool withSign = frame.format.isSigned;
  const int most = std::clamp(static_cast<int>(frame.plot.width() / (5 * frame.line)), 2, 8);
  const Ticks ticks = niceTicks(frame.range.low, frame.range.high, most, frame.format.decimals == 0);
  for (const double value : ticks.values) {
    const double x = frame.plot.left() + frame.range.at(value) * frame.plot.width();
    frame.painter.setPen(QPen(frame.colours.line, value == 0 ? 1.4 : 0.8));
    frame.painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
  }
  drawBottomAxis(frame.painter, frame.plot, frame.range, ticks, withSign, frame.colours, frame.fonts);
  drawText(frame.painter, {area.left(), frame.plot.bottom() + 1.4 * frame.line, area.width(), frame.line},
           Qt::AlignRight | Qt::AlignVCenter, toQString(valueTitle(frame.figure)), frame.fonts.label,
           frame.colours.mutedText);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const QRectF band(area.left(), frame.plot.top() + height * static_cast<double>(i), area.width(), height);
    paintRow(frame, rows[i], band, {area.left(), band.top(), nameWidth, height});
    marks_.push_back({band, band, rows[i].label, 0});
  }
}

QColor BarsPainter::fill(const Frame& frame, Role role, int label) const {
  const QColor colour = frame.colours.of(role);
  const bool dimmed = label == Mark::kOthers || (!frame.look.selected.empty() && !frame.look.selected.contains(label));
  return dimmed ? blended(colour, frame.colours.surface, 0.35) : colour;
}

void BarsPainter::paintRow(const Frame& frame, const Row& row, const QRectF& band, const QRectF& names) const {
  const bool others = row.label == Mark::kOthers;
  drawText(frame.painter, names, Qt::AlignRight | Qt::AlignVCenter, row.name, frame.fonts.label,
           others ? frame.colours.mutedText : frame.colours.text);
  const double gap = 0.4 * frame.line;
  const double inset = std::min(0.16 * band.height(), 0.35 * frame.line);
  const double each = (band.height() - 2 * inset) / static_cast<double>(row.values.size());
  const double zero = frame.plot.left() + frame.range.at(0) * frame.plot.width();
  for (std::size_t s = 0; s < row.values.size(); ++s) {
    const double value = row.values[s];
    const double end = frame.plot.left() + frame.range.at(value) * frame.plot.width();
    const QRectF bar(std::min(zero, end), band.top() + inset + each * static_cast<double>(s), std::abs(end - zero),
                     each);
    frame.painter.fillRect(bar, fill(frame, frame.figure.series[s].role, row.label));
    const double middle = bar.center().y() - frame.line / 2;
    const bool leftwards = value < 0;
    const QRectF text(leftwards ? end - gap - 20 * frame.line : end + gap, middle, 20 * frame.line, frame.line);
    // Bars thinner than their numbers would write one over the other.
    if (each < 0.68 * frame.line) continue;
    drawText(frame.painter, text, (leftwards ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter,
             frame.text(row, value), frame.fonts.label, others ? frame.colours.mutedText : frame.colours.text);
  }
}

void BarsPainter::paintColumns(Frame& frame, QRectF area) {
  const bool withSign = frame.format.isSigned;
  const double line = frame.line;
  drawText(frame.painter, {area.left(), area.top(), area.width(), line}, Qt::AlignLeft | Qt::AlignVCenter,
           toQString(valueTitle(frame.figure)), frame.fonts.label, frame.colours.mutedText);
  const double top = area.top() + 1.5 * line, bottom = area.bottom() - 2.7 * line;
  const int most = std::clamp(static_cast<int>((bottom - top) / (2.5 * line)), 2, 8);
  const Ticks ticks = niceTicks(frame.range.low, frame.range.high, most, frame.format.decimals == 0);
  const double left = area.left() + widestTick(ticks, withSign, frame.fonts.label) + 0.6 * line;
  // The last place's number stands half outside the plot.
  const QString last = countText(static_cast<qint64>(frame.figure.labels.size()));
  const double right = area.right() - textWidth(frame.fonts.label, last) / 2;
  frame.plot = QRectF(left, top, std::max(10.0, right - left), std::max(10.0, bottom - top));
  drawValueGrid(frame.painter, frame.plot, frame.range, ticks, withSign, frame.colours, frame.fonts);

  const std::size_t count = frame.figure.labels.size();
  const double width = frame.plot.width() / static_cast<double>(count);
  if (width < 3) {
    for (const FigureSeries& series : frame.figure.series) paintOutline(frame, series);
  }
  marks_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (width >= 3 || frame.look.selected.contains(static_cast<int>(i))) paintColumn(frame, i, width);
    const QRectF column(frame.plot.left() + width * static_cast<double>(i), frame.plot.top(), width,
                        frame.plot.height());
    marks_.push_back({column, column, static_cast<int>(i), 0});
  }
  const AxisRange ranks{0.5, static_cast<double>(count) + 0.5};
  const int places = std::clamp(static_cast<int>(frame.plot.width() / (5 * line)), 1, 10);
  drawBottomAxis(frame.painter, frame.plot, ranks, niceTicks(1, static_cast<double>(count), places, true), false,
                 frame.colours, frame.fonts);
  drawText(frame.painter, {area.left(), frame.plot.bottom() + 1.4 * line, area.width(), line},
           Qt::AlignRight | Qt::AlignVCenter, FigureView::tr("Place in this order"), frame.fonts.label,
           frame.colours.mutedText);
}

void BarsPainter::paintColumn(const Frame& frame, std::size_t index, double width) const {
  const double zero = frame.plot.bottom() - frame.range.at(0) * frame.plot.height();
  const double gap = width >= 6 ? 1 : 0;
  const double seriesCount = static_cast<double>(frame.figure.series.size());
  const double each = std::max(1.0, (width - gap) / seriesCount);
  for (std::size_t s = 0; s < frame.figure.series.size(); ++s) {
    const FigureSeries& series = frame.figure.series[s];
    const double y = frame.plot.bottom() - frame.range.at(valueAt(series, index)) * frame.plot.height();
    const double x = frame.plot.left() + width * static_cast<double>(index) + each * static_cast<double>(s);
    frame.painter.fillRect(QRectF(x, std::min(y, zero), each, std::abs(zero - y)),
                           fill(frame, series.role, static_cast<int>(index)));
  }
}

void BarsPainter::paintOutline(const Frame& frame, const FigureSeries& series) const {
  // Columns narrower than three pixels would leave stripes; one closed outline of all of them is what they look like.
  const double zero = frame.plot.bottom() - frame.range.at(0) * frame.plot.height();
  const std::size_t count = frame.figure.labels.size();
  const double width = frame.plot.width() / static_cast<double>(count);
  QPainterPath path(QPointF(frame.plot.left(), zero));
  for (std::size_t i = 0; i < count; ++i) {
    const double y = frame.plot.bottom() - frame.range.at(valueAt(series, i)) * frame.plot.height();
    path.lineTo(frame.plot.left() + width * static_cast<double>(i), y);
    path.lineTo(frame.plot.left() + width * static_cast<double>(i + 1), y);
  }
  path.lineTo(frame.plot.right(), zero);
  path.closeSubpath();
  QColor colour = frame.colours.of(series.role);
  if (!frame.look.selected.empty()) colour = blended(colour, frame.colours.surface, 0.35);
  if (frame.figure.series.size() > 1) colour.setAlphaF(0.6F);
  frame.painter.fillPath(path, colour);
}

QString BarsPainter::tip(const Figure& figure, const Mark& mark) const {
  const auto values = [&](auto valueOf) {
    QStringList lines;
    for (const FigureSeries& series : figure.series) {
      const QString name =
          figure.series.size() > 1 || figure.yTitle.empty() ? toQString(series.name) : toQString(figure.yTitle);
      lines << FigureView::tr("%1: %2").arg(name, valueText(figure, valueOf(series)));
    }
    return lines.join('\n');
  };
  if (mark.label == Mark::kOthers) {
    return FigureView::tr("The other %1, on average")
               .arg(countText(static_cast<qint64>(figure.labels.size() - shown_))) +
           '\n' + values([&](const FigureSeries& s) { return meanFrom(s, shown_, figure.labels.size()); }) + '\n' +
           FigureView::tr("Click to show every bar");
  }
  const auto index = static_cast<std::size_t>(mark.label);
  if (mark.label < 0 || index >= figure.labels.size()) return {};
  QString text =
      toQString(figure.labels[index]) + '\n' + values([&](const FigureSeries& s) { return valueAt(s, index); });
  if (index < figure.details.size() && !figure.details[index].empty()) text += '\n' + toQString(figure.details[index]);
  return text;
}

}  // namespace

std::unique_ptr<FigurePainter> makeBarsPainter() {
  return std::make_unique<BarsPainter>();
}

}  // namespace gf
