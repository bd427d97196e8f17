// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPaintEngine>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/charts/drawing.h"
#include "ui/charts/figure_view.h"
#include "ui/charts/painters.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"

namespace gf {

namespace {

/// More cells than this are filled as pixels of one picture where pixels are what is drawn on.
constexpr std::size_t kMostRectangles = 40000;
constexpr int kLegendSteps = 41;

/// Gain above zero, loss below, the ground at zero: as strong as the value is large.
QColor colourOf(double value, double most, const Colours& colours) {
  if (!std::isfinite(value)) return colours.surface;
  const double share = std::min(1.0, std::abs(value) / most);
  return blended(colours.of(value < 0 ? Role::Loss : Role::Gain), colours.surface, share);
}

QString placeText(double place) {
  return numberText(place, place == std::round(place) ? 0 : 2);
}

bool isVector(QPainter& painter) {
  const QPaintEngine* engine = painter.paintEngine();
  return engine && (engine->type() == QPaintEngine::SVG || engine->type() == QPaintEngine::Pdf);
}

class HeatPainter final : public FigurePainter {
 public:
  void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
             const ChartFonts& fonts, const FigureLook& look) override;
  QString tip(const Figure& figure, const Mark& mark) const override;
  int marksPerRow() const override { return static_cast<int>(columns_); }

 private:
  struct Frame {
    QPainter& painter;
    const Figure& figure;
    const Colours& colours;
    const ChartFonts& fonts;
    double line;  ///< Height of a line of text: the unit of everything.
    double most;  ///< Largest absolute value: the ends of the scale.
    QRectF plot;
    std::size_t rows, columns;

    double left(std::size_t column) const { return edge(plot.left(), plot.width(), column, columns); }
    double top(std::size_t row) const { return edge(plot.top(), plot.height(), row, rows); }
    QRectF cell(std::size_t row, std::size_t column) const {
      return {QPointF(left(column), top(row)), QPointF(left(column + 1), top(row + 1))};
    }
    double value(std::size_t row, std::size_t column) const {
      const std::vector<double>& y = figure.series[column].y;
      return row < y.size() ? y[row] : std::nan("");
    }

   private:
    static double edge(double start, double extent, std::size_t index, std::size_t count) {
      return start + extent * static_cast<double>(index) / static_cast<double>(count);
    }
  };

  QRectF paintScale(const Frame& frame, const QRectF& area) const;
  void paintCells(const Frame& frame) const;
  void paintPicture(const Frame& frame) const;
  void paintNumbers(const Frame& frame) const;
  void paintRowNames(const Frame& frame, double left) const;
  void paintAxis(const Frame& frame, const QRectF& area) const;
  void paintMarks(const Frame& frame) const;
  double place(const Frame& frame, std::size_t column) const;

  std::size_t columns_ = 1;
};

void HeatPainter::paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                        const ChartFonts& fonts, const FigureLook& look) {
  marks_.clear();
  Frame frame{
      painter, figure, colours, fonts, textHeight(fonts.label), 0, {}, figure.labels.size(), figure.series.size()};
  columns_ = std::max<std::size_t>(1, frame.columns);
  if (frame.rows == 0 || frame.columns == 0) return;
  for (const FigureSeries& series : figure.series)
    for (const double value : series.y)
      if (std::isfinite(value)) frame.most = std::max(frame.most, std::abs(value));
  if (frame.most == 0) frame.most = 1;
  QRectF rest = drawTitle(painter, area, figure, colours, fonts, look);
  rest = paintScale(frame, rest);
  const double line = frame.line;
  if (!figure.marks.empty()) rest.adjust(0, 1.2 * line, 0, 0);
  double names = 0;
  for (const std::string& label : figure.labels) names = std::max(names, textWidth(fonts.label, toQString(label)));
  names = std::min(names, 0.3 * rest.width());
  const double left = rest.left() + names + 0.5 * line, bottom = rest.bottom() - 2.7 * line;
  // The last column's number may stand half outside.
  const double margin = std::max(1.0, textWidth(fonts.label, placeText(place(frame, frame.columns - 1))) / 2);
  frame.plot =
      QRectF(left, rest.top(), std::max(10.0, rest.right() - left - margin), std::max(10.0, bottom - rest.top()));
  // Few rows need not be stretched over the page.
  frame.plot.setHeight(std::min(frame.plot.height(), 3.2 * line * static_cast<double>(frame.rows)));
  paintCells(frame);
  paintNumbers(frame);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(colours.line, 0.8));
  painter.drawRect(frame.plot);
  paintRowNames(frame, rest.left());
  paintAxis(frame, rest);
  paintMarks(frame);
  marks_.reserve(frame.rows * frame.columns);
  for (std::size_t row = 0; row < frame.rows; ++row) {
    for (std::size_t column = 0; column < frame.columns; ++column) {
      const QRectF cell = frame.cell(row, column);
      marks_.push_back({cell, cell, static_cast<int>(row), place(frame, column), static_cast<int>(column)});
    }
  }
}

double HeatPainter::place(const Frame& frame, std::size_t column) const {
  const std::vector<double>& x = frame.figure.series[column].x;
  return x.empty() ? static_cast<double>(column) : x.front();
}

