// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/charts/heat_parts.h"
#include "ui/style/numbers.h"

namespace gf {

QString placeText(double place) {
  return numberText(place, place == std::round(place) ? 0 : 2);
}

double HeatFrame::place(std::size_t column) const {
  const std::vector<double>& x = figure.series[column].x;
  return x.empty() ? static_cast<double>(column) : x.front();
}

void drawRowNames(const HeatFrame& frame, double left, double right) {
  const CellLayout& cells = frame.cells;
  // At most what fits: every second, third, … row is named where all would overlap.
  const std::size_t every = everyThatFits(frame.line, cells.cellSize().height());
  const bool atRight = left >= cells.plot.right();
  for (std::size_t row = 0; row < cells.rows; row += every) {
    const double middle = (cells.top(row) + cells.top(row + 1)) / 2;
    const QString name =
        fittedText(frame.fonts.label, toQString(frame.figure.labels[row]), right - left, frame.figure.namedColumns);
    drawText(frame.painter, {left, middle - frame.line / 2, right - left, frame.line},
             (atRight ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter, name, frame.fonts.label,
             frame.colours.text);
  }
}

void drawColumnPlaces(const HeatFrame& frame) {
  const CellLayout& cells = frame.cells;
  double widest = 0;
  for (std::size_t i = 0; i < cells.columns; ++i) {
    widest = std::max(widest, textWidth(frame.fonts.label, placeText(frame.place(i))));
  }
  const std::size_t every = everyThatFits(widest + 0.6 * frame.line, cells.cellSize().width());
  // Counted from the last column, which is how things stand now.
  for (std::size_t i = (cells.columns - 1) % every; i < cells.columns; i += every) {
    const double middle = (cells.left(i) + cells.left(i + 1)) / 2, bottom = cells.plot.bottom();
    frame.painter.setPen(QPen(frame.colours.line, 0.8));
    frame.painter.drawLine(QPointF(middle, bottom), QPointF(middle, bottom + 0.25 * frame.line));
    drawText(frame.painter, {middle - 5 * frame.line, bottom + 0.3 * frame.line, 10 * frame.line, frame.line},
             Qt::AlignHCenter | Qt::AlignVCenter, placeText(frame.place(i)), frame.fonts.label,
             frame.colours.mutedText);
  }
}

void drawStages(const HeatFrame& frame) {
  const double line = frame.line;
  const QRectF& plot = frame.cells.plot;
  double free = plot.left();
  for (const FigureMark& mark : frame.figure.marks) {
    std::size_t column = 0;
    while (column < frame.cells.columns && frame.place(column) <= mark.x) ++column;
    const double x = frame.cells.left(column);
    frame.painter.setPen(QPen(frame.colours.text, 0.07 * line));
    frame.painter.drawLine(QPointF(x, plot.top() - 1.1 * line), QPointF(x, plot.bottom()));
    const QString name = toQString(mark.label);
    const double start = x + 0.3 * line;
    if (start < free) continue;  // would be written over the one before
    const double room = std::min(textWidth(frame.fonts.label, name) + 1, plot.right() - start);
    drawText(frame.painter, {start, plot.top() - 1.15 * line, room, line}, Qt::AlignLeft | Qt::AlignVCenter, name,
             frame.fonts.label, frame.colours.mutedText);
    free = start + room + 0.3 * line;
  }
}

bool hasDendrogram(const Figure& figure) {
  const std::size_t rows = figure.labels.size();
  if (figure.merges.empty() || figure.merges.size() + 1 != rows) return false;
  for (std::size_t i = 0; i < figure.merges.size(); ++i) {
    if (figure.merges[i].a >= rows + i || figure.merges[i].b >= rows + i) return false;
  }
  return true;
}

void drawDendrogram(const HeatFrame& frame, double left) {
  double tallest = 0;
  for (const FigureMerge& merge : frame.figure.merges) {
    if (std::isfinite(merge.height)) tallest = std::max(tallest, merge.height);
  }
  const double right = frame.cells.plot.left() - 0.3 * frame.line;
  const auto across = [&](double height) {
    const double share = tallest > 0 && std::isfinite(height) ? std::clamp(height / tallest, 0.0, 1.0) : 0;
    return right - share * (right - left);
  };
  std::vector<QPointF> nodes;
  for (std::size_t row = 0; row < frame.cells.rows; ++row) {
    nodes.emplace_back(right, (frame.cells.top(row) + frame.cells.top(row + 1)) / 2);
  }
  QPainterPath path;
  for (const FigureMerge& merge : frame.figure.merges) {
    const QPointF a = nodes[merge.a], b = nodes[merge.b];
    const double x = across(merge.height);
    path.moveTo(a);
    path.lineTo(x, a.y());
    path.lineTo(x, b.y());
    path.lineTo(b);
    nodes.emplace_back(x, (a.y() + b.y()) / 2);
  }
  // Hundreds of joins near the rows would melt into a bar.
  const bool dense = frame.cells.cellSize().height() < 3;
  QColor colour = frame.colours.mutedText;
  if (dense) colour.setAlphaF(0.6F);
  QPen pen(colour, dense ? 0.35 : 0.08 * frame.line);
  pen.setJoinStyle(Qt::MiterJoin);
  frame.painter.setBrush(Qt::NoBrush);
  frame.painter.setPen(pen);
  frame.painter.drawPath(path);
}

}  // namespace gf
