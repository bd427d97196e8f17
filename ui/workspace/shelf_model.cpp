// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/shelf_model.h"

#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

#include "ui/style/numbers.h"

namespace gf {
namespace {

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}
QString pathOf(const ShelfModel::Row& row) {
  return text(row.choice.path.string());
}

QString nameOf(const ShelfModel::Row& row) {
  if (row.inspection.metadata && !row.inspection.metadata->name.empty()) return text(row.inspection.metadata->name);
  return QFileInfo(pathOf(row)).fileName();
}

QString inputOf(const ModelMetadata& metadata) {
  const auto& [channels, height, width] = metadata.inputSize;
  return QStringLiteral("%1 × %2 × %3").arg(channels).arg(height).arg(width);
}

QString stateOf(const ShelfModel::Row& row) {
  const Inspection& inspection = row.inspection;
  if (row.pending) return ShelfModel::tr("Reading…");
  if (row.weights) return ShelfModel::tr("Weights alone: to be imported");
  if (!inspection.readable) return ShelfModel::tr("Cannot be read: %1").arg(text(inspection.rule));
  if (!inspection.usable()) return ShelfModel::tr("Needs details");
  if (inspection.traced) return ShelfModel::tr("Ready, as a teacher only");
  return ShelfModel::tr("Ready");
}

QStringList missingOf(const Inspection& inspection) {
  QStringList keys;
  for (const std::string& key : inspection.missingKeys) keys << text(key);
  return keys;
}

QString display(const ShelfModel::Row& row, int column) {
  const Inspection& inspection = row.inspection;
  const ModelMetadata* metadata = inspection.metadata ? &*inspection.metadata : nullptr;
  switch (column) {
    case ShelfModel::Name:
      return nameOf(row);
    case ShelfModel::Family:
      return metadata ? text(metadata->family) : QString();
    case ShelfModel::Parameters:
      return inspection.parameters > 0 ? countText(inspection.parameters) : QString();
    case ShelfModel::Input:
      return metadata ? inputOf(*metadata) : QString();
    case ShelfModel::Classes:
      return metadata ? countText(qint64(metadata->classes.size())) : QString();
    case ShelfModel::Accuracy:
      return metadata && metadata->referenceAccuracy ? numberText(100 * metadata->referenceAccuracy->value, 1)
                                                     : QString();
    case ShelfModel::Source:
      return metadata ? text(metadata->source) : QString();
    case ShelfModel::State:
      return stateOf(row);
    default:
      return {};
  }
}

QVariant sortKey(const ShelfModel::Row& row, int column) {
  const Inspection& inspection = row.inspection;
  const ModelMetadata* metadata = inspection.metadata ? &*inspection.metadata : nullptr;
  switch (column) {
    case ShelfModel::Parameters:
      return qlonglong(inspection.parameters);
    case ShelfModel::Input:
      return metadata ? metadata->inputSize[0] * metadata->inputSize[1] * metadata->inputSize[2] : 0;
    case ShelfModel::Classes:
      return metadata ? int(metadata->classes.size()) : 0;
    case ShelfModel::Accuracy:
      return metadata && metadata->referenceAccuracy ? metadata->referenceAccuracy->value : -1.0;
    default:
      return display(row, column);
  }
}

QString tip(const ShelfModel::Row& row, int column) {
  const auto& metadata = row.inspection.metadata;
  if (column == ShelfModel::Name) return pathOf(row);
  if (column == ShelfModel::State) return shelfExplanation(row);
  if (column == ShelfModel::Accuracy && metadata && metadata->referenceAccuracy)
    return ShelfModel::tr("As the file states, on %1").arg(text(metadata->referenceAccuracy->data));
  return display(row, column);
}

bool isNumber(int column) {
  return column == ShelfModel::Parameters || column == ShelfModel::Input || column == ShelfModel::Classes ||
         column == ShelfModel::Accuracy;
}

}  // namespace

