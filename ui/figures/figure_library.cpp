// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_library.h"

#include <algorithm>

#include "jobs/meaning_job.h"
#include "jobs/shelf_job.h"
#include "ui/style/numbers.h"
#include "ui/workspace/figure_names.h"
#include "ui/workspace/workspace.h"

namespace gf {

const std::vector<Figure>& FigureSource::figures() const {
  static const std::vector<Figure> none;
  return result ? result->figures : none;
}

QString kindText(const FigureSource& source) {
  switch (source.kind) {
    case FigureSource::Kind::Pair:
      return FigureLibrary::tr("comparison");
    case FigureSource::Kind::Shelf:
      return FigureLibrary::tr("shelf");
    case FigureSource::Kind::Run:
      return FigureLibrary::tr("run");
    case FigureSource::Kind::Opened:
      break;
  }
  if (!source.result) return FigureLibrary::tr("opened");
  if (source.result->isShelf()) return FigureLibrary::tr("opened shelf");
  return source.result->report.contains("transfer") ? FigureLibrary::tr("opened run")
                                                    : FigureLibrary::tr("opened comparison");
}

QString figuresText(qint64 count) {
  return count == 1 ? FigureLibrary::tr("1 figure") : FigureLibrary::tr("%1 figures").arg(countText(count));
}

namespace {

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

/// Why a source has no figures to list.
QString noteOf(const FigureSource& source) {
  switch (source.state) {
    case FigureSource::State::Unread:
    case FigureSource::State::Reading:
      return FigureLibrary::tr("Reading…");
    case FigureSource::State::Failed:
      return FigureLibrary::tr("Could not be read");
    case FigureSource::State::Read:
      break;
  }
  return FigureLibrary::tr("No figures");
}

}  // namespace

FigureLibrary::FigureLibrary(Workspace& workspace, QObject* parent)
    : QAbstractItemModel(parent), workspace_(workspace) {
  follow();
}

FigureLibrary::~FigureLibrary() = default;

// --- rows ------------------------------------------------------------------------------------------------------------

int FigureLibrary::rowOf(const QString& key) const {
  const auto found = std::find_if(sources_.begin(), sources_.end(), [&](const auto& each) { return each->key == key; });
  return found == sources_.end() ? -1 : static_cast<int>(found - sources_.begin());
}

FigureSource* FigureLibrary::sourceWith(const QString& key) {
  const int row = rowOf(key);
  return row < 0 ? nullptr : sources_[static_cast<std::size_t>(row)].get();
}

FigureSource& FigureLibrary::ensure(FigureSource::Kind kind, const QString& key) {
  if (FigureSource* there = sourceWith(key)) return *there;
  const auto place =
      std::find_if(sources_.begin(), sources_.end(), [&](const auto& each) { return each->kind >= kind; });
  const int row = static_cast<int>(place - sources_.begin());
  auto made = std::make_unique<FigureSource>();
  made->kind = kind;
  made->key = key;
  made->id = nextId_++;
  FigureSource& source = *made;
  beginInsertRows({}, row, row);
  sources_.insert(place, std::move(made));
  endInsertRows();
  return source;
}

void FigureLibrary::drop(const QString& key) {
  const int row = rowOf(key);
  if (row < 0) return;
  if (const std::uint64_t job = sources_[static_cast<std::size_t>(row)]->job) workspace_.cancel(job);
  beginRemoveRows({}, row, row);
  sources_.erase(sources_.begin() + row);
  endRemoveRows();
}

void FigureLibrary::remove(const QModelIndex& index) {
  const FigureSource* source = sourceOf(index);
  if (source && source->kind == FigureSource::Kind::Opened) drop(QString(source->key));
}

void FigureLibrary::tell(const FigureSource& source) {
  const QModelIndex row = find(source.key);
  emit dataChanged(row, row);
  if (const int count = below(source)) emit dataChanged(index(0, 0, row), index(count - 1, 0, row));
}

int FigureLibrary::below(const FigureSource& source) const {
  if (source.id == hidden_) return 0;
  return std::max(1, static_cast<int>(source.figures().size()));
}

QModelIndex FigureLibrary::index(int row, int column, const QModelIndex& parent) const {
  if (column != 0 || row < 0 || row >= rowCount(parent)) return {};
  // A figure's index carries the id of its source; a source's index carries 0.
  return createIndex(row, 0, static_cast<quintptr>(parent.isValid() ? sourceOf(parent)->id : 0));
}

QModelIndex FigureLibrary::parent(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == 0) return {};
  for (std::size_t row = 0; row < sources_.size(); ++row)
    if (sources_[row]->id == index.internalId()) return createIndex(static_cast<int>(row), 0, quintptr{0});
  return {};
}

