// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QObject>
#include <QString>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "jobs/job_runner.h"
#include "jobs/job_state.h"
#include "jobs/transfer_job.h"
#include "transfer/record.h"

namespace gf {

class DataSet;

/// What figures by class need to know of the data a run is judged on.
struct RunClasses {
  std::vector<std::string> names;
  std::vector<std::int64_t> samples;  ///< Of each class, in the evaluation split.
};

/// One transfer as the window knows it: going on, or from an earlier session.
struct RunRow {
  static constexpr std::size_t kMostSteps = 2000;

  std::uint64_t id = 0;  ///< Unique within the history.
  QString title;         ///< "KL+DP: tops-resnet → student-mlp"; several teachers are all named.
  QStringList teachers;  ///< Their names, in the order of the request; empty when unknown.
  JobState state = JobState::Queued;
  Progress progress;
  TransferRequest request;                    ///< What was asked; for an opened result only `out` is known.
  bool repeatable = true;                     ///< False for a result that was opened from a folder.
  double startedUnix = 0;                     ///< Seconds since 1970; 0 while queued.
  std::optional<EvaluationRecord> last;       ///< The latest evaluation; kept in the history.
  std::vector<EvaluationRecord> evaluations;  ///< Gain, loss, delta over epochs; of an earlier session once loaded.
  std::vector<StepRecord> steps;              ///< Thinned to at most 2,000.
  std::optional<Error> failure;
  /// The run goes on from a saved state: what is heard first may repeat what was heard before.
  bool rejoinsSteps = false, rejoinsEvaluations = false;

  QString folder() const { return QString::fromStdString(request.out.string()); }  ///< Result folder.
};

/// Transfers that the run makes one after the other: one for each teacher, unless they teach at once.
int stagesOf(const TransferRequest& request);
/// Epochs of the whole run, linear warm-ups included.
double totalEpochs(const TransferRequest& request);
/// Several names as one text: "A", "A and B", "A, B and C", "A, B and 3 more".
QString namesText(const QStringList& names);
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
  std::uint64_t add(const TransferRequest& request, const QStringList& teachers, const QString& student);
  std::uint64_t add(const TransferRequest& request, const QString& teacher, const QString& student) {
    return add(request, QStringList(teacher), student);
  }
  /// Lists an earlier result (a folder or its report.json) and answers its id; one that is listed already is not listed
  /// twice. Throws Error(Input).
  std::uint64_t open(const QString& folderOrReport);
  const RunRow* row(std::uint64_t id) const;
  std::vector<std::uint64_t> ids() const;  ///< Newest first.
  /// Reads the numbers of an ended run of an earlier session from its folder; runChanged() follows.
  void loadMetrics(std::uint64_t id);
  /// Each answers whether it was allowed; refusal() says why not. GoOn queues the same run again, in the same folder,
  /// from the state that is saved there.
  bool perform(JobAction action, std::uint64_t id);
  /// Empty when the action is allowed now; else why not, as one translated sentence.
  QString refusal(JobAction action, std::uint64_t id) const;
  /// Starts the same request again under a new folder beside the old one.
  std::uint64_t runAgain(std::uint64_t id);
  /// Of data that were opened once; runs on them can show figures by class while they go on.
  void learnClasses(const std::filesystem::path& data, const DataSet& split);
  const RunClasses* classesOf(const RunRow& row) const;  ///< Null when unknown.
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
  void enqueue(const RunRow& row);
  bool goOn(std::uint64_t id);
  void touch(std::uint64_t id);
  void statusChanged(std::uint64_t runnerId, const JobStatus& status);
  void drain();
  void save();

  std::unique_ptr<Private> private_;
};

}  // namespace gf
