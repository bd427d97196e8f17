// SPDX-License-Identifier: GPL-3.0-or-later
// FigureLibrary: what there is, and reading it.
#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "base/error.h"
#include "jobs/meaning_job.h"
#include "jobs/shelf_job.h"
#include "ui/figures/figure_library.h"
#include "ui/figures/read_job.h"
#include "ui/style/numbers.h"
#include "ui/workspace/run_center.h"
#include "ui/workspace/workspace.h"

namespace gf {

namespace {

const QString kPair = QStringLiteral("pair");
const QString kShelf = QStringLiteral("shelf");
const QString kReportName = QStringLiteral("report.json");

QString runKey(std::uint64_t id) {
  return QStringLiteral("run:%1").arg(id);
}

QString reportFile(const QString& folder) {
  return folder + u'/' + kReportName;
}

QString nameOf(const nlohmann::ordered_json& model) {
  return QString::fromStdString(model.at("name").get<std::string>());
}

/// What an opened report is about.
QString titleOf(const nlohmann::ordered_json& report, bool shelf) {
  if (shelf) return FigureLibrary::tr("%1 models").arg(countText(qint64(report.at("models").size())));
  QStringList teachers;
  for (const auto& teacher : report.at("teachers")) teachers << nameOf(teacher);
  return FigureLibrary::tr("%1 → %2").arg(namesText(teachers), nameOf(report.at("student")));
}

Result withFigures(const nlohmann::ordered_json& report, const PairMeaning* meaning) {
  Result result;
  result.report = report;
  if (meaning) {
    result.report["meaning"] = meaning->json;
    result.similarity = meaning->similarity;
  }
  result.figures = figuresOf(result.report, {}, result.similarity);
  return result;
}

}  // namespace

void FigureLibrary::follow() {
  connect(&workspace_, &Workspace::comparisonChanged, this, &FigureLibrary::followPair);
  connect(&workspace_, &Workspace::meaningChanged, this, &FigureLibrary::followPair);
  connect(&workspace_, &Workspace::shelfCompared, this, &FigureLibrary::followShelf);
  RunCenter& runs = workspace_.runs();
  connect(&runs, &QAbstractItemModel::rowsInserted, this, &FigureLibrary::followRuns);
  connect(&runs, &QAbstractItemModel::rowsRemoved, this, &FigureLibrary::followRuns);
  connect(&runs, &RunCenter::runEnded, this, &FigureLibrary::runEnded);
  followPair();
  followShelf();
  followRuns();
}

void FigureLibrary::followPair() {
  const auto pair = workspace_.comparison();
  const auto meaning = workspace_.meaning();
  // Told again of the same while something else is on its way: nothing to read.
  if (pair == pair_ && meaning == meaning_) return;
  pair_ = pair;
  meaning_ = meaning;
  if (!pair) return drop(kPair);
  FigureSource& source = ensure(FigureSource::Kind::Pair, kPair);
  source.title = titleOf(pair->report, false);
  read(source, [pair, meaning] { return withFigures(pair->report, meaning.get()); });
}

void FigureLibrary::followShelf() {
  const auto shelf = workspace_.shelfResult();
  if (shelf == shelf_) return;
  shelf_ = shelf;
  if (!shelf) return drop(kShelf);
  FigureSource& source = ensure(FigureSource::Kind::Shelf, kShelf);
  source.title = titleOf(shelf->report, true);
  read(source, [shelf] {
    Result result;
    result.report = shelf->report;
    result.figures = shelf->figures;
    return result;
  });
}

void FigureLibrary::followRuns() {
  RunCenter& runs = workspace_.runs();
  const auto shown = [&runs](std::uint64_t id) {
    const RunRow* row = runs.row(id);
    return row && isFinal(row->state) && QFileInfo::exists(reportFile(row->folder()));
  };
  QStringList gone;
  for (const auto& source : sources_)
    if (source->kind == FigureSource::Kind::Run && !shown(source->runId)) gone << source->key;
  for (const QString& key : gone) drop(key);
  // Oldest first: each new one is put above the others.
  const std::vector<std::uint64_t> ids = runs.ids();
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    if (rowOf(runKey(*id)) >= 0 || !shown(*id)) continue;
    FigureSource& source = ensure(FigureSource::Kind::Run, runKey(*id));
    source.runId = *id;
    source.title = tr("%1. %2").arg(*id).arg(runs.row(*id)->title);
    source.path = runs.row(*id)->folder();
    tell(source);
  }
}

