// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/run_center.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QTimer>
#include <algorithm>
#include <map>

#include "base/files.h"
#include "base/log.h"
#include "data/dataset.h"
#include "report/result_folder.h"
#include "report/text.h"
#include "ui/workspace/run_cells.h"
#include "ui/workspace/run_history.h"

namespace gf {
namespace {

constexpr int kDrainMilliseconds = 100;

std::filesystem::path historyFile() {
  return dataFolder() / "runs.json";
}

double nowUnix() {
  return static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;
}

bool hasSavedState(const RunRow& row) {
  std::error_code ignored;
  return std::filesystem::exists(row.request.out / "state", ignored);
}

/// What a run that goes on reports first may have been heard before: the earlier telling gives way.
template <class Record>
void dropRepeated(std::vector<Record>& known, const std::vector<Record>& fresh) {
  if (fresh.empty()) return;
  const auto repeated = [&](const Record& each) { return each.step >= fresh.front().step; };
  known.erase(std::remove_if(known.begin(), known.end(), repeated), known.end());
}

}  // namespace

struct RunCenter::Private {
  std::vector<RunRow> rows;                                    ///< Newest first.
  std::map<std::uint64_t, std::shared_ptr<TransferJob>> jobs;  ///< By run id, while not ended.
  std::map<std::uint64_t, std::uint64_t> runOf;                ///< Runner's id → run id.
  std::map<std::uint64_t, std::uint64_t> runnerOf;             ///< The other way.
  std::map<std::filesystem::path, RunClasses> classes;         ///< By data folder.
  std::uint64_t nextId = 1;
  QTimer timer;
  std::unique_ptr<JobRunner> runner;  ///< Last: its thread ends before what it speaks of.
};

RunCenter::RunCenter(QObject* parent) : QAbstractTableModel(parent), private_(std::make_unique<Private>()) {
  private_->rows = readHistory(historyFile());
  for (const auto& row : private_->rows) private_->nextId = std::max(private_->nextId, row.id + 1);
  private_->timer.setInterval(kDrainMilliseconds);
  connect(&private_->timer, &QTimer::timeout, this, &RunCenter::drain);
  private_->runner = std::make_unique<JobRunner>([this](const JobStatus& status) {
    QMetaObject::invokeMethod(
        this, [this, status] { statusChanged(status.id, status); }, Qt::QueuedConnection);
  });
}

RunCenter::~RunCenter() {
  private_->runner.reset();
  // The worker's last words are still in the event queue; what they would have said is known here.
  for (auto& row : private_->rows) {
    if (!isFinal(row.state)) row.state = row.state == JobState::Queued ? JobState::Stopped : JobState::Interrupted;
    if (row.state == JobState::Interrupted && std::filesystem::exists(row.request.out / "report.json"))
      row.state = JobState::Stopped;
  }
  save();
}

std::uint64_t RunCenter::add(const TransferRequest& request, const QStringList& teachers, const QString& student) {
  RunRow row;
  row.id = private_->nextId++;
  QString method = QString::fromUtf8(displayName(request.options.method).data());
  if (request.teachers.size() > 1) method += QStringLiteral(", ") + modeText(request.options.teachers);
  row.title = QStringLiteral("%1: %2 → %3").arg(method, namesText(teachers), student);
  row.teachers = teachers;
  row.request = request;
  // A queued run has no folder yet, so one asked for in the same second got the same name.
  const auto taken = [this](const std::filesystem::path& out) {
    return std::any_of(private_->rows.begin(), private_->rows.end(),
                       [&](const RunRow& each) { return each.request.out == out; });
  };
  for (int i = 2; taken(row.request.out); ++i)
    row.request.out = std::filesystem::path(request.out).concat("-" + std::to_string(i));
  const std::uint64_t id = row.id;
  insert(std::move(row));
  enqueue(*find(id));
  return id;
}

void RunCenter::enqueue(const RunRow& row) {
  const auto job = std::make_shared<TransferJob>(row.request);
  private_->jobs[row.id] = job;
  const std::uint64_t runnerId = private_->runner->add(job);
  private_->runOf[runnerId] = row.id;
  private_->runnerOf[row.id] = runnerId;
  private_->timer.start();
}

bool RunCenter::goOn(std::uint64_t id) {
  loadMetrics(id);  // the curves go on where they ended
  RunRow& row = *find(id);
  row.request.resume = true;
  row.request.overwrite = false;
  row.state = JobState::Queued;
  row.failure.reset();
  row.rejoinsSteps = row.rejoinsEvaluations = true;
  enqueue(row);
  save();
  touch(id);
  return true;
}

void RunCenter::learnClasses(const std::filesystem::path& data, const DataSet& split) {
  RunClasses classes{split.classNames(), std::vector<std::int64_t>(split.classNames().size())};
  for (const std::int32_t label : split.labels()) ++classes.samples[static_cast<std::size_t>(label)];
  private_->classes[data] = std::move(classes);
  for (const std::uint64_t id : ids()) {
    const RunRow* each = row(id);  // a listener may remove runs
    if (each && each->request.data == data) touch(id);
  }
}

const RunClasses* RunCenter::classesOf(const RunRow& row) const {
  const auto found = private_->classes.find(row.request.data);
  return found == private_->classes.end() ? nullptr : &found->second;
}

std::uint64_t RunCenter::open(const QString& folderOrReport) {
  const Result result = openResult(folderOrReport.toStdString());
  for (const auto& row : private_->rows) {
    std::error_code ignored;
    if (std::filesystem::equivalent(row.request.out, result.folder, ignored)) return row.id;
  }
  RunRow row;
  row.id = private_->nextId++;
  const bool transfer = result.report.contains("transfer");
  row.state = !transfer || result.report["transfer"].at("finished").get<bool>() ? JobState::Done : JobState::Stopped;
  row.repeatable = false;
  row.progress.fraction = 1;
  row.request.out = result.folder;
  QStringList teachers;
  for (const auto& each : result.report.at("teachers"))
    teachers << QString::fromStdString(each.at("name").get<std::string>());
  const QString student = QString::fromStdString(result.report.at("student").at("name").get<std::string>());
  const QString what = transfer ? tr("Opened transfer") : tr("Opened comparison");
  row.teachers = teachers;
  row.title = QStringLiteral("%1: %2 → %3").arg(what, namesText(teachers), student);
  const std::uint64_t id = row.id;
  insert(std::move(row));
  loadMetrics(id);
  return id;
}

const RunRow* RunCenter::row(std::uint64_t id) const {
  const int index = indexOf(id);
  return index < 0 ? nullptr : &private_->rows[static_cast<std::size_t>(index)];
}

RunRow* RunCenter::find(std::uint64_t id) {
  return const_cast<RunRow*>(row(id));
}

int RunCenter::indexOf(std::uint64_t id) const {
  const auto& rows = private_->rows;
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const RunRow& each) { return each.id == id; });
  return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
}

