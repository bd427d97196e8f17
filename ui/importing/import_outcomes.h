// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

#include "jobs/import_job.h"
#include "jobs/job_runner.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QStandardItemModel;
class QTableView;

namespace gf {

/// How far an import is, and what became of each model.
class ImportOutcomes final : public QWidget {
  Q_OBJECT
 public:
  explicit ImportOutcomes(QWidget* parent = nullptr);
  /// `names`: all that were asked for, in order.
  void begin(const QStringList& names);
  void add(const ImportOutcome& outcome);
  void showProgress(const JobStatus& status);
  /// Says at once that the import ends, before it has.
  void showStopping();
  /// A failure of the whole, not of one model.
  void showFailure(const QString& text);
  void end();
  int imported() const { return imported_; }
  int failed() const { return failed_; }

 private:
  enum Column { Name, Result, Details, ColumnCount };
  void put(int row, int column, const QString& text);
  int rowOf(const QString& name) const;
  void copyList();
  void sayChosen();
  QString counts() const;

  QLabel *heading_, *stage_, *chosen_;
  QProgressBar* bar_;
  QStandardItemModel* model_;
  QTableView* table_;
  QPushButton* copy_;
  int imported_ = 0, failed_ = 0;
};

}  // namespace gf
