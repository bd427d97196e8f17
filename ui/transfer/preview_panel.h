// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "jobs/preview_job.h"
#include "ui/workspace/workspace.h"

class QLabel;
class QProgressBar;
class QTableView;

namespace gf {

class PartitionTable;

/// What a transfer would do, before it is started: how both rules would partition the transfer set, and what the run
/// will cost. Made on demand by a job of the workspace.
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
  void finish(const JobStatus& status, const PreviewJob& job);
  void showProgress();
  void refresh();

  Workspace& workspace_;
  PartitionTable* table_ = nullptr;
  QTableView* view_ = nullptr;
  QLabel *state_ = nullptr, *estimate_ = nullptr;
  QProgressBar* busy_ = nullptr;
  std::uint64_t job_ = 0;  ///< 0: none going on.
  std::shared_ptr<const Preview> preview_;
  QString failure_;             ///< Why the last one has no result.
  TransferRequest made_, now_;  ///< What it was made for, and what the form says.
};

}  // namespace gf
