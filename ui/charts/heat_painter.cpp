// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/charts/figure_view.h"
#include "ui/charts/heat_parts.h"
#include "ui/charts/painters.h"

namespace gf {

namespace {

QStringList columnNames(const Figure& figure) {
  QStringList names;
  for (const FigureSeries& series : figure.series) names << toQString(series.name);
  return names;
}

class HeatPainter final : public FigurePainter {
 public:
  void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
             const ChartFonts& fonts, const FigureLook& look) override;
  QString tip(const Figure& figure, const Mark& mark) const override;
  // A table may have a million cells: their marks are worked out when they are asked for.
  int markCount() const override { return static_cast<int>(cells_.rows * cells_.columns); }
  Mark mark(int index) const override;
  int markAt(QPointF position) const override { return cells_.indexAt(position); }
  int marksPerRow() const override { return static_cast<int>(std::max<std::size_t>(1, cells_.columns)); }

 private:
  /// Where the cells, the names at their sides and those below go.
  struct Plan {
    QRectF plot;
    double namesLeft = 0, namesRight = 0;
    NamesBelow columns;
  };
  Plan plan(const HeatFrame& frame, QRectF rest) const;
  void drawTitles(const HeatFrame& frame, const Plan& plan, const QRectF& rest) const;
  void drawSelected(const HeatFrame& frame) const;

  CellLayout cells_;
  std::vector<double> places_;  ///< Of the columns.
  ValueFormat format_;
};

HeatPainter::Plan HeatPainter::plan(const HeatFrame& frame, QRectF rest) const {
  const Figure& figure = frame.figure;
  const double line = frame.line;
  if (!figure.marks.empty()) rest.adjust(0, 1.2 * line, 0, 0);
  // The first of many rows is named partly above it.
  if (figure.namedColumns && !figure.yTitle.empty()) rest.adjust(0, 1.8 * line, 0, 0);
  double names = 0;
  for (const std::string& label : figure.labels)
    names = std::max(names, textWidth(frame.fonts.label, toQString(label)));
  names = std::min(names, (figure.namedColumns ? 0.34 : 0.3) * rest.width());
  Plan plan;
  double left = rest.left() + names + 0.5 * line, right = rest.right();
  if (hasDendrogram(figure)) {
    // The tree joins the rows at their left, so their names stand at the right.
    left = rest.left() + std::clamp(0.13 * rest.width(), 2 * line, 7 * line);
    right = rest.right() - names - 0.4 * line;
  } else if (!figure.namedColumns) {
    // The last column's number may stand half outside.
    right -= std::max(1.0, textWidth(frame.fonts.label, placeText(frame.place(frame.cells.columns - 1))) / 2);
  } else {
    right -= 1;
  }
  double width = std::max(10.0, right - left);
  if (figure.namedColumns) width = std::min(width, 9 * line * static_cast<double>(frame.cells.columns));
  double bottom = rest.bottom() - 2.7 * line;
  if (figure.namedColumns) {
    // What the rows do not need is the names'.
    const double rows = 1.2 * line * static_cast<double>(frame.cells.rows);
    const double below = std::max(0.34 * rest.height(), std::min(0.6 * rest.height(), rest.height() - rows - 2 * line));
    plan.columns = planNamesBelow(columnNames(figure), frame.fonts.label,
                                  width / static_cast<double>(frame.cells.columns), left - rest.left(), below);
    bottom = rest.bottom() - plan.columns.height - (figure.xTitle.empty() ? 0 : 1.2 * line) - 0.3 * line;
  }
  plan.plot = QRectF(left, rest.top(), width, std::max(10.0, bottom - rest.top()));
  // Few rows need not be stretched over the page.
  plan.plot.setHeight(std::min(plan.plot.height(), 3.2 * line * static_cast<double>(frame.cells.rows)));
  const bool atRight = hasDendrogram(figure);
  plan.namesLeft = atRight ? plan.plot.right() + 0.4 * line : rest.left();
  plan.namesRight = atRight ? plan.namesLeft + names : left - 0.5 * line;
  return plan;
}

void HeatPainter::drawTitles(const HeatFrame& frame, const Plan& plan, const QRectF& rest) const {
  const double line = frame.line;
  const bool named = frame.figure.namedColumns;
  const double below = named ? plan.columns.height + 0.1 * line : 1.4 * line;
  drawText(frame.painter,
           {rest.left(), plan.plot.bottom() + below, (named ? plan.plot.right() : rest.right()) - rest.left(), line},
           Qt::AlignRight | Qt::AlignVCenter, toQString(frame.figure.xTitle), frame.fonts.label,
           frame.colours.mutedText);
  if (!named || frame.figure.yTitle.empty()) return;
  const QString title = toQString(frame.figure.yTitle);
  const double y = plan.plot.top() - 1.8 * line, width = textWidth(frame.fonts.label, title) + 1;
  double x = plan.namesLeft;
  if (hasDendrogram(frame.figure)) {
    x = std::max(rest.left(), std::min(x, rest.right() - width));
  } else {
    x = std::max(rest.left(), plan.namesRight - width);
  }
  drawText(frame.painter, {x, y, rest.right() - x, line}, Qt::AlignLeft | Qt::AlignVCenter, title, frame.fonts.label,
           frame.colours.mutedText);
}

/// Rows that are chosen elsewhere are framed: dimming the others would change what their colours say.
void HeatPainter::drawSelected(const HeatFrame& frame) const {
  frame.painter.setBrush(Qt::NoBrush);
  frame.painter.setPen(QPen(frame.colours.text, 0.13 * frame.line));
  for (const int label : frame.look.selected) {
    const auto row = static_cast<std::size_t>(label);
    if (label < 0 || row >= frame.cells.rows) continue;
    frame.painter.drawRect(QRectF(QPointF(frame.cells.plot.left(), frame.cells.top(row)),
                                  QPointF(frame.cells.plot.right(), frame.cells.top(row + 1))));
  }
}

void HeatPainter::paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                        const ChartFonts& fonts, const FigureLook& look) {
  cells_ = {{}, figure.labels.size(), figure.series.size()};
  places_.clear();
  if (cells_.rows == 0 || cells_.columns == 0) return;
  const ColourScale scale(figure, colours);
  format_ = scale.format();
  HeatFrame frame{painter, figure, colours, fonts, look, textHeight(fonts.label), scale, cells_};
  QRectF rest = drawTitle(painter, area, figure, colours, fonts, look);
  rest = drawColourScale(painter, rest, figure, scale, colours, fonts, rest.top() > area.top() ? 0 : look.corner);
  const Plan plan = this->plan(frame, rest);
  frame.cells.plot = plan.plot;
  drawHeatCells(frame);
  drawHeatNumbers(frame);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(colours.line, 0.8));
  painter.drawRect(plan.plot);
  drawRowNames(frame, plan.namesLeft, plan.namesRight);
  if (figure.namedColumns) {
    std::vector<double> centres;
    for (std::size_t i = 0; i < cells_.columns; ++i) {
      centres.push_back((frame.cells.left(i) + frame.cells.left(i + 1)) / 2);
    }
    drawNamesBelow(painter, plan.columns, columnNames(figure), centres, plan.plot.bottom(), fonts.label, colours.text);
  } else {
    drawColumnPlaces(frame);
  }
  if (hasDendrogram(figure)) drawDendrogram(frame, rest.left());
  drawTitles(frame, plan, rest);
  drawStages(frame);
  drawSelected(frame);
  cells_ = frame.cells;
  for (std::size_t i = 0; i < cells_.columns; ++i) places_.push_back(frame.place(i));
}

