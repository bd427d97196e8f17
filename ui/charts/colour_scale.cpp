// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/colour_scale.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/style/colours.h"
#include "ui/style/numbers.h"

namespace gf {

namespace {

constexpr int kSteps = 255;  ///< Odd, so that zero has a colour of its own in the middle.
constexpr int kLegendSteps = 41;

}  // namespace

ColourScale::ColourScale(const Figure& figure, const Colours& colours)
    : ground_(colours.surface.rgb()), diverging_(figure.scale == FigureScale::Diverging), format_(valueFormat(figure)) {
  double low = INFINITY, high = -INFINITY;
  for (const FigureSeries& series : figure.series) {
    for (const double value : series.y) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (diverging_) {
    const double most = low <= high ? std::max(std::abs(low), std::abs(high)) : 1;
    high_ = most > 0 ? most : 1;
    low_ = -high_;
  } else if (low <= high) {
    low_ = low;
    high_ = high;
  }
  for (int i = 0; i < kSteps; ++i) {
    const double share = static_cast<double>(i) / (kSteps - 1);
    // Gain above zero, loss below, the ground at zero: as strong as the value is large.
    const QColor meaning = colours.of(share < 0.5 ? Role::Loss : Role::Gain);
    table_.push_back((diverging_ ? blended(meaning, colours.surface, std::abs(2 * share - 1)) : viridis(share)).rgb());
  }
}

QRgb ColourScale::rgb(double value) const {
  if (!std::isfinite(value)) return ground_;
  // Where all values are equal, theirs is the middle.
  const double share = high_ > low_ ? (value - low_) / (high_ - low_) : 0.5;
  return table_[static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * (kSteps - 1)))];
}

QColor ColourScale::colour(double value) const {
  return QColor(rgb(value));
}

namespace {

/// The strip of colours itself.
void drawStrip(QPainter& painter, const QRectF& bar, const ColourScale& scale, const Colours& colours) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  const double step = bar.width() / kLegendSteps;
  for (int i = 0; i < kLegendSteps; ++i) {
    const double value = scale.low() + (scale.high() - scale.low()) * i / (kLegendSteps - 1);
    // Each a little too wide: the next one covers what is too much, and no seam is left.
    const double extra = i + 1 < kLegendSteps ? 0.5 : 0;
    painter.fillRect(QRectF(bar.left() + i * step, bar.top(), step + extra, bar.height()), scale.colour(value));
  }
  painter.restore();
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(colours.line, 0.8));
  painter.drawRect(bar);
}

}  // namespace

QRectF drawColourScale(QPainter& painter, const QRectF& area, const Figure& figure, const ColourScale& scale,
                       const Colours& colours, const ChartFonts& fonts, double corner) {
  const double line = textHeight(fonts.label), gap = 0.4 * line, right = area.right() - corner;
  // The ends of a diverging scale are round words, not readings.
  const int decimals = scale.diverging() ? (scale.high() < 1    ? scale.format().decimals
                                            : scale.high() < 10 ? 1
                                                                : 0)
                                         : scale.format().decimals;
  const ValueFormat ends{decimals, scale.format().isSigned};
  const double marker = 0.6 * line, width = std::min(11 * line, 0.35 * area.width());
  double x = area.left();
  const auto text = [&](const QString& words, const QColor& colour) {
    const double room = std::min(textWidth(fonts.label, words) + 1, right - x);
    if (room <= 0) return;
    drawText(painter, {x, area.top(), room, line}, Qt::AlignLeft | Qt::AlignVCenter, words, fonts.label, colour);
    x += room + gap;
  };
  const auto mark = [&](Role role) {
    if (!scale.diverging()) return;
    drawMarker(painter, role, {x + marker / 2, area.top() + line / 2}, marker, colours);
    x += marker + gap;
  };
  mark(Role::Loss);
  text(ends.text(scale.low()), colours.text);
  const QRectF bar(std::round(x), area.top() + 0.12 * line, width, 0.76 * line);
  drawStrip(painter, bar, scale, colours);
  double height = 1.5 * line;
  if (scale.diverging()) {
    // Zero is where the colour changes; it is also named.
    painter.setPen(QPen(colours.mutedText, 0.8));
    painter.drawLine(QPointF(bar.center().x(), bar.top()), QPointF(bar.center().x(), bar.bottom()));
    drawText(painter, {bar.left(), area.top() + 0.95 * line, width, 0.9 * line}, Qt::AlignHCenter | Qt::AlignVCenter,
             QStringLiteral("0"), fonts.label, colours.mutedText);
    height = 2.2 * line;
  }
  x = bar.right() + gap;
  text(ends.text(scale.high()), colours.text);
  mark(Role::Gain);
  x += gap;
  // Beside the scale where there is room, else below it.
  const QString title = toQString(figure.valueTitle);
  if (x + textWidth(fonts.label, title) <= right) {
    text(title, colours.mutedText);
    return area.adjusted(0, height, 0, 0);
  }
  drawText(painter, {area.left(), area.top() + height - 0.3 * line, area.width(), line},
           Qt::AlignLeft | Qt::AlignVCenter, title, fonts.label, colours.mutedText);
  return area.adjusted(0, height + 1.1 * line, 0, 0);
}

}  // namespace gf
