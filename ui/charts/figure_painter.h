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
  double x = 0;     ///< For Lines and Heat.
  int column = -1;  ///< For Heat.
};

/// Draws one kind of figure on any device: the window, SVG, PDF and PNG use the same one. Qt Charts stays behind it.
class FigurePainter {
 public:
  virtual ~FigurePainter() = default;
  /// Draws inside `area` and notes the marks. Units are 1/96 inch; sizes follow from the fonts.
  virtual void paint(QPainter& painter, const QRectF& area, const Figure& figure, const Colours& colours,
                     const ChartFonts& fonts, const FigureLook& look) = 0;
  /// Of the last paint, from left to right or from top to bottom; of a table row by row.
  const std::vector<Mark>& marks() const { return marks_; }
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

/// Whether there is nothing to draw.
bool isEmpty(const Figure& figure);

}  // namespace gf
