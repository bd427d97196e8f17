// SPDX-License-Identifier: GPL-3.0-or-later
// Workspace: all models of the shelf compared with each other.
#include <QSet>
#include <utility>

#include "base/log.h"
#include "jobs/shelf_job.h"
#include "report/shelf_report.h"
#include "ui/style/numbers.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace_private.h"

namespace gf {

namespace {

QString nameOf(const ShelfModel::Row& row) {
  const auto& metadata = row.inspection.metadata;
  return metadata && !metadata->name.empty() ? QString::fromStdString(metadata->name)
                                             : QFileInfo(fromPath(row.choice.path)).fileName();
}

}  // namespace

void Workspace::watchShelf() {
  const auto forgetFit = [this](const QModelIndex& from, const QModelIndex& to) {
    for (int row = from.row(); row <= to.row(); ++row)
      private_->shelfFit.erase(shelf_->index(row, 0).data(ShelfModel::PathRole).toString());
    checkShelf();
  };
  connect(shelf_.get(), &QAbstractItemModel::dataChanged, this, forgetFit);
  connect(shelf_.get(), &QAbstractItemModel::rowsInserted, this, [this] { emit shelfCompared(); });
  connect(shelf_.get(), &QAbstractItemModel::rowsRemoved, this, [this] { checkShelf(); });
  connect(this, &Workspace::dataChanged, this, [this] {
    private_->shelfFit.clear();
    forgetShelf();
  });
}

/// A model of the result that is gone, or is another file now, takes the result with it.
void Workspace::checkShelf() {
  const auto same = [this](std::size_t i) {
    const ShelfModel::Row* row = shelf_->find(fromPath(shelfResult_->request.models[i].path));
    if (!row) return false;
    return row->pending || (row->inspection.sha256 == shelfResult_->models[i].sha256 &&
                            row->choice.metadata == shelfResult_->request.models[i].metadata);
  };
  for (std::size_t i = 0; shelfResult_ && i < shelfResult_->request.models.size(); ++i)
    if (!same(i)) return forgetShelf();
  emit shelfCompared();
}

/// Why compareShelf() passes over a model; empty when it takes part.
QString Workspace::shelfMisfit(const QString& path) const {
  const ShelfModel::Row* row = shelf_->find(path);
  if (!row || row->pending) return tr("It is still being read.");
  if (!row->inspection.usable()) return shelfExplanation(*row).replace(u'\n', u' ');
  if (!data_) return {};
  // Asked many times a second; matching thousands of names is worth keeping.
  const auto known = private_->shelfFit.find(path);
  if (known != private_->shelfFit.end()) return known->second;
  const NamedClasses wanted{tr("the data").toStdString(), data_->eval->classNames(), data_->eval->wnids()};
  return private_->shelfFit[path] = mapLabels(row->inspection, wanted, ModelRole::Student).problem;
}

QString Workspace::shelfBlocked() const {
  if (openingData()) return tr("The data are still being opened.");
  if (dataProblem_) return tr("The data cannot be read: open other data on the Data page.");
  int fitting = 0, reading = 0;
  for (const ShelfModel::Row& row : shelf_->rows()) {
    reading += row.pending ? 1 : 0;
    fitting += shelfMisfit(fromPath(row.choice.path)).isEmpty() ? 1 : 0;
  }
  if (reading > 0) return tr("Models are still being read: %1 to go.").arg(countText(reading));
  if (shelf_->rows().size() < 2) return tr("Add at least two models on the Models page first.");
  if (fitting < 2 && !data_) return tr("At least two models must be usable: the Models page says what each one lacks.");
  if (!data_) return tr("Open a data set on the Data page first.");
  if (fitting < 2)
    return tr("At least two models must know the classes of the data; on this shelf of %1, %2.")
        .arg(countText(qint64(shelf_->rows().size())), fitting == 1 ? tr("one does") : tr("none does"));
  return {};
}

void Workspace::compareShelf() {
  if (!shelfBlocked().isEmpty()) return;
  if (comparingShelf()) cancelShelf();
  ShelfRequest request;
  QStringList asked;
  for (const ShelfModel::Row& row : shelf_->rows()) {
    if (!shelfMisfit(fromPath(row.choice.path)).isEmpty()) continue;
    request.models.push_back(row.choice);
    asked << fromPath(row.choice.path);
  }
  request.data = toPath(dataPath_);
  request.badImages = badImages_;
  const auto job = std::make_shared<ShelfJob>(std::move(request));
  const auto own = std::make_shared<std::uint64_t>(0);
  const auto done = [this, job, own, asked](const JobStatus& status) {
    if (*own != private_->shelfId) return;  // replaced or cancelled
    private_->shelfId = 0;
    if (status.state == JobState::Done) {
      shelfResult_ = job->result();
      private_->shelfAsked = asked;
      logLine(LogLevel::Info, shelfHeadline(shelfResult_->report));
    } else if (status.failure) {
      shelfResult_.reset();
      shelfProblem_ = status.failure;
      emit problem(tr("The shelf could not be compared"), QString::fromUtf8(shelfProblem_->what()));
    }
    checkShelf();  // models may have gone meanwhile; it tells of the result too
  };
  shelfProblem_.reset();
  *own = private_->shelfId = start(job, done);
  emit shelfCompared();
}

void Workspace::cancelShelf() {
  if (!comparingShelf()) return;
  cancel(std::exchange(private_->shelfId, 0));
  emit shelfCompared();
}

bool Workspace::comparingShelf() const {
  return private_->shelfId != 0;
}

std::optional<JobStatus> Workspace::shelfProgress() const {
  return statusOf(private_->shelfId);
}

void Workspace::forgetShelf() {
  cancelShelf();
  shelfResult_.reset();
  shelfProblem_.reset();
  emit shelfCompared();
}

QStringList Workspace::shelfLeftOut() const {
  QStringList lines;
  if (shelfResult_)
    for (const std::string& line : shelfResult_->leftOut) lines << QString::fromStdString(line);
  const QSet<QString> asked(private_->shelfAsked.begin(), private_->shelfAsked.end());
  for (const ShelfModel::Row& row : shelf_->rows()) {
    const QString path = fromPath(row.choice.path);
    if (shelfResult_ && asked.contains(path)) continue;
    QString reason = shelfMisfit(path);
    if (reason.isEmpty() && shelfResult_) reason = tr("It was added after the shelf was compared.");
    if (!reason.isEmpty()) lines << tr("%1: %2").arg(nameOf(row), reason);
  }
  return lines;
}

}  // namespace gf
