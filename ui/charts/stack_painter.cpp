// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/charts/drawing.h"
#include "ui/charts/painters.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"

namespace gf {

namespace {

struct Part {
  QString name, detail;
  double value = 0;
  Role role = Role::Neutral;
};

std::vector<Part> partsOf(const Figure& figure) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < figure.labels.size() && i < figure.series.size(); ++i) {
    const FigureSeries& series = figure.series[i];
    const double value = series.y.empty() ? 0 : series.y.front();
    parts.push_back({toQString(figure.labels[i]), i < figure.details.size() ? toQString(figure.details[i]) : QString(),
                     value >= 0 ? value : 0, series.role});
  }
  return parts;
}

QString shareText(const Part& part) {
  return numberText(part.value, 1) + QStringLiteral(" %");
}

class StackPainter final : public FigurePainter {
 public:
  void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
             const ChartFonts& fonts, const FigureLook& look) override;
  QString tip(const Figure& figure, const Mark& mark) const override;
  double heightFor(double width, const Figure& figure, const ChartFonts& fonts, const FigureLook& look) const override;

 private:
  struct Legend {
    int columns = 1;
    double columnWidth = 0, rowHeight = 0;
    bool details = false;
  };
  Legend legendFor(double width, const std::vector<Part>& parts, const ChartFonts& fonts) const;
  QRectF paintBar(QPainter& painter, const QRectF& bar, const std::vector<Part>& parts, const Colours& colours,
                  const ChartFonts& fonts, const FigureLook& look);
  void paintKey(QPainter& painter, const QRectF& cell, const Part& part, const Legend& legend, const Colours& colours,
                const ChartFonts& fonts) const;
};

StackPainter::Legend StackPainter::legendFor(double width, const std::vector<Part>& parts,
                                             const ChartFonts& fonts) const {
  const double line = textHeight(fonts.label);
  double widest = 0;
  Legend legend;
  for (const Part& part : parts) {
    widest = std::max({widest, textWidth(fonts.label, part.name), textWidth(fonts.title, shareText(part))});
    widest = std::max(widest, textWidth(fonts.label, part.detail));
    legend.details = legend.details || !part.detail.isEmpty();
  }
  const double needed = widest + 2.2 * line;
  legend.columns = std::clamp(static_cast<int>(width / needed), 1, std::max(1, static_cast<int>(parts.size())));
  // Even rows: four parts stand in one row, in two of two, or in four, never in three and one.
  const int rows = (static_cast<int>(parts.size()) + legend.columns - 1) / legend.columns;
  legend.columns = (static_cast<int>(parts.size()) + rows - 1) / rows;
  legend.columnWidth = width / legend.columns;
  legend.rowHeight = textHeight(fonts.title) + line * (legend.details ? 2.2 : 1.2);
  return legend;
}

double StackPainter::heightFor(double width, const Figure& figure, const ChartFonts& fonts,
                               const FigureLook& look) const {
  const std::vector<Part> parts = partsOf(figure);
  if (parts.empty()) return 0;
  const double line = textHeight(fonts.label);
  const Legend legend = legendFor(width, parts, fonts);
  const int rows = (static_cast<int>(parts.size()) + legend.columns - 1) / legend.columns;
  const double title = titleHeight(width, figure, fonts, look);
  return std::ceil(title + 1.7 * line + 0.5 * line + rows * legend.rowHeight);
}

void StackPainter::paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                         const ChartFonts& fonts, const FigureLook& look) {
  marks_.clear();
  const std::vector<Part> parts = partsOf(figure);
  const double line = textHeight(fonts.label);
  const QRectF rest = drawTitle(painter, area, figure, colours, fonts, look);
  const Legend legend = legendFor(rest.width(), parts, fonts);
  const int rows = (static_cast<int>(parts.size()) + legend.columns - 1) / legend.columns;
  // On a tall page the bar may grow, but it stays a bar.
  const double spare = rest.height() - rows * legend.rowHeight - 0.5 * line;
  const QRectF bar(rest.left(), rest.top(), rest.width(), std::clamp(spare, 1.2 * line, 4 * line));
  const QRectF below = paintBar(painter, bar, parts, colours, fonts, look);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int column = static_cast<int>(i) % legend.columns, row = static_cast<int>(i) / legend.columns;
    const QRectF cell(below.left() + column * legend.columnWidth, below.top() + row * legend.rowHeight,
                      legend.columnWidth, legend.rowHeight);
    paintKey(painter, cell, parts[i], legend, colours, fonts);
    // The key can be clicked like its part: a sliver of 0.1 % could not be hit otherwise.
    marks_[i].shape = cell.adjusted(-0.2 * line, 0, -0.8 * line, 0);
    marks_.push_back({cell, marks_[i].shape, static_cast<int>(i), 0});
  }
}

QRectF StackPainter::paintBar(QPainter& painter, const QRectF& bar, const std::vector<Part>& parts,
                              const Colours& colours, const ChartFonts& fonts, const FigureLook& look) {
  double total = 0;
  for (const Part& part : parts) total += part.value;
  double x = bar.left();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double width = total > 0 ? bar.width() * parts[i].value / total : 0;
    const QRectF segment(x, bar.top(), width, bar.height());
    QColor colour = colours.of(parts[i].role);
    const bool dimmed = !look.selected.empty() && !look.selected.contains(static_cast<int>(i));
    if (dimmed) colour = blended(colour, colours.surface, 0.35);
    painter.fillRect(segment.adjusted(i == 0 ? 0 : 0.5, 0, 0, 0), colour);
    const QString text = shareText(parts[i]);
    if (textWidth(fonts.label, text) + 0.6 * textHeight(fonts.label) < width) {
      drawText(painter, segment, Qt::AlignCenter, text, fonts.label, readableOn(colour));
    }
    marks_.push_back({segment, segment, static_cast<int>(i), 0});
    x += width;
  }
  return QRectF(bar.left(), bar.bottom() + 0.5 * textHeight(fonts.label), bar.width(), 0);
}

void StackPainter::paintKey(QPainter& painter, const QRectF& cell, const Part& part, const Legend& legend,
                            const Colours& colours, const ChartFonts& fonts) const {
  const double line = textHeight(fonts.label), big = textHeight(fonts.title);
  const double marker = 0.7 * line, left = cell.left() + marker + 0.5 * line;
  const double width = cell.right() - left - 0.4 * line;
  drawMarker(painter, part.role, {cell.left() + marker / 2, cell.top() + big / 2}, marker, colours);
  drawText(painter, {left, cell.top(), width, big}, Qt::AlignLeft | Qt::AlignVCenter, shareText(part), fonts.title,
           colours.text);
  drawText(painter, {left, cell.top() + big, width, line}, Qt::AlignLeft | Qt::AlignVCenter, part.name, fonts.label,
           colours.text);
  if (!legend.details) return;
  drawText(painter, {left, cell.top() + big + line, width, line}, Qt::AlignLeft | Qt::AlignVCenter, part.detail,
           fonts.label, colours.mutedText);
}

QString StackPainter::tip(const Figure& figure, const Mark& mark) const {
  const std::vector<Part> parts = partsOf(figure);
  if (mark.label < 0 || mark.label >= static_cast<int>(parts.size())) return {};
  const Part& part = parts[static_cast<std::size_t>(mark.label)];
  return part.name + '\n' + shareText(part) + (part.detail.isEmpty() ? QString() : '\n' + part.detail);
}

}  // namespace

std::unique_ptr<FigurePainter> makeStackPainter() {
  return std::make_unique<StackPainter>();
}

}  // namespace gf
