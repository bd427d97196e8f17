// SPDX-License-Identifier: GPL-3.0-or-later
#include <QMarginsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/charts/colour_scale.h"
#include "ui/charts/figure_view.h"
#include "ui/charts/painters.h"
#include "ui/style/colours.h"

namespace gf {

namespace {

class GridPainter final : public FigurePainter {
 public:
  void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
             const ChartFonts& fonts, const FigureLook& look) override;
  QString tip(const Figure& figure, const Mark& mark) const override;
  int markCount() const override { return static_cast<int>(count_); }
  Mark mark(int index) const override;
  int markAt(QPointF position) const override;
  int marksPerRow() const override { return static_cast<int>(std::max<std::size_t>(1, cells_.columns)); }

 private:
  struct Frame : ChartFrame {
    const ColourScale& scale;
    double value(std::size_t index) const {
      return index < figure.series[0].y.size() ? figure.series[0].y[index] : std::nan("");
    }
  };
  void layOut(const Frame& frame, const QRectF& rest);
  QRectF cell(std::size_t index) const { return cells_.cell(index / cells_.columns, index % cells_.columns); }
  QColor ground(const Frame& frame, std::size_t index) const;
  void drawCell(const Frame& frame, std::size_t index, double gap) const;
  QStringList wordsFor(const Frame& frame, std::size_t index, const QSizeF& size) const;
  void drawNames(const Frame& frame) const;
  void drawMissing(const Frame& frame, std::size_t index) const;

  CellLayout cells_;
  std::size_t count_ = 0;
  ValueFormat format_;
};

/// As many columns as make cells that are wide where they carry names and square where there are many.
void GridPainter::layOut(const Frame& frame, const QRectF& rest) {
  const double count = static_cast<double>(count_);
  const double aspect = count_ <= 60 ? 2.4 : count_ <= 250 ? 1.6 : 1;
  const double wanted = std::sqrt(count * rest.width() / std::max(1.0, rest.height()) / aspect);
  // Among the numbers near that, the one whose last row is fullest.
  std::size_t best = 1;
  double least = INFINITY;
  for (double columns = std::max(1.0, std::floor(0.8 * wanted)); columns <= std::ceil(1.25 * wanted); ++columns) {
    const double rows = std::ceil(count / columns);
    const double cost = (rows * columns - count) / count + 0.4 * std::abs(std::log(columns / wanted));
    if (columns > count || cost >= least) continue;
    least = cost;
    best = static_cast<std::size_t>(columns);
  }
  cells_.columns = best;
  cells_.rows = (count_ + best - 1) / best;
  // A few cells need not fill the page.
  const double height = std::min(rest.height(), 7 * frame.line * static_cast<double>(cells_.rows));
  cells_.plot = QRectF(rest.left(), rest.top(), std::max(4.0, rest.width()), std::max(4.0, height));
}

QColor GridPainter::ground(const Frame& frame, std::size_t index) const {
  const QColor colour = frame.scale.colour(frame.value(index));
  const bool dimmed = !frame.look.selected.empty() && !frame.look.selected.contains(static_cast<int>(index));
  return dimmed ? blended(colour, frame.colours.surface, 0.35) : colour;
}

void GridPainter::drawCell(const Frame& frame, std::size_t index, double gap) const {
  const QRectF cell = this->cell(index).adjusted(0, 0, -gap, -gap);
  const bool known = std::isfinite(frame.value(index));
  if (known) frame.painter.fillRect(cell, ground(frame, index));
  // The ground's own colour means zero on a diverging scale, or no value: the edge shows that there is a cell.
  if ((known && !frame.scale.diverging()) || gap == 0) return;
  frame.painter.setBrush(Qt::NoBrush);
  frame.painter.setPen(QPen(frame.colours.line, 0.6));
  frame.painter.drawRect(cell.adjusted(0.3, 0.3, -0.3, -0.3));
}

void GridPainter::drawMissing(const Frame& frame, std::size_t index) const {
  const QRectF cell = this->cell(index);
  const double half = std::min(0.25 * cell.width(), 0.35 * frame.line);
  frame.painter.setPen(QPen(frame.colours.mutedText, 0.06 * frame.line));
  frame.painter.drawLine(cell.center() - QPointF(half, 0), cell.center() + QPointF(half, 0));
}

/// The name in as many lines as there is room for, the value below it where one more fits; nothing where the name has
/// no room.
QStringList GridPainter::wordsFor(const Frame& frame, std::size_t index, const QSizeF& size) const {
  const double line = frame.line;
  const auto room = static_cast<int>(size.height() / line);
  if (room < 1) return {};
  const QString full = toQString(frame.figure.labels[index]);
  const auto torn = [&](const QStringList& lines) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const QString& text) { return textWidth(frame.fonts.label, text) > size.width() + 0.5; });
  };
  QStringList lines = wrappedText(frame.fonts.label, full, size.width(), room);
  // Of several names the first, if that one fits; a torn word says little.
  if (torn(lines)) lines = wrappedText(frame.fonts.label, full.section(", ", 0, 0), size.width(), room);
  if (torn(lines)) {
    if (size.width() < 3.2 * line) return {};
    lines = {fittedText(frame.fonts.label, full, size.width())};
  }
  if (lines.size() < room) lines << format_.text(frame.value(index));
  return lines;
}

