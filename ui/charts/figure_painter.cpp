// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/figure_painter.h"

#include <QFontInfo>
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
    case FigureKind::Lines:
      break;
  }
  return makeLinesPainter();
}

bool isEmpty(const Figure& figure) {
  for (const FigureSeries& series : figure.series) {
    for (const double value : series.y) {
      if (std::isfinite(value)) return false;
    }
  }
  return true;
}

}  // namespace gf
