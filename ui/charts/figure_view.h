// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSizeF>
#include <QString>
#include <QWidget>
#include <memory>

#include "report/figure.h"

namespace gf {

/// Shows a figure, follows the theme, and offers a context menu and keys: Export…, Copy, Show as table. The accessible
/// name is the figure's title and its description the figure's sentence.
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
  void exportWithDialog();
  void showAsTable();

 signals:
  /// A label (bar, stack part) was clicked or chosen by keyboard; index into Figure::labels.
  void labelActivated(int index);

 private:
  struct Private;
  std::unique_ptr<Private> private_;
};

/// Formats a figure can be written in.
enum class FigureFormat { Svg, Pdf, Png, Csv, Json };

/// Draws in the publication theme at `millimetres` and writes atomically. Throws gf::Error when the file cannot be
/// written. Needs a QGuiApplication; any platform, offscreen too.
void exportFigure(const Figure& figure, const QString& file, FigureFormat format, QSizeF millimetres = {170, 100});

}  // namespace gf