std::vector<std::uint64_t> RunCenter::ids() const {
  std::vector<std::uint64_t> ids;
  for (const auto& each : private_->rows) ids.push_back(each.id);
  return ids;
}

void RunCenter::loadMetrics(std::uint64_t id) {
  RunRow* row = find(id);
  if (!row || !isFinal(row->state) || !row->evaluations.empty()) return;
  const auto file = row->request.out / "metrics.jsonl";
  if (!std::filesystem::exists(file)) return;
  try {
    std::vector<StepRecord> steps;
    for (const auto& line : readMetrics(file)) {
      if (line.at("kind") == "step") {
        steps.push_back(stepFromJson(line));
      } else {
        row->evaluations.push_back(evaluationFromJson(line));
      }
    }
    appendThinned(row->steps, steps);
    if (!row->evaluations.empty()) {
      row->last = row->evaluations.back();
      // Of a run that was cut off, the history knows the beginning alone.
      if (row->repeatable && row->state != JobState::Done)
        row->progress.fraction = std::min(1.0, row->last->epoch / totalEpochs(row->request));
    }
  } catch (const Error& error) {
    logLine(LogLevel::Warning, error.what());
  }
  touch(id);
}

void RunCenter::insert(RunRow row) {
  beginInsertRows({}, 0, 0);
  private_->rows.insert(private_->rows.begin(), std::move(row));
  endInsertRows();
  save();
}

void RunCenter::touch(std::uint64_t id) {
  const int at = indexOf(id);
  if (at < 0) return;
  emit dataChanged(index(at, 0), index(at, ColumnCount - 1));
  emit runChanged(id);
}

QString RunCenter::refusal(JobAction action, std::uint64_t id) const {
  const RunRow* row = this->row(id);
  if (!row) return tr("This run is not in the list.");
  std::string reason(whyNot(action, row->state));
  if (action == JobAction::GoOn && reason.empty() && row->repeatable && !hasSavedState(*row)) reason = kNoSavedState;
  if (action == JobAction::GoOn && !row->repeatable) return tr("An opened report cannot go on from here.");
  return reason.empty() ? QString() : QCoreApplication::translate("jobs", reason.c_str());
}

bool RunCenter::perform(JobAction action, std::uint64_t id) {
  if (!refusal(action, id).isEmpty()) return false;
  const RunRow* row = find(id);
  if (action == JobAction::GoOn) return goOn(id);
  if (action == JobAction::Remove) {
    if (row->state == JobState::Queued) private_->runner->stop(private_->runnerOf[id]);
    const int at = indexOf(id);
    beginRemoveRows({}, at, at);
    private_->rows.erase(private_->rows.begin() + at);
    private_->jobs.erase(id);
    endRemoveRows();
    if (!busy()) private_->timer.stop();
    save();
    return true;
  }
  const std::uint64_t runnerId = private_->runnerOf[id];
  switch (action) {
    case JobAction::Pause:
      return private_->runner->pause(runnerId);
    case JobAction::Resume:
      return private_->runner->resume(runnerId);
    case JobAction::StopAndDiscard:
      private_->jobs[id]->discard();
      [[fallthrough]];
    case JobAction::StopAndKeep:
      return private_->runner->stop(runnerId);
    case JobAction::Remove:
    case JobAction::GoOn:
      break;
  }
  return false;
}

