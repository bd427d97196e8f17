// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSizeF>
#include <QString>
#include <QWidget>
#include <memory>
#include <set>

#include "report/figure.h"

class QPainter;

namespace gf {

/// Shows a figure, follows the theme, and offers a context menu and keys: Export…, Copy, Show as table. The accessible
/// name is the figure's title and its description the figure's sentence. Arrow keys go from mark to mark, Enter
/// chooses.
class FigureView final : public QWidget {
  Q_OBJECT
 public:
  explicit FigureView(QWidget* parent = nullptr);
  ~FigureView() override;
  /// Replaces what is shown; cheap enough for ten times a second.
  void setFigure(const Figure& figure);
  const Figure& figure() const;
  /// Words shown instead of an empty chart.
  void setEmptyText(const QString& text);
  /// Whether the figure's title is drawn; it is by default. Exports always carry it.
  void setTitleVisible(bool visible);
  /// Labels that stand out while the others are dimmed; empty: all alike.
  void setSelectedLabels(const std::set<int>& labels);
  /// Bars: every bar instead of the first that fit and the mean of the others.
  void setAllBars(bool all);
  void exportWithDialog();
  void copy();
  void showAsTable();

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  bool hasHeightForWidth() const override;
  int heightForWidth(int width) const override;

 signals:
  /// A label (bar, stack part) was clicked or chosen by keyboard; index into Figure::labels.
  void labelActivated(int index);
  /// The same of a cell of a Heat figure: indices into Figure::labels and Figure::series. labelActivated() comes first.
  void cellActivated(int row, int column);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  /// Draws the figure into the picture if it has changed since.
  void drawPicture();
  void activate(int mark);
  void moveFocus(int step);

  struct Private;
  std::unique_ptr<Private> private_;
};

/// Formats a figure can be written in.
enum class FigureFormat { Svg, Pdf, Png, Csv, Json };

/// A size in millimetres that suits the figure: a bar of parts is low, a table as high as its rows ask for.
QSizeF naturalSize(const Figure& figure);

/// Draws the whole figure in the publication theme on a page of this size, as every export does. The painter's units
/// are 1/96 inch; the page's upper left corner is its origin.
void paintFigure(QPainter& painter, const Figure& figure, QSizeF millimetres, bool allBars = false);

/// Draws in the publication theme at `millimetres` and writes atomically; `allBars` as in FigureView. Throws gf::Error
/// when the file cannot be written. Needs a QApplication; any platform, offscreen too.
void exportFigure(const Figure& figure, const QString& file, FigureFormat format, QSizeF millimetres = {170, 100},
                  bool allBars = false);

}  // namespace gf
