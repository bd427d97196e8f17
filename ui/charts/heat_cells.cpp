// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImage>
#include <algorithm>
#include <cmath>

#include "ui/charts/heat_parts.h"
#include "ui/style/colours.h"

namespace gf {

namespace {

/// More cells than this are pixels of one picture: rectangles would take seconds and megabytes.
constexpr std::size_t kMostRectangles = 20000;

/// One pixel per cell, shrunk by averaging where the device has fewer, so that none is skipped; grown by whole factors
/// where it has many more, so that viewers that smooth pictures keep the cells' edges.
QImage fitted(const QImage& picture, const QSizeF& area, QPainter& painter) {
  const QSize device((area * pixelsPerUnit(painter)).toSize().expandedTo({1, 1}));
  // What may be zoomed into keeps every cell.
  const QSize size = isVector(painter) ? picture.size() : picture.size().boundedTo(device);
  const QImage shrunk =
      size == picture.size() ? picture : picture.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
  const auto factor = [](int pixels, int cells) { return std::clamp(pixels / cells, 1, 8); };
  const QSize grown(size.width() * factor(device.width(), size.width()),
                    size.height() * factor(device.height(), size.height()));
  return grown == size ? shrunk : shrunk.scaled(grown, Qt::IgnoreAspectRatio, Qt::FastTransformation);
}

void drawPicture(const HeatFrame& frame) {
  const CellLayout& cells = frame.cells;
  QImage picture(static_cast<int>(cells.columns), static_cast<int>(cells.rows), QImage::Format_RGB32);
  for (std::size_t row = 0; row < cells.rows; ++row) {
    auto* pixels = reinterpret_cast<QRgb*>(picture.scanLine(static_cast<int>(row)));
    for (std::size_t column = 0; column < cells.columns; ++column) {
      pixels[column] = frame.scale.rgb(frame.value(row, column));
    }
  }
  drawPixels(frame.painter, cells.plot, fitted(picture, cells.plot.size(), frame.painter));
}

/// What says that a cell has no value: a model against itself.
void drawMissing(const HeatFrame& frame, const QRectF& cell) {
  const double half = std::min(0.25 * cell.width(), 0.35 * frame.line);
  if (half < 1.2 || cell.height() < 3) return;
  frame.painter.setPen(QPen(frame.colours.mutedText, 0.06 * frame.line));
  frame.painter.drawLine(cell.center() - QPointF(half, 0), cell.center() + QPointF(half, 0));
}

}  // namespace

double HeatFrame::value(std::size_t row, std::size_t column) const {
  const std::vector<double>& y = figure.series[column].y;
  return row < y.size() ? y[row] : std::nan("");
}

void drawHeatCells(const HeatFrame& frame) {
  const CellLayout& cells = frame.cells;
  if (cells.rows * cells.columns > kMostRectangles) return drawPicture(frame);
  frame.painter.save();
  frame.painter.setRenderHint(QPainter::Antialiasing, false);
  for (std::size_t row = 0; row < cells.rows; ++row) {
    for (std::size_t column = 0; column < cells.columns; ++column) {
      const double value = frame.value(row, column);
      if (!std::isfinite(value)) continue;
      // A little too large: neighbours come after and cover what is too much, so that no seam shows at any zoom.
      const auto over = [](bool last, double next) { return last || !std::isfinite(next) ? 0 : 0.5; };
      const bool lastColumn = column + 1 == cells.columns, lastRow = row + 1 == cells.rows;
      const double right = over(lastColumn, frame.value(row, lastColumn ? column : column + 1));
      const double below = over(lastRow, frame.value(lastRow ? row : row + 1, column));
      frame.painter.fillRect(cells.cell(row, column).adjusted(0, 0, right, below), frame.scale.colour(value));
    }
  }
  frame.painter.restore();
  for (std::size_t row = 0; row < cells.rows; ++row) {
    for (std::size_t column = 0; column < cells.columns; ++column) {
      if (!std::isfinite(frame.value(row, column))) drawMissing(frame, cells.cell(row, column));
    }
  }
}

/// Values in their cells where all of them fit: colour is never the only difference where a number can stand.
void drawHeatNumbers(const HeatFrame& frame) {
  const QSizeF cell = frame.cells.cellSize();
  const ValueFormat& format = frame.scale.format();
  double widest = 0;
  for (const double value : {frame.scale.low(), frame.scale.high()}) {
    widest = std::max(widest, textWidth(frame.fonts.label, format.text(value)));
  }
  if (cell.width() < widest + 0.4 * frame.line || cell.height() < frame.line) return;
  for (std::size_t row = 0; row < frame.cells.rows; ++row) {
    for (std::size_t column = 0; column < frame.cells.columns; ++column) {
      const double value = frame.value(row, column);
      if (!std::isfinite(value)) continue;
      drawText(frame.painter, frame.cells.cell(row, column), Qt::AlignCenter, format.text(value), frame.fonts.label,
               readableOn(frame.scale.colour(value)));
    }
  }
}

}  // namespace gf
