// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/workspace.h"

#include <QFileInfo>
#include <QMetaObject>
#include <utility>

#include "base/log.h"
#include "models/weight_files.h"
#include "report/report.h"
#include "ui/style/numbers.h"
#include "ui/workspace/run_center.h"
#include "ui/workspace/shelf_jobs.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace_private.h"

namespace gf {
namespace {

void note(const QString& line) {
  logLine(LogLevel::Info, line.toStdString());
}

}  // namespace

Workspace::Workspace(QObject* parent)
    : QObject(parent),
      private_(std::make_unique<Private>()),
      shelf_(std::make_unique<ShelfModel>()),
      runs_(std::make_unique<RunCenter>()) {
  for (int lane = 0; lane < LaneCount; ++lane) {
    // Called from the worker: everything that follows happens on the GUI thread, later.
    const auto changed = [this, lane](const JobStatus& status) {
      const auto tell = [this, lane, status] { jobChanged(publicId(Lane(lane), status.id), status); };
      QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
    };
    private_->runners[lane] = std::make_unique<JobRunner>(changed);
  }
  private_->semantics = firstSemantics();
  private_->progress.setInterval(kProgressMs);
  connect(&private_->progress, &QTimer::timeout, this, &Workspace::activityChanged);
  watchShelf();
}

Workspace::~Workspace() {
  // The workers end first; what they still posted dies with this object's event queue.
  private_->waiting.clear();
  for (auto& runner : private_->runners) runner.reset();
}

// --- the shelf -------------------------------------------------------------------------------------------------------

void Workspace::inspect(std::vector<ModelChoice> choices) {
  if (choices.empty()) return;
  const auto mine = std::make_shared<QStringList>();  // touched by the GUI thread alone
  for (const ModelChoice& choice : choices) *mine << fromPath(choice.path);
  const auto found = [this, mine](const std::vector<std::filesystem::path>& paths) {
    const auto list = [this, mine, paths] {
      for (const auto& path : paths) listPending({path, nullptr});
      for (const auto& path : paths) *mine << fromPath(path);
      remember();
    };
    QMetaObject::invokeMethod(this, list, Qt::QueuedConnection);
  };
  const auto inspected = [this](const Inspection& inspection) {
    const bool weights = !inspection.readable && holdsWeights(inspection.path);
    QMetaObject::invokeMethod(
        this, [this, inspection, weights] { takeInspection(inspection, weights); }, Qt::QueuedConnection);
  };
  const auto done = [this, mine](const JobStatus& status) {
    if (status.failure) emit problem(tr("Models could not be read"), QString::fromUtf8(status.failure->what()));
    for (const QString& path : *mine) giveUpPending(path, status.failure);
  };
  startIn(Reading, std::make_shared<InspectJob>(std::move(choices), found, inspected), done, nullptr);
}

void Workspace::listPending(const ModelChoice& choice) {
  ShelfModel::Row row;
  row.choice = choice;
  row.inspection.path = choice.path;
  shelf_->put(std::move(row));
}

void Workspace::giveUpPending(const QString& path, const std::optional<Error>& failure) {
  const ShelfModel::Row* row = shelf_->find(path);
  if (!row || !row->pending) return;
  ShelfModel::Row unread{row->choice, row->inspection, false};
  unread.inspection.rule = failure ? failure->rule() : tr("reading it was stopped").toStdString();
  unread.inspection.observed = failure ? failure->observed() : std::string();
  unread.inspection.remedy = failure ? failure->remedy() : tr("Add the file again").toStdString();
  shelf_->put(std::move(unread));
}

void Workspace::addModels(const QStringList& filesOrFolders) {
  std::vector<ModelChoice> choices;
  for (const QString& entry : filesOrFolders) {
    QString path = absolute(entry);
    if (const auto weights = weightsIn(toPath(path)); !weights.empty()) path = fromPath(weights);
    const ShelfModel::Row* known = shelf_->find(path);
    if (known && known->pending) continue;
    choices.push_back({toPath(path), known ? known->choice.metadata : nlohmann::json(nullptr)});
    if (QFileInfo(path).isDir()) continue;
    listPending(choices.back());
    private_->added.insert(path);
  }
  inspect(std::move(choices));
  remember();
}

void Workspace::supplyMetadata(const QString& path, const nlohmann::json& keys) {
  const ModelChoice choice{toPath(absolute(path)), keys};
  listPending(choice);
  inspect({choice});
  remember();
}

void Workspace::takeInspection(const Inspection& inspection, bool weights) {
  const QString path = fromPath(inspection.path);
  const ShelfModel::Row* known = shelf_->find(path);
  if (!known) return;  // removed meanwhile
  const ShelfModel::Row row{known->choice, inspection, false, weights};
  shelf_->put(row);
  if (private_->added.erase(path) > 0 && weights) emit weightsAdded(path);
  if (!inspection.readable) {
    logLine(LogLevel::Warning, inspection.path.string() + ": " + inspection.rule + "; found " + inspection.observed);
  }
  for (const Slot slot : {Slot::Teacher, Slot::Student}) {
    if (private_->wantedIn(slot) == path) {
      private_->wantedIn(slot).clear();
      choose(slot, path);
    } else if (private_->in(slot) == path) {
      if (slot == Slot::Teacher && !inspection.usable())
        removeTeacher(path);
      else
        choose(slot, inspection.usable() ? path : QString());
    }
  }
  if (private_->further.contains(path)) {
    if (!slotBlocked(Slot::Teacher, path).isEmpty()) private_->further.removeAll(path);
    teachersChanged();
  }
}

void Workspace::removeModel(const QString& path) {
  removeTeacher(path);
  if (private_->in(Slot::Student) == path) choose(Slot::Student, {});
  shelf_->remove(path);
  remember();
}

// --- the slots -------------------------------------------------------------------------------------------------------

QString Workspace::slotBlocked(Slot slot, const QString& path) const {
  const ShelfModel::Row* row = shelf_->find(path);
  if (!row) return tr("No model is chosen in the list.");
  if (row->pending) return tr("This model is still being read.");
  if (row->weights) return tr("These are weights alone: choose “Import…” to make a model of them.");
  if (!row->inspection.readable) return tr("This file cannot be read, so it cannot be used.");
  if (!row->inspection.usable()) return tr("This model needs details first: choose “Give details”.");
  if (slot == Slot::Student && row->inspection.traced)
    return tr("This model was traced, so it cannot be trained: it can be a teacher only.");
  return {};
}

bool Workspace::choose(Slot slot, const QString& path) {
  if (!path.isEmpty() && !slotBlocked(slot, path).isEmpty()) return false;
  private_->in(slot) = path;
  if (slot == Slot::Teacher) private_->further.removeAll(path);
  private_->labelMaps.reset();
  remember();
  forgetComparison();
  emit slotsChanged();
  tryToCompare();
  return true;
}

bool Workspace::setTeacher(const QString& path) {
  private_->compareWhenReady = false;
  return choose(Slot::Teacher, path);
}

bool Workspace::setStudent(const QString& path) {
  private_->compareWhenReady = false;
  return choose(Slot::Student, path);
}

QString Workspace::pathIn(Slot slot) const {
  return private_->in(slot);
}

void Workspace::take(Slot slot, const QString& file) {
  const QString path = absolute(file);
  const ShelfModel::Row* row = shelf_->find(path);
  if (row && !row->pending) {
    const QString reason = slotBlocked(slot, path);
    if (reason.isEmpty())
      choose(slot, path);
    else
      emit problem(tr("%1 was not put into the slot").arg(QFileInfo(path).fileName()), reason);
    return;
  }
  private_->wantedIn(slot) = path;
  addModels({path});
}

void Workspace::swapModels() {
  const QString teacher = pathIn(Slot::Teacher), student = pathIn(Slot::Student);
  if (!teacher.isEmpty() && !slotBlocked(Slot::Student, teacher).isEmpty()) return;
  private_->in(Slot::Teacher) = student;
  private_->further.removeAll(student);
  choose(Slot::Student, teacher);
}

const Inspection* Workspace::teacher() const {
  const ShelfModel::Row* row = shelf_->find(pathIn(Slot::Teacher));
  return row && row->inspection.usable() ? &row->inspection : nullptr;
}

const Inspection* Workspace::student() const {
  const ShelfModel::Row* row = shelf_->find(pathIn(Slot::Student));
  return row && row->inspection.usable() ? &row->inspection : nullptr;
}

// --- the data --------------------------------------------------------------------------------------------------------

void Workspace::openData(const QString& folder) {
  private_->labelMaps.reset();
  dataPath_ = absolute(folder);
  data_.reset();
  dataProblem_.reset();
  if (private_->dataId) cancel(private_->dataId);
  const auto job = std::make_shared<OpenDataJob>(toPath(dataPath_));
  const auto done = [this, job, path = dataPath_](const JobStatus& status) {
    if (path != dataPath_ || status.state == JobState::Stopped) return;  // another folder was asked for meanwhile
    private_->dataId = 0;
    private_->labelMaps.reset();
    data_ = job->result();
    dataProblem_ = status.failure;
    if (dataProblem_) emit problem(tr("The data could not be opened"), QString::fromUtf8(dataProblem_->what()));
    if (data_) {
      note(tr("Opened %1: %2 images to judge on").arg(path, countText(qint64(data_->eval->size()))));
      runs_->learnClasses(toPath(path), *data_->eval);
    }
    forgetComparison();
    select({});
    emit dataChanged();
  };
  private_->dataId = startIn(Reading, job, done, nullptr);
  suggestForData();
  remember();
  forgetComparison();
  emit dataChanged();
}

bool Workspace::openingData() const {
  return private_->dataId != 0;
}

void Workspace::setSubsetRule(const SubsetRule& rule) {
  if (rule == subsetRule_) return;
  subsetRule_ = rule;
  emit subsetRuleChanged();
}

void Workspace::setBadImages(BadImages rule) {
  if (rule == badImages_) return;
  badImages_ = rule;
  remember();
  emit badImagesChanged();
}

// --- comparing -------------------------------------------------------------------------------------------------------

QString Workspace::compareBlocked() const {
  if (!teacher() && !student()) return tr("Choose a teacher and a student on the Models page first.");
  if (!teacher()) return tr("Choose a teacher on the Models page first.");
  if (!student()) return tr("Choose a student on the Models page first.");
  if (pathIn(Slot::Teacher) == pathIn(Slot::Student))
    return tr("Teacher and student are the same file: choose two different models.");
  if (openingData()) return tr("The data are still being opened.");
  if (dataProblem_) return tr("The data cannot be read: open other data on the Data page.");
  if (!data_) return tr("Open a data set on the Data page first.");
  const QStringList mismatches = labelMismatches();
  if (!mismatches.isEmpty()) return tr("The classes do not match: %1").arg(mismatches.first());
  return {};
}

QString Workspace::transferBlocked() const {
  const QString reason = compareBlocked();
  if (!reason.isEmpty()) return reason;
  if (!data_->train) return tr("These data have no training split, so there is nothing to draw a transfer set from.");
  if (teacherPaths().contains(pathIn(Slot::Student)))
    return tr("%1 is the student and a teacher: take it out of the teachers.")
        .arg(QString::fromStdString(student()->metadata->name));
  return {};
}

void Workspace::forgetComparison() {
  if (comparing()) cancelCompare();
  if (!comparison_ && !compareProblem_) return;
  comparison_.reset();
  compareProblem_.reset();
  emit comparisonChanged();
  forgetMeaning();
}

void Workspace::compare() {
  if (!compareBlocked().isEmpty()) return;
  if (comparing()) cancelCompare();
  forgetMeaning();  // it would stand in the comparison's way
  CompareRequest request;
  request.student = shelf_->find(pathIn(Slot::Student))->choice;
  request.teachers = {shelf_->find(pathIn(Slot::Teacher))->choice};
  request.data = toPath(dataPath_);
  request.badImages = badImages_;
  const auto job = std::make_shared<CompareJob>(request);
  const auto own = std::make_shared<std::uint64_t>(0);
  const auto done = [this, job, own](const JobStatus& status) {
    if (*own != private_->compareId) return;  // replaced or cancelled
    private_->compareId = 0;
    comparison_ = status.state == JobState::Done ? job->result() : nullptr;
    compareProblem_ = status.failure;
    if (compareProblem_) emit problem(tr("The comparison failed"), QString::fromUtf8(compareProblem_->what()));
    if (comparison_) note(QString::fromStdString(headline(comparison_->report)));
    emit comparisonChanged();
    askMeaning();
  };
  compareProblem_.reset();
  *own = private_->compareId = start(job, done);
  emit comparisonChanged();
}

void Workspace::cancelCompare() {
  if (!comparing()) return;
  cancel(std::exchange(private_->compareId, 0));
  emit comparisonChanged();
  if (comparison_) askMeaning();
}

bool Workspace::comparing() const {
  return private_->compareId != 0;
}

void Workspace::tryToCompare() {
  if (!private_->compareWhenReady || !compareBlocked().isEmpty()) return;
  private_->compareWhenReady = false;
  compare();
}

void Workspace::select(Selection selection) {
  if (selection == selection_) return;
  selection_ = std::move(selection);
  emit selectionChanged();
}

}  // namespace gf
