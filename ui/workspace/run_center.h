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
  static constexpr std::size_t kMostSteps = 2000;

  std::uint64_t id = 0;  ///< Unique within the history.
  QString title;         ///< "KL+DP: tops-resnet → student-mlp".
  JobState state = JobState::Queued;
  Progress progress;
  TransferRequest request;                    ///< What was asked; for an opened result only `out` is known.
  bool repeatable = true;                     ///< False for a result that was opened from a folder.
  double startedUnix = 0;                     ///< Seconds since 1970; 0 while queued.
  std::optional<EvaluationRecord> last;       ///< The latest evaluation; kept in the history.
  std::vector<EvaluationRecord> evaluations;  ///< Gain, loss, delta over epochs; of an earlier session once loaded.
  std::vector<StepRecord> steps;              ///< Thinned to at most 2,000.
  std::optional<Error> failure;

  QString folder() const { return QString::fromStdString(request.out.string()); }  ///< Result folder.
};

/// A state in a word: "Queued", "Running", "Stopping…".
QString stateText(JobState state);

/// Queue and history of transfers. Owns the worker; a 100 ms timer drains the feeds while something runs. The history
/// survives restarts (runs.json in the user's data folder); a run that was going on when the program died comes back as
/// Interrupted.
class RunCenter final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Number, Title, State, Share, Delta, Gain, Loss, Started, ColumnCount };
  enum Role { IdRole = Qt::UserRole + 1, SortRole };

  explicit RunCenter(QObject* parent = nullptr);
  ~RunCenter() override;

  /// Queues a transfer and answers its id. A result folder that a listed run has already gets a number at its end.
  std::uint64_t add(const TransferRequest& request, const QString& teacher, const QString& student);
  /// Lists an earlier result (a folder or its report.json) and answers its id; one that is listed already is not listed
  /// twice. Throws Error(Input).
  std::uint64_t open(const QString& folderOrReport);
  const RunRow* row(std::uint64_t id) const;
  std::vector<std::uint64_t> ids() const;  ///< Newest first.
  /// Reads the numbers of an ended run of an earlier session from its folder; runChanged() follows.
  void loadMetrics(std::uint64_t id);
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
  void historySaved();

 private:
  struct Private;
  RunRow* find(std::uint64_t id);
  int indexOf(std::uint64_t id) const;
  void insert(RunRow row);
  void touch(std::uint64_t id);
  void statusChanged(std::uint64_t runnerId, const JobStatus& status);
  void drain();
  void save();

  std::unique_ptr<Private> private_;
};

}  // namespace gf
