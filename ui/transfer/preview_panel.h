// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "jobs/preview_job.h"
#include "ui/workspace/workspace.h"

class QLabel;
class QLineEdit;
class QProgressBar;
class QSortFilterProxyModel;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace gf {

class PartitionTable;
class RoutingTable;

/// What a transfer would do, before it is started: how both rules would partition the transfer set, in all, by class
/// and by teacher, and what the run will cost. Made on demand by a job of the workspace.
class PreviewPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit PreviewPanel(Workspace& workspace, QWidget* parent = nullptr);

  /// Looks at the transfer set of this request; does nothing while it looks already.
  void start(const TransferRequest& request);
  bool going() const { return job_ != 0; }
  /// What Run would start now: a preview of something else is greyed and said to be of something else.
  void setCurrent(const TransferRequest& request);
  std::shared_ptr<const Preview> preview() const { return preview_; }
  /// The words above the table.
  QString stateText() const;

 signals:
  void changed();  ///< Begun or ended.

 private:
  void build();
  QWidget* buildViews();
  QTableView* buildDetail(RoutingTable* model, QSortFilterProxyModel*& sorted, const QString& name);
  void showView();
  void finish(const JobStatus& status, const PreviewJob& job);
  void showProgress();
  void refresh();

  Workspace& workspace_;
  PartitionTable* table_ = nullptr;
  QTableView* view_ = nullptr;
  RoutingTable *classes_ = nullptr, *teachers_ = nullptr;
  QSortFilterProxyModel *sortedClasses_ = nullptr, *sortedTeachers_ = nullptr;
  QWidget* views_ = nullptr;  ///< Tabs, filter and tables.
  QTabBar* tabs_ = nullptr;
  QLineEdit* filter_ = nullptr;
  QStackedWidget* stack_ = nullptr;
  QLabel *state_ = nullptr, *estimate_ = nullptr;
  QProgressBar* busy_ = nullptr;
  std::uint64_t job_ = 0;  ///< 0: none going on.
  std::shared_ptr<const Preview> preview_;
  QString failure_;             ///< Why the last one has no result.
  TransferRequest made_, now_;  ///< What it was made for, and what the form says.
};

}  // namespace gf