int FigureLibrary::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(sources_.size());
  return parent.internalId() == 0 && parent.column() == 0 ? below(*sourceOf(parent)) : 0;
}

Qt::ItemFlags FigureLibrary::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  if (index.internalId() == 0) return Qt::ItemIsEnabled | Qt::ItemIsSelectable;
  return figureOf(index) ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren
                         : Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
}

// --- what they say ---------------------------------------------------------------------------------------------------

const FigureSource* FigureLibrary::sourceOf(const QModelIndex& index) const {
  if (!index.isValid()) return nullptr;
  const QModelIndex top = index.internalId() == 0 ? index : parent(index);
  const auto row = static_cast<std::size_t>(top.row());
  return top.isValid() && row < sources_.size() ? sources_[row].get() : nullptr;
}

const Figure* FigureLibrary::figureOf(const QModelIndex& index) const {
  const FigureSource* source = index.isValid() && index.internalId() != 0 ? sourceOf(index) : nullptr;
  const auto row = static_cast<std::size_t>(index.row());
  return source && row < source->figures().size() ? &source->figures()[row] : nullptr;
}

QModelIndex FigureLibrary::find(const QString& key, const QString& figureId) const {
  const int row = rowOf(key);
  if (row < 0) return {};
  const QModelIndex source = createIndex(row, 0, quintptr{0});
  if (figureId.isEmpty()) return source;
  const std::vector<Figure>& figures = sources_[static_cast<std::size_t>(row)]->figures();
  for (std::size_t i = 0; i < figures.size(); ++i)
    if (text(figures[i].id) == figureId) return index(static_cast<int>(i), 0, source);
  return {};
}

std::vector<FigureSource> FigureLibrary::readSources() const {
  std::vector<FigureSource> all;
  for (const auto& source : sources_)
    if (!source->figures().empty()) all.push_back(*source);
  return all;
}

QVariant FigureLibrary::data(const QModelIndex& index, int role) const {
  const FigureSource* source = sourceOf(index);
  if (!source) return {};
  return index.internalId() == 0 ? sourceData(*source, role) : figureData(*source, index.row(), role);
}

QVariant FigureLibrary::sourceData(const FigureSource& source, int role) const {
  switch (role) {
    case Qt::DisplayRole:
    case SearchRole:
      return source.title;
    case PaperRole:
      return kindText(source);
    case SourceRole:
      return true;
    case NoteRole:
      return false;
    case Qt::AccessibleTextRole:
      return tr("%1, %2").arg(source.title, kindText(source));
    case Qt::ToolTipRole: {
      QStringList lines{source.title};
      if (source.result) lines << text(source.result->headline());
      lines << source.path << source.failure;
      lines.removeAll(QString());
      return lines.join(u'\n');
    }
    default:
      return {};
  }
}

QVariant FigureLibrary::figureData(const FigureSource& source, int row, int role) const {
  const auto at = static_cast<std::size_t>(row);
  const Figure* figure = at < source.figures().size() ? &source.figures()[at] : nullptr;
  const QString title = figure ? text(figure->title) : noteOf(source);
  const QString name = figure ? shortName(*figure) : title;
  const QString paper = figure ? text(figure->paper) : QString();
  switch (role) {
    case Qt::DisplayRole:
      return name;
    case SearchRole:
      return figure ? QStringList{name, title, paper, text(figure->id)}.join(u'\n') : QString();
    case PaperRole:
      return paper;
    case SourceRole:
      return false;
    case NoteRole:
      return !figure;
    case Qt::AccessibleTextRole:
      return paper.isEmpty() ? title : tr("%1, %2 of the paper").arg(title, paper);
    case Qt::ToolTipRole:
      return figure ? title + u'\n' + text(figure->sentence) : (source.failure.isEmpty() ? title : source.failure);
    default:
      return {};
  }
}

}  // namespace gf