/// The colours with their numbers, above the cells: lowest at the left, highest at the right.
QRectF HeatPainter::paintScale(const Frame& frame, const QRectF& area) const {
  const double line = frame.line, gap = 0.4 * line;
  const int decimals = frame.most < 10 ? 1 : 0;
  const QString low = signedText(-frame.most, decimals), high = signedText(frame.most, decimals);
  const double marker = 0.6 * line, width = std::min(11 * line, 0.35 * area.width());
  double x = area.left();
  const auto text = [&](const QString& words, const QColor& colour) {
    const double room = std::min(textWidth(frame.fonts.label, words) + 1, area.right() - x);
    if (room <= 0) return;
    drawText(frame.painter, {x, area.top(), room, line}, Qt::AlignLeft | Qt::AlignVCenter, words, frame.fonts.label,
             colour);
    x += room + gap;
  };
  drawMarker(frame.painter, Role::Loss, {x + marker / 2, area.top() + line / 2}, marker, frame.colours);
  x += marker + gap;
  text(low, frame.colours.text);
  const double bar = std::round(x), step = width / kLegendSteps;
  frame.painter.save();
  frame.painter.setRenderHint(QPainter::Antialiasing, false);
  for (int i = 0; i < kLegendSteps; ++i) {
    const double value = frame.most * (2.0 * i / (kLegendSteps - 1) - 1);
    // Each a little too wide: the next one covers what is too much, and no seam is left.
    const double extra = i + 1 < kLegendSteps ? 0.5 : 0;
    frame.painter.fillRect(QRectF(bar + i * step, area.top() + 0.12 * line, step + extra, 0.76 * line),
                           colourOf(value, frame.most, frame.colours));
  }
  frame.painter.restore();
  frame.painter.setBrush(Qt::NoBrush);
  frame.painter.setPen(QPen(frame.colours.line, 0.8));
  frame.painter.drawRect(QRectF(bar, area.top() + 0.12 * line, width, 0.76 * line));
  // Zero is where the colour changes; it is also named.
  frame.painter.setPen(QPen(frame.colours.mutedText, 0.8));
  frame.painter.drawLine(QPointF(bar + width / 2, area.top() + 0.12 * line),
                         QPointF(bar + width / 2, area.top() + 0.88 * line));
  drawText(frame.painter, {bar, area.top() + 0.95 * line, width, 0.9 * line}, Qt::AlignHCenter | Qt::AlignVCenter,
           QStringLiteral("0"), frame.fonts.label, frame.colours.mutedText);
  x = bar + width + gap;
  text(high, frame.colours.text);
  drawMarker(frame.painter, Role::Gain, {x + marker / 2, area.top() + line / 2}, marker, frame.colours);
  x += marker + 2 * gap;
  // Beside the scale where there is room, else below it.
  const QString title = toQString(frame.figure.valueTitle);
  if (x + textWidth(frame.fonts.label, title) <= area.right()) {
    text(title, frame.colours.mutedText);
    return area.adjusted(0, 2.2 * line, 0, 0);
  }
  drawText(frame.painter, {area.left(), area.top() + 1.9 * line, area.width(), line}, Qt::AlignLeft | Qt::AlignVCenter,
           title, frame.fonts.label, frame.colours.mutedText);
  return area.adjusted(0, 3.3 * line, 0, 0);
}

void HeatPainter::paintCells(const Frame& frame) const {
  if (frame.rows * frame.columns > kMostRectangles && !isVector(frame.painter)) return paintPicture(frame);
  frame.painter.save();
  frame.painter.setRenderHint(QPainter::Antialiasing, false);
  for (std::size_t row = 0; row < frame.rows; ++row) {
    for (std::size_t column = 0; column < frame.columns; ++column) {
      const double value = frame.value(row, column);
      if (!std::isfinite(value)) continue;
      // A little too large: neighbours come after and cover what is too much, so that no seam shows at any zoom.
      const auto over = [](bool last, double next) { return last || !std::isfinite(next) ? 0 : 0.5; };
      const bool lastColumn = column + 1 == frame.columns, lastRow = row + 1 == frame.rows;
      const double right = over(lastColumn, frame.value(row, lastColumn ? column : column + 1));
      const double below = over(lastRow, frame.value(lastRow ? row : row + 1, column));
      frame.painter.fillRect(frame.cell(row, column).adjusted(0, 0, right, below),
                             colourOf(value, frame.most, frame.colours));
    }
  }
  frame.painter.restore();
}

void HeatPainter::paintPicture(const Frame& frame) const {
  QImage picture(static_cast<int>(frame.columns), static_cast<int>(frame.rows), QImage::Format_RGB32);
  for (std::size_t row = 0; row < frame.rows; ++row) {
    for (std::size_t column = 0; column < frame.columns; ++column) {
      picture.setPixelColor(static_cast<int>(column), static_cast<int>(row),
                            colourOf(frame.value(row, column), frame.most, frame.colours));
    }
  }
  frame.painter.drawImage(frame.plot, picture);
}

