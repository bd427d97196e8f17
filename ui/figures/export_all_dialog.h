// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <vector>

#include "ui/figures/figure_batch.h"
#include "ui/figures/figure_library.h"

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QProgressBar;

namespace gf {

/// Asks which figures, as what, how wide and where to, and writes them into a new folder while the window goes on. It
/// can be cancelled; what was finished stays.
class ExportAllDialog final : public QDialog {
  Q_OBJECT
 public:
  /// `current`: key of the source that is proposed. `widthMm`: the width that is proposed.
  ExportAllDialog(std::vector<FigureSource> sources, const QString& current, double widthMm, QWidget* parent);
  /// Begins to write.
  void start();
  /// What would be written now; its folder is empty while none was chosen.
  BatchRequest request() const;
  void setParentFolder(const QString& folder);
  const FigureBatch& batch() const { return *batch_; }

 signals:
  void written(const QString& folder);  ///< Everything.

 protected:
  void reject() override;

 private:
  void build(double widthMm);
  QWidget* buildFormats();
  void refresh();
  void showProgress(int done, int total);
  void end(const QString& failure);

  std::vector<FigureSource> sources_;
  QComboBox *what_ = nullptr, *width_ = nullptr;
  std::vector<QCheckBox*> formats_;
  QLineEdit* folder_ = nullptr;
  QWidget* form_ = nullptr;
  QProgressBar* bar_ = nullptr;
  QLabel* message_ = nullptr;
  QDialogButtonBox* buttons_ = nullptr;
  FigureBatch* batch_;
};

/// A source's name as a folder is called: "compare-student-mlp-tops-resnet", "shelf", "run-12".
QString folderNameOf(const FigureSource& source);

}  // namespace gf
