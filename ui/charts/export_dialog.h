// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <optional>
#include <vector>

#include "ui/charts/figure_view.h"

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;

namespace gf {

/// Asks where to, as what and how wide, and writes a figure in one or several formats with one stem. A suffix typed
/// into the name chooses its format.
class ExportDialog final : public QDialog {
  Q_OBJECT
 public:
  /// `millimetres`: the size that is proposed; one that suits the figure when it is invalid.
  ExportDialog(Figure figure, bool allBars, QWidget* parent, QSizeF millimetres = {});
  /// The files that would be written now.
  QStringList files() const;
  /// Writes them; false when the user declined to replace files or an error was shown.
  bool write();

 private:
  void build();
  void browse();
  void readSuffix();
  void refresh();
  QString stem() const;

  Figure figure_;
  bool allBars_;
  QLineEdit* name_ = nullptr;
  std::vector<QCheckBox*> formats_;
  QComboBox* width_ = nullptr;
  QDoubleSpinBox *widthMm_ = nullptr, *heightMm_ = nullptr;
  QLabel* message_ = nullptr;
  QDialogButtonBox* buttons_ = nullptr;
};

/// The format that a file name's suffix stands for, if any.
std::optional<FigureFormat> formatOf(const QString& file);

}  // namespace gf