Mark HeatPainter::mark(int index) const {
  const auto row = static_cast<std::size_t>(index) / cells_.columns;
  const auto column = static_cast<std::size_t>(index) % cells_.columns;
  const QRectF cell = cells_.cell(row, column);
  return {cell, cell, static_cast<int>(row), places_[column], static_cast<int>(column)};
}

QString HeatPainter::tip(const Figure& figure, const Mark& mark) const {
  const auto row = static_cast<std::size_t>(mark.label), column = static_cast<std::size_t>(mark.column);
  if (mark.label < 0 || mark.column < 0 || row >= figure.labels.size() || column >= figure.series.size()) return {};
  const FigureSeries& series = figure.series[column];
  QStringList lines{toQString(figure.labels[row]), toQString(series.name)};
  lines << QStringLiteral("%1: %2").arg(toQString(figure.valueTitle),
                                        row < series.y.size() ? format_.text(series.y[row]) : QStringLiteral("–"));
  if (row < series.notes.size() && !series.notes[row].empty()) lines << toQString(series.notes[row]);
  if (row < figure.details.size() && !figure.details[row].empty()) {
    const QString detail = toQString(figure.details[row]);
    lines << (figure.namedColumns ? detail : FigureView::tr("At the end: %1").arg(detail));
  }
  lines.removeAll(QString());
  return lines.join('\n');
}

}  // namespace

std::unique_ptr<FigurePainter> makeHeatPainter() {
  return std::make_unique<HeatPainter>();
}

}  // namespace gf