/// One that was resumed has another report now.
void FigureLibrary::runEnded(quint64 id) {
  FigureSource* source = sourceWith(runKey(id));
  const bool again = source && source->state != FigureSource::State::Unread;
  if (source) source->state = FigureSource::State::Unread;
  followRuns();
  if (again) want(find(runKey(id)));
}

QString FigureLibrary::open(const QString& path) {
  // By its report: one folder may hold several.
  const QFileInfo report(QFileInfo(path).isDir() ? reportFile(path) : path);
  const QString key = QStringLiteral("opened:") + QDir::cleanPath(report.absoluteFilePath());
  FigureSource& source = ensure(FigureSource::Kind::Opened, key);
  source.path = report.absolutePath();
  source.fileName = report.fileName() == kReportName ? QFileInfo(source.path).fileName() : report.fileName();
  if (source.title.isEmpty()) source.title = source.fileName;
  read(source, [path] { return openResult(path.toStdString()); });
  return key;
}

void FigureLibrary::want(const QModelIndex& index) {
  const FigureSource* asked = sourceOf(index);
  FigureSource* source = asked ? sourceWith(asked->key) : nullptr;
  if (!source || source->kind != FigureSource::Kind::Run) return;
  if (source->state == FigureSource::State::Read || source->state == FigureSource::State::Reading) return;
  read(*source, [folder = source->path] { return openResult(folder.toStdString()); });
}

void FigureLibrary::read(FigureSource& source, Reader reader) {
  if (source.job) workspace_.cancel(source.job);
  source.state = FigureSource::State::Reading;
  source.failure.clear();
  const auto job = std::make_shared<ReadJob>(tr("Reading the figures of %1").arg(source.title).toStdString(), reader);
  const auto own = std::make_shared<std::uint64_t>(0);
  const auto done = [this, job, own, key = source.key](const JobStatus& status) {
    FigureSource* asked = sourceWith(key);
    if (!asked || asked->job != *own) return;  // gone, or asked for again
    asked->job = 0;
    if (job->result()) {
      take(*asked, job->result());
      emit sourceRead(key);
      return;
    }
    asked->failure = status.failure ? QString::fromUtf8(status.failure->what()) : tr("Reading it was stopped.");
    asked->state = asked->result ? FigureSource::State::Read : FigureSource::State::Failed;
    tell(*asked);
    if (asked->kind != FigureSource::Kind::Opened) return;
    const QString name = asked->fileName, failure = asked->failure;
    if (!asked->result) drop(key);
    emit openingFailed(name, failure);
  };
  source.job = *own = workspace_.startBeside(job, done, this);
  tell(source);
}

/// The rows stay where the same figures are there again, so that what is chosen stays chosen.
void FigureLibrary::take(FigureSource& source, std::shared_ptr<const Result> result) {
  const auto ids = [](const std::vector<Figure>& figures) {
    std::vector<std::string> all;
    for (const Figure& figure : figures) all.push_back(figure.id);
    return all;
  };
  const QModelIndex parent = find(source.key);
  const bool same = !source.figures().empty() && ids(source.figures()) == ids(result->figures);
  if (source.kind == FigureSource::Kind::Opened) source.title = titleOf(result->report, result->isShelf());
  if (!same) {
    beginRemoveRows(parent, 0, below(source) - 1);
    hidden_ = source.id;
    endRemoveRows();
    beginInsertRows(parent, 0, std::max(1, static_cast<int>(result->figures.size())) - 1);
    hidden_ = 0;
  }
  source.result = std::move(result);
  source.state = FigureSource::State::Read;
  if (!same) endInsertRows();
  tell(source);
}

}  // namespace gf
