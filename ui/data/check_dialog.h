// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <memory>

#include "jobs/check_job.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace gf {

class CheckFilter;
class CheckTable;
class ElidingLabel;
class Workspace;

/// Goes through all images of the open data once: what is odd and how it is treated, and what cannot be read.
class CheckDialog final : public QDialog {
  Q_OBJECT
 public:
  /// Begins at once with the data that are open.
  explicit CheckDialog(Workspace& workspace, QWidget* parent = nullptr);
  ~CheckDialog() override;
  bool checking() const { return job_ != 0; }
  QString dataPath() const { return path_; }
  std::shared_ptr<const DataCheck> result() const { return result_; }
  /// Writes what the list shows. Throws Error(Run).
  void exportTo(const QString& file);

 public slots:
  void start();
  void stop();

 private:
  void build();
  void take(std::shared_ptr<const DataCheck> result);
  void showProgress();
  void exportList();
  void copyList();
  void refresh();
  void fillKinds();
  QString summary() const;

  Workspace& workspace_;
  QString path_;  ///< The data that are, or were, gone through.
  CheckTable* table_;
  CheckFilter* filter_;
  QTableView* view_;
  QComboBox* kinds_;
  QLineEdit* search_;
  QLabel *sentence_, *left_;
  QProgressBar* bar_;
  ElidingLabel* message_;
  QPushButton *copy_, *export_, *again_, *stop_;
  std::uint64_t job_ = 0;
  std::shared_ptr<const DataCheck> result_;
};

}  // namespace gf
