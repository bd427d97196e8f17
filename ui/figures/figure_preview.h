// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSizeF>
#include <QWidget>

#include "report/figure.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;

namespace gf {

class SheetView;

/// A figure as it will be printed: its size, the sheet, and what it says in one sentence.
class FigurePreview final : public QWidget {
  Q_OBJECT
 public:
  explicit FigurePreview(QWidget* parent = nullptr);
  /// An empty figure shows `words` instead.
  void show(const Figure& figure, const QString& words = {});
  /// The same figure with other numbers keeps the size that was chosen for it.
  QSizeF millimetres() const;
  bool allBars() const;
  SheetView& sheet() { return *sheet_; }

 signals:
  void sizeChanged();

 private:
  QWidget* buildBar();
  void takePreset();
  void takeWidth();
  void apply();
  const Figure& figure() const;

  QComboBox *preset_ = nullptr, *zoom_ = nullptr;
  QDoubleSpinBox *width_ = nullptr, *height_ = nullptr;
  QCheckBox* allBars_ = nullptr;
  SheetView* sheet_;
  QLabel* sentence_;
  QPushButton* table_;
  bool ownHeight_ = false;  ///< The user typed one for this figure.
};

}  // namespace gf