void GridPainter::drawNames(const Frame& frame) const {
  const double line = frame.line;
  const QMarginsF margins(0.2 * line, 0.1 * line, 0.3 * line, 0.2 * line);
  const QSizeF size = QRectF(QPointF(0, 0), cells_.cellSize()).marginsRemoved(margins).size();
  std::vector<QStringList> words;
  std::size_t named = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    words.push_back(wordsFor(frame, i, size));
    named += !words.back().isEmpty();
  }
  // A few short names among many bare cells would look as if they were meant.
  const bool most = 2 * named >= count_;
  for (std::size_t i = 0; i < count_; ++i) {
    const bool known = std::isfinite(frame.value(i));
    if (!known && (!most || words[i].isEmpty())) drawMissing(frame, i);
    if (!most) continue;
    const QRectF cell = this->cell(i).marginsRemoved(margins);
    const QColor ink = known ? readableOn(ground(frame, i)) : frame.colours.mutedText;
    double y = cell.center().y() - static_cast<double>(words[i].size()) * line / 2;
    for (const QString& text : words[i]) {
      drawText(frame.painter, {cell.left(), y, cell.width(), line}, Qt::AlignHCenter | Qt::AlignVCenter, text,
               frame.fonts.label, ink);
      y += line;
    }
  }
}

void GridPainter::paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                        const ChartFonts& fonts, const FigureLook& look) {
  count_ = figure.series.empty() ? 0 : figure.labels.size();
  cells_ = {};
  if (count_ == 0) return;
  const ColourScale scale(figure, colours);
  format_ = scale.format();
  const Frame frame{painter, figure, colours, fonts, look, textHeight(fonts.label), scale};
  QRectF rest = drawTitle(painter, area, figure, colours, fonts, look);
  rest = drawColourScale(painter, rest, figure, scale, colours, fonts, rest.top() > area.top() ? 0 : look.corner);
  layOut(frame, rest);
  const QSizeF size = cells_.cellSize();
  const double gap = std::min(size.width(), size.height()) > 6 ? 1 : 0;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  for (std::size_t i = 0; i < count_; ++i) drawCell(frame, i, gap);
  painter.restore();
  drawNames(frame);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(colours.text, 0.16 * frame.line, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
  for (const int label : look.selected) {
    if (label < 0 || static_cast<std::size_t>(label) >= count_) continue;
    painter.drawRect(cell(static_cast<std::size_t>(label)).adjusted(0.5, 0.5, -gap - 0.5, -gap - 0.5));
  }
}

Mark GridPainter::mark(int index) const {
  const QRectF cell = this->cell(static_cast<std::size_t>(index));
  return {cell, cell, index, 0};
}

int GridPainter::markAt(QPointF position) const {
  const int index = cells_.indexAt(position);
  return index < markCount() ? index : -1;
}

QString GridPainter::tip(const Figure& figure, const Mark& mark) const {
  const auto index = static_cast<std::size_t>(mark.label);
  if (mark.label < 0 || index >= figure.labels.size() || figure.series.empty()) return {};
  const FigureSeries& series = figure.series.front();
  const QString title = toQString(figure.valueTitle.empty() ? series.name : figure.valueTitle);
  QStringList lines{toQString(figure.labels[index]),
                    FigureView::tr("%1: %2").arg(
                        title, index < series.y.size() ? format_.text(series.y[index]) : QStringLiteral("–"))};
  if (index < series.notes.size()) lines << toQString(series.notes[index]);
  if (index < figure.details.size()) lines << toQString(figure.details[index]);
  lines.removeAll(QString());
  return lines.join('\n');
}

}  // namespace

std::unique_ptr<FigurePainter> makeGridPainter() {
  return std::make_unique<GridPainter>();
}

}  // namespace gf