std::uint64_t RunCenter::runAgain(std::uint64_t id) {
  const RunRow* row = find(id);
  if (!row || !row->repeatable) return 0;
  TransferRequest request = row->request;
  request.resume = false;
  request.out = freshFolder(request).toStdString();
  const QString pair = row->title.section(QStringLiteral(": "), 1);
  const QStringList teachers =
      row->teachers.isEmpty() ? QStringList(pair.section(QStringLiteral(" → "), 0, 0)) : row->teachers;
  return add(request, teachers, pair.section(QStringLiteral(" → "), 1));
}

std::uint64_t RunCenter::current() const {
  for (const auto& row : private_->rows) {
    if (!isFinal(row.state) && row.state != JobState::Queued) return row.id;
  }
  return 0;
}

bool RunCenter::busy() const {
  return std::any_of(private_->rows.begin(), private_->rows.end(),
                     [](const RunRow& row) { return !isFinal(row.state); });
}

QString RunCenter::freshFolder(const TransferRequest& request) {
  const auto stem = [](const ModelChoice& choice) { return fileNameText(choice.path.stem().string()); };
  std::string teachers = request.teachers.empty() ? "teacher" : stem(request.teachers.front());
  if (request.teachers.size() > 1) teachers += "-and-" + std::to_string(request.teachers.size() - 1) + "-more";
  const std::string name = teachers + "-to-" + stem(request.student) + "-" + std::string(idOf(request.options.method));
  const QString base = QString::fromStdString((dataFolder() / "runs").string()) + '/' +
                       QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-")) +
                       QString::fromStdString(name);
  QString folder = base;
  for (int i = 2; QDir(folder).exists(); ++i) folder = base + '-' + QString::number(i);
  return folder;
}

void RunCenter::statusChanged(std::uint64_t runnerId, const JobStatus& status) {
  const auto known = private_->runOf.find(runnerId);
  RunRow* row = known == private_->runOf.end() ? nullptr : find(known->second);
  // Announcements come from two threads and may overtake each other: an ended run stays ended.
  if (!row || isFinal(row->state)) return;
  const std::uint64_t id = row->id;
  // One that was stopped in the queue never started.
  if (row->startedUnix == 0 && status.state != JobState::Queued && !isFinal(status.state)) row->startedUnix = nowUnix();
  row->state = status.state;
  row->failure = status.failure;
  drain();
  if (isFinal(status.state)) {
    if (status.state == JobState::Done) row->progress.fraction = 1;
    private_->jobs.erase(id);
    if (!busy()) private_->timer.stop();
    save();
    touch(id);
    emit runEnded(id);
    return;
  }
  save();
  touch(id);
}

void RunCenter::drain() {
  const auto jobs = private_->jobs;  // a listener may remove a run
  for (const auto& [id, job] : jobs) {
    RunRow* row = find(id);
    if (!row) continue;
    const Progress before = row->progress;
    if (const auto status = private_->runner->status(private_->runnerOf[id])) row->progress = status->progress;
    auto fresh = job->feed().drain();
    if (row->rejoinsSteps) dropRepeated(row->steps, fresh.steps);
    if (row->rejoinsEvaluations) dropRepeated(row->evaluations, fresh.evaluations);
    row->rejoinsSteps = row->rejoinsSteps && fresh.steps.empty();
    row->rejoinsEvaluations = row->rejoinsEvaluations && fresh.evaluations.empty();
    appendThinned(row->steps, fresh.steps);
    row->evaluations.insert(row->evaluations.end(), fresh.evaluations.begin(), fresh.evaluations.end());
    if (!fresh.evaluations.empty()) row->last = fresh.evaluations.back();
    const bool same = fresh.steps.empty() && fresh.evaluations.empty() && before.fraction == row->progress.fraction &&
                      before.stage == row->progress.stage;
    if (row->state != JobState::Queued && !same) touch(id);
  }
}

void RunCenter::save() {
  try {
    writeHistory(historyFile(), private_->rows);
    emit historySaved();
  } catch (const Error& error) {
    logLine(LogLevel::Error, error.what());
  }
}

int RunCenter::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(private_->rows.size());
}

int RunCenter::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunCenter::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const RunRow& row = private_->rows[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return runCell(row, index.column());
    case Qt::ToolTipRole:
      return row.failure ? QString::fromUtf8(row.failure->what())
                         : row.title + '\n' + runStart(row) + '\n' + row.folder();
    case Qt::TextAlignmentRole:
      return QVariant::fromValue((isRunNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case IdRole:
      return QVariant::fromValue<quint64>(row.id);
    case SortRole:
      return runSortValue(row, index.column());
    default:
      return {};
  }
}

QVariant RunCenter::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue((isRunNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  return role == Qt::DisplayRole ? runHeader(section) : QVariant();
}

}  // namespace gf