QString shelfExplanation(const ShelfModel::Row& row) {
  const Inspection& inspection = row.inspection;
  if (row.pending) return ShelfModel::tr("A child process is opening the file.");
  if (row.weights) {
    return ShelfModel::tr(
               "The file holds %1, and no program that computes with them. Choose “Import…” to make a "
               "checkpoint of them.")
        .arg(text(inspection.observed));
  }
  if (!inspection.readable) {
    QString words = text(inspection.rule);
    if (!words.isEmpty()) words[0] = words[0].toUpper();
    if (!inspection.observed.empty()) words += ShelfModel::tr("; found %1").arg(text(inspection.observed));
    words += u'.';
    if (!inspection.remedy.empty()) words += u'\n' + text(inspection.remedy) + u'.';
    return words;
  }
  if (!inspection.usable()) {
    return ShelfModel::tr("The file does not say: %1. Choose “Give details” to fill them in.")
        .arg(missingOf(inspection).join(QStringLiteral(", ")));
  }
  if (inspection.traced)
    return ShelfModel::tr("A traced module: its train mode is baked in, so it can teach but cannot learn.");
  return {};
}

int ShelfModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(rows_.size());
}

int ShelfModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant ShelfModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_[std::size_t(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return display(row, index.column());
    case Qt::ToolTipRole:
      return tip(row, index.column());
    case Qt::AccessibleTextRole:
      return headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString() + QStringLiteral(": ") +
             display(row, index.column());
    case Qt::TextAlignmentRole:
      return int((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case PathRole:
      return pathOf(row);
    case UsableRole:
      return row.inspection.usable();
    case SortRole:
      return sortKey(row, index.column());
    case ExplanationRole:
      return shelfExplanation(row);
    default:
      return {};
  }
}

QVariant ShelfModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return int((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Name:
      return tr("Name");
    case Family:
      return tr("Family");
    case Parameters:
      return tr("Parameters");
    case Input:
      return tr("Input (C × H × W)");
    case Classes:
      return tr("Classes");
    case Accuracy:
      return tr("Accuracy (%)");
    case Source:
      return tr("Source");
    case State:
      return tr("State");
    default:
      return {};
  }
}

Qt::ItemFlags ShelfModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  const Qt::ItemFlags flags = QAbstractTableModel::flags(index) | Qt::ItemNeverHasChildren;
  return rows_[std::size_t(index.row())].inspection.usable() ? flags | Qt::ItemIsDragEnabled : flags;
}

QStringList ShelfModel::mimeTypes() const {
  return {QStringLiteral("text/uri-list")};
}

QMimeData* ShelfModel::mimeData(const QModelIndexList& indexes) const {
  QList<QUrl> urls;
  for (const QModelIndex& index : indexes) {
    const QUrl url = QUrl::fromLocalFile(index.data(PathRole).toString());
    if (!urls.contains(url)) urls << url;
  }
  auto* mime = new QMimeData;
  mime->setUrls(urls);
  return mime;
}

void ShelfModel::put(Row row) {
  const QString path = pathOf(row);
  const int known = at_.value(path, -1);
  if (known >= 0) {
    rows_[std::size_t(known)] = std::move(row);
    emit dataChanged(index(known, 0), index(known, ColumnCount - 1));
    return;
  }
  const int end = int(rows_.size());
  beginInsertRows({}, end, end);
  rows_.push_back(std::move(row));
  at_.insert(path, end);
  endInsertRows();
}

void ShelfModel::remove(const QString& path) {
  const int at = at_.value(path, -1);
  if (at < 0) return;
  beginRemoveRows({}, at, at);
  rows_.erase(rows_.begin() + at);
  at_.remove(path);
  for (int& row : at_) row -= row > at;
  endRemoveRows();
}

const ShelfModel::Row* ShelfModel::find(const QString& path) const {
  const int at = at_.value(path, -1);
  return at < 0 ? nullptr : &rows_[std::size_t(at)];
}

}  // namespace gf
