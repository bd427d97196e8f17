// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/importing/import_list_model.h"

#include <algorithm>

#include "ui/style/numbers.h"

namespace gf {
namespace {

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

bool isNumber(int column) {
  return column == ImportListModel::Parameters || column == ImportListModel::Input ||
         column == ImportListModel::Accuracy;
}

QVariant sortKey(const Importable& model, int column, const QString& shown) {
  if (column == ImportListModel::Parameters) return qlonglong(model.parameters);
  if (column == ImportListModel::Input) return model.inputSize[1] * model.inputSize[2];
  if (column == ImportListModel::Accuracy) return model.accuracy.value_or(-1.0);
  return shown;
}

}  // namespace

int ImportListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(models_.size());
}

int ImportListModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QString ImportListModel::display(const Importable& model, int column) const {
  switch (column) {
    case Name:
      return text(model.name);
    case Family:
      return text(model.family);
    case Parameters:
      return model.parameters > 0 ? numberText(double(model.parameters) / 1e6, 1) : QString();
    case Input:
      return QStringLiteral("%1 × %2").arg(model.inputSize[1]).arg(model.inputSize[2]);
    case Answers:
      return text(model.data);
    case Accuracy:
      return model.accuracy ? numberText(100 * *model.accuracy, 1) : QString();
    case Paper:
      return text(model.paperName);
    case Weights:
      return model.weights.empty() ? tr("not here") : tr("here");
    default:
      return {};
  }
}

QVariant ImportListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Importable& model = models_[std::size_t(index.row())];
  const int column = index.column();
  switch (role) {
    case Qt::DisplayRole:
      return display(model, column);
    case Qt::CheckStateRole:
      return column == Name ? QVariant(ticked_.contains(index.row()) ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::ToolTipRole:
      if (!canTick(index.row()))
        return tr("Its pretrained weights are not on this machine. Take weights from a file, or fresh random ones.");
      return column == Weights && !model.weights.empty() ? text(model.weights) : display(model, column);
    case Qt::AccessibleTextRole:
      return headerData(column, Qt::Horizontal, Qt::DisplayRole).toString() + QStringLiteral(": ") +
             display(model, column);
    case Qt::TextAlignmentRole:
      return int((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case SortRole:
      return sortKey(model, column, display(model, column));
    default:
      return {};
  }
}

QVariant ImportListModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return int((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole && section == Parameters)
    return tr("Where the library says it without building the model");
  if (role == Qt::ToolTipRole && section == Accuracy)
    return tr("Top-1 on ImageNet-1k, as the library or the paper states");
  if (role != Qt::DisplayRole) return {};
  const QString names[ColumnCount] = {tr("Name"),        tr("Family"),       tr("Parameters (M)"), tr("Input"),
                                      tr("Answers for"), tr("Accuracy (%)"), tr("In the paper"),   tr("Weights")};
  return section >= 0 && section < ColumnCount ? names[section] : QVariant();
}

bool ImportListModel::canTick(int row) const {
  return !onlyHere_ || !models_[std::size_t(row)].weights.empty();
}

Qt::ItemFlags ImportListModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  Qt::ItemFlags flags = Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
  if (!canTick(index.row())) return flags;
  flags |= Qt::ItemIsEnabled;
  return index.column() == Name ? flags | Qt::ItemIsUserCheckable : flags;
}

bool ImportListModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (role != Qt::CheckStateRole || !index.isValid() || index.column() != Name) return false;
  tick({index.row()}, value.toInt() == Qt::Checked);
  return true;
}

void ImportListModel::setModels(std::vector<Importable> models) {
  beginResetModel();
  models_ = std::move(models);
  ticked_.clear();
  endResetModel();
  emit tickedChanged();
}

void ImportListModel::setOnlyHere(bool only) {
  if (only == onlyHere_) return;
  onlyHere_ = only;
  std::erase_if(ticked_, [this](int row) { return !canTick(row); });
  if (!models_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
  emit tickedChanged();
}

void ImportListModel::setSingle(bool only) {
  single_ = only;
  if (!only || ticked_.size() < 2) return;
  const std::vector<int> others(std::next(ticked_.begin()), ticked_.end());
  tick(others, false);
}

void ImportListModel::tick(const std::vector<int>& rows, bool on) {
  if (on && single_) {
    const std::vector<int> before = ticked();
    if (!before.empty()) tick(before, false);
  }
  for (const int row : rows) {
    if (on && !canTick(row)) continue;
    if (on) {
      ticked_.insert(row);
    } else {
      ticked_.erase(row);
    }
    emit dataChanged(index(row, Name), index(row, Name), {Qt::CheckStateRole});
    if (on && single_) break;
  }
  emit tickedChanged();
}

ImportFilter::ImportFilter(ImportListModel* model, QObject* parent) : QSortFilterProxyModel(parent), model_(model) {
  setSourceModel(model);
  setSortRole(ImportListModel::SortRole);
  setSortCaseSensitivity(Qt::CaseInsensitive);
}

void ImportFilter::show(int group, bool onlyHere, const QString& text) {
  QStringList words = text.simplified().split(u' ', Qt::SkipEmptyParts);
  if (group == group_ && onlyHere == onlyHere_ && words == words_) return;
  group_ = group;
  onlyHere_ = onlyHere;
  words_ = std::move(words);
  invalidateFilter();
}

bool ImportFilter::holds(int group, const Importable& model) {
  if (group == PaperShelf) return model.paperShelf;
  return model.library == (group == Timm ? "timm" : "torchvision");
}

bool ImportFilter::filterAcceptsRow(int row, const QModelIndex&) const {
  const Importable& model = model_->models()[std::size_t(row)];
  if (!holds(group_, model) || (onlyHere_ && model.weights.empty())) return false;
  const QString hay =
      QString::fromStdString(model.name + ' ' + model.family + ' ' + model.paperName + ' ' + model.data);
  return std::all_of(words_.begin(), words_.end(),
                     [&](const QString& word) { return hay.contains(word, Qt::CaseInsensitive); });
}

}  // namespace gf