/// Values in their cells where all of them fit: colour is never the only difference where a number can stand.
void HeatPainter::paintNumbers(const Frame& frame) const {
  const QSizeF cell(frame.plot.width() / static_cast<double>(frame.columns),
                    frame.plot.height() / static_cast<double>(frame.rows));
  const double widest = textWidth(frame.fonts.label, signedText(-frame.most, 1));
  if (cell.width() < widest + 0.4 * frame.line || cell.height() < frame.line) return;
  for (std::size_t row = 0; row < frame.rows; ++row) {
    for (std::size_t column = 0; column < frame.columns; ++column) {
      const double value = frame.value(row, column);
      if (!std::isfinite(value)) continue;
      const QColor ground = colourOf(value, frame.most, frame.colours);
      drawText(frame.painter, frame.cell(row, column), Qt::AlignCenter, signedText(value, 1), frame.fonts.label,
               readableOn(ground));
    }
  }
}

void HeatPainter::paintRowNames(const Frame& frame, double left) const {
  const double height = frame.plot.height() / static_cast<double>(frame.rows);
  // At most what fits: every second, third, … row is named where all would overlap.
  const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(frame.line / height - 1e-9)));
  for (std::size_t row = 0; row < frame.rows; row += every) {
    const double middle = (frame.top(row) + frame.top(row + 1)) / 2;
    drawText(frame.painter, {left, middle - frame.line / 2, frame.plot.left() - 0.5 * frame.line - left, frame.line},
             Qt::AlignRight | Qt::AlignVCenter, toQString(frame.figure.labels[row]), frame.fonts.label,
             frame.colours.text);
  }
}

void HeatPainter::paintAxis(const Frame& frame, const QRectF& area) const {
  double widest = 0;
  for (std::size_t i = 0; i < frame.columns; ++i)
    widest = std::max(widest, textWidth(frame.fonts.label, placeText(place(frame, i))));
  const double width = frame.plot.width() / static_cast<double>(frame.columns);
  const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil((widest + 0.6 * frame.line) / width)));
  // Counted from the last column, which is how things stand now.
  for (std::size_t i = (frame.columns - 1) % every; i < frame.columns; i += every) {
    const double middle = (frame.left(i) + frame.left(i + 1)) / 2;
    frame.painter.setPen(QPen(frame.colours.line, 0.8));
    frame.painter.drawLine(QPointF(middle, frame.plot.bottom()),
                           QPointF(middle, frame.plot.bottom() + 0.25 * frame.line));
    drawText(
        frame.painter, {middle - 5 * frame.line, frame.plot.bottom() + 0.3 * frame.line, 10 * frame.line, frame.line},
        Qt::AlignHCenter | Qt::AlignVCenter, placeText(place(frame, i)), frame.fonts.label, frame.colours.mutedText);
  }
  drawText(frame.painter, {area.left(), frame.plot.bottom() + 1.4 * frame.line, area.width(), frame.line},
           Qt::AlignRight | Qt::AlignVCenter, toQString(frame.figure.xTitle), frame.fonts.label,
           frame.colours.mutedText);
}

void HeatPainter::paintMarks(const Frame& frame) const {
  const double line = frame.line;
  double free = frame.plot.left();
  for (const FigureMark& mark : frame.figure.marks) {
    std::size_t column = 0;
    while (column < frame.columns && place(frame, column) <= mark.x) ++column;
    const double x = frame.left(column);
    frame.painter.setPen(QPen(frame.colours.text, 0.07 * line));
    frame.painter.drawLine(QPointF(x, frame.plot.top() - 1.1 * line), QPointF(x, frame.plot.bottom()));
    const QString name = toQString(mark.label);
    const double start = x + 0.3 * line;
    if (start < free) continue;  // would be written over the one before
    const double room = std::min(textWidth(frame.fonts.label, name) + 1, frame.plot.right() - start);
    drawText(frame.painter, {start, frame.plot.top() - 1.15 * line, room, line}, Qt::AlignLeft | Qt::AlignVCenter, name,
             frame.fonts.label, frame.colours.mutedText);
    free = start + room + 0.3 * line;
  }
}

QString HeatPainter::tip(const Figure& figure, const Mark& mark) const {
  const auto row = static_cast<std::size_t>(mark.label), column = static_cast<std::size_t>(mark.column);
  if (mark.label < 0 || mark.column < 0 || row >= figure.labels.size() || column >= figure.series.size()) return {};
  const FigureSeries& series = figure.series[column];
  QStringList lines{toQString(figure.labels[row]), toQString(series.name)};
  lines << QStringLiteral("%1: %2").arg(toQString(figure.valueTitle),
                                        row < series.y.size() ? signedText(series.y[row], 1) : QStringLiteral("–"));
  if (row < series.notes.size() && !series.notes[row].empty()) lines << toQString(series.notes[row]);
  if (row < figure.details.size() && !figure.details[row].empty())
    lines << FigureView::tr("At the end: %1").arg(toQString(figure.details[row]));
  lines.removeAll(QString());
  return lines.join('\n');
}

}  // namespace

std::unique_ptr<FigurePainter> makeHeatPainter() {
  return std::make_unique<HeatPainter>();
}

}  // namespace gf
