// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QRectF>
#include <QString>
#include <memory>
#include <set>
#include <vector>

#include "report/figure.h"
#include "ui/style/theme.h"

class QPainter;

namespace gf {

/// Fonts of a figure, sized in pixels and unhinted, so that text is as wide on paper as it was measured.
struct ChartFonts {
  QFont title, label;
};
ChartFonts windowFonts();
ChartFonts publicationFonts();

/// How a figure is to be drawn this time.
struct FigureLook {
  bool title = true;
  bool all = false;        ///< Bars: every label as a narrow column instead of the first ones that fit and "others".
  double corner = 0;       ///< Width at the upper right that titles and legends leave to others.
  std::set<int> selected;  ///< Labels to stand out; the rest is dimmed. Empty: none.
};

/// Something that can be pointed at.
struct Mark {
  static constexpr int kOthers = -1;  ///< Stands for the bars that did not fit.
  static constexpr int kNone = -2;    ///< A position on a numeric axis.
  QRectF area;                        ///< Where the pointer counts as on it.
  QRectF shape;                       ///< What is outlined then.
  int label = kNone;
  double x = 0;     ///< For Lines, Heat and Scatter.
  int column = -1;  ///< For Heat; for Columns the series.
};

/// Draws one kind of figure on any device: the window, SVG, PDF and PNG use the same one. Qt Charts stays behind it.
class FigurePainter {
 public:
  virtual ~FigurePainter() = default;
  /// Draws inside `area` and notes the marks. Units are 1/96 inch; sizes follow from the fonts.
  virtual void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                     const ChartFonts& fonts, const FigureLook& look) = 0;
  /// Marks of the last paint, from left to right or from top to bottom; of a table row by row.
  virtual int markCount() const { return static_cast<int>(marks_.size()); }
  virtual Mark mark(int index) const { return marks_[static_cast<std::size_t>(index)]; }
  /// The mark under a position, -1 for none.
  virtual int markAt(QPointF position) const;
  std::vector<Mark> marks() const;
  /// How many marks a row of a table has; 1 where marks stand in one line.
  virtual int marksPerRow() const { return 1; }
  /// What a mark says: name, value and detail.
  virtual QString tip(const Figure& figure, const Mark& mark) const = 0;
  /// The height that the figure needs at a width; 0 when it fills what it gets.
  virtual double heightFor(double, const Figure&, const ChartFonts&, const FigureLook&) const { return 0; }

  static std::unique_ptr<FigurePainter> of(FigureKind kind);

 protected:
  std::vector<Mark> marks_;
};

/// Where the cell of a regular table lies that fills an area.
struct CellLayout {
  QRectF plot;
  std::size_t rows = 0, columns = 0;
  double left(std::size_t column) const { return edge(plot.left(), plot.width(), column, columns); }
  double top(std::size_t row) const { return edge(plot.top(), plot.height(), row, rows); }
  QRectF cell(std::size_t row, std::size_t column) const {
    return {QPointF(left(column), top(row)), QPointF(left(column + 1), top(row + 1))};
  }
  QSizeF cellSize() const {
    return {plot.width() / static_cast<double>(columns), plot.height() / static_cast<double>(rows)};
  }
  /// Row by row; -1 outside.
  int indexAt(QPointF position) const;

 private:
  static double edge(double start, double extent, std::size_t index, std::size_t count) {
    return start + extent * static_cast<double>(index) / static_cast<double>(count);
  }
};

/// Whether there is nothing to draw.
bool isEmpty(const Figure& figure);

}  // namespace gf
