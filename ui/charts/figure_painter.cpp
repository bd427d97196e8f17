// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/figure_painter.h"

#include <QFontInfo>
#include <algorithm>
#include <cmath>

#include "ui/charts/painters.h"

namespace gf {

namespace {

QFont sized(TextStyle style, double pixels, QFont::Weight weight) {
  QFont font = Theme::instance().font(style);
  font.setPixelSize(std::max(1, static_cast<int>(std::lround(pixels))));
  font.setWeight(weight);
  font.setHintingPreference(QFont::PreferNoHinting);
  return font;
}

}  // namespace

ChartFonts windowFonts() {
  const double body = QFontInfo(Theme::instance().font(TextStyle::Body)).pixelSize();
  return {sized(TextStyle::Body, body, QFont::DemiBold), sized(TextStyle::Body, body - 1, QFont::Normal)};
}

ChartFonts publicationFonts() {
  // 8 and 7 points on paper: what journals ask of figures at final size.
  return {sized(TextStyle::Body, 8.25 * 96 / 72, QFont::DemiBold), sized(TextStyle::Body, 7 * 96 / 72, QFont::Normal)};
}

std::unique_ptr<FigurePainter> FigurePainter::of(FigureKind kind) {
  switch (kind) {
    case FigureKind::Bars:
      return makeBarsPainter();
    case FigureKind::Stack:
      return makeStackPainter();
    case FigureKind::Heat:
      return makeHeatPainter();
    case FigureKind::Columns:
      return makeColumnsPainter();
    case FigureKind::Scatter:
      return makeScatterPainter();
    case FigureKind::Grid:
      return makeGridPainter();
    case FigureKind::Lines:
      break;
  }
  return makeLinesPainter();
}

int FigurePainter::markAt(QPointF position) const {
  for (int i = 0; i < markCount(); ++i) {
    if (mark(i).area.contains(position)) return i;
  }
  return -1;
}

std::vector<Mark> FigurePainter::marks() const {
  std::vector<Mark> all;
  all.reserve(static_cast<std::size_t>(markCount()));
  for (int i = 0; i < markCount(); ++i) all.push_back(mark(i));
  return all;
}

int CellLayout::indexAt(QPointF position) const {
  if (!plot.contains(position) || rows == 0 || columns == 0) return -1;
  const auto place = [](double offset, double extent, std::size_t count) {
    const double share = extent > 0 ? offset / extent : 0;
    return std::min(count - 1, static_cast<std::size_t>(share * static_cast<double>(count)));
  };
  const std::size_t row = place(position.y() - plot.top(), plot.height(), rows);
  return static_cast<int>(row * columns + place(position.x() - plot.left(), plot.width(), columns));
}

bool isEmpty(const Figure& figure) {
  const bool placed = figure.kind == FigureKind::Scatter;
  for (const FigureSeries& series : figure.series) {
    for (std::size_t i = 0; i < series.y.size(); ++i) {
      const bool hasPlace = !placed || (i < series.x.size() && std::isfinite(series.x[i]));
      if (hasPlace && std::isfinite(series.y[i])) return false;
    }
  }
  return true;
}

}  // namespace gf
