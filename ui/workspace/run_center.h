// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "jobs/job_runner.h"
#include "jobs/job_state.h"
#include "jobs/transfer_job.h"
#include "transfer/record.h"

namespace gf {

/// One transfer as the window knows it: going on, or from an earlier session.
struct RunRow {
  std::uint64_t id = 0;  ///< Unique within the history.
  QString title;         ///< "KL+DP: tops-resnet → student-mlp".
  JobState state = JobState::Queued;
  Progress progress;
  QString folder;  ///< Result folder.
  TransferOptions options;
  QString teacher, student, data;             ///< Names and path for people.
  double startedUnix = 0;                     ///< Seconds since 1970; 0 while queued.
  std::vector<EvaluationRecord> evaluations;  ///< Gain, loss, delta over epochs.
  std::vector<StepRecord> steps;              ///< Thinned to at most 2,000.
  std::optional<Error> failure;
};

/// Queue and history of transfers. Owns the worker; a 100 ms timer drains the feeds while something runs. The history
/// survives restarts (runs.json in the user's data folder); a run that was going on when the program died comes back as
/// Interrupted.
class RunCenter final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Title, State, Progress_, Delta, Gain, Loss, Started, ColumnCount };
  enum Role { IdRole = Qt::UserRole + 1 };

  explicit RunCenter(QObject* parent = nullptr);
  ~RunCenter() override;

  std::uint64_t add(const TransferRequest& request, const QString& teacher, const QString& student);
  const RunRow* row(std::uint64_t id) const;
  std::vector<std::uint64_t> ids() const;  ///< Newest first.
  /// Each answers whether it was allowed; whyNot() of jobs/job_state.h says why not.
  bool perform(JobAction action, std::uint64_t id);
  /// Starts the same request again under a new folder beside the old one.
  std::uint64_t runAgain(std::uint64_t id);
  /// The run that goes on now, 0 when none.
  std::uint64_t current() const;
  bool busy() const;
  /// A fresh result folder below the user's data folder, named after pair, method and time.
  static QString freshFolder(const TransferRequest& request);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 signals:
  void runChanged(quint64 id);  ///< State, progress or numbers; at most ten times a second each.
  void runEnded(quint64 id);

 private:
  struct Private;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
