// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractScrollArea>
#include <QPixmap>
#include <QSizeF>

#include "report/figure.h"

namespace gf {

/// A figure on the sheet it will be printed on: white, in the publication theme whatever the window's theme is, at its
/// size in millimetres times a zoom. It draws what exports draw.
class SheetView final : public QAbstractScrollArea {
  Q_OBJECT
 public:
  static constexpr double kFit = 0;  ///< As large as there is room, but not larger than four times real size.

  explicit SheetView(QWidget* parent = nullptr);
  /// An empty figure leaves the view empty, with words instead.
  void setFigure(const Figure& figure);
  const Figure& figure() const { return figure_; }
  void setEmptyText(const QString& text);
  void setMillimetres(QSizeF millimetres);
  QSizeF millimetres() const { return millimetres_; }
  /// 1 is real size on this screen, as far as the screen knows its own.
  void setZoom(double zoom);
  double zoom() const { return zoom_; }
  void setAllBars(bool all);
  bool allBars() const { return allBars_; }
  /// The sheet in the viewport, in its pixels; may be larger than it.
  QRectF sheet() const;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool viewportEvent(QEvent* event) override;

 private:
  double pixelsPerMm() const;
  void arrange();
  void draw();

  Figure figure_;
  QString emptyText_;
  QSizeF millimetres_{170, 100};
  double zoom_ = kFit;
  bool allBars_ = false;
  QPixmap picture_;  ///< What the viewport shows of the sheet, as drawn last.
  QRectF drawn_;     ///< Where the sheet was then.
};

/// Pixels of a millimetre on a screen with these dots per inch; where the screen does not know, or says what cannot be
/// true, those of a usual one.
double realPixelsPerMm(double physicalDpi);

/// A height in millimetres that suits the figure at a width: its natural proportions, and never less than what its rows
/// or its key need.
double suitedHeight(const Figure& figure, double widthMm);

}  // namespace gf
