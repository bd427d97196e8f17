// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/model_checks.h"

#include <utility>

namespace gf {

void ModelChecks::setItems(std::vector<Item> items) {
  if (items == items_) return;
  beginResetModel();
  items_ = std::move(items);
  endResetModel();
  emit changed();
}

void ModelChecks::setChecked(const QStringList& paths) {
  if (paths == ticked_) return;
  ticked_ = paths;
  if (!items_.empty()) emit dataChanged(index(0), index(rowCount() - 1), {Qt::CheckStateRole});
  emit changed();
}

void ModelChecks::checkAll(bool on) {
  QStringList paths;
  for (const Item& item : items_)
    if (on && item.reason.isEmpty()) paths << item.path;
  setChecked(paths);
}

std::vector<ModelChecks::Item> ModelChecks::checked() const {
  std::vector<Item> chosen;
  for (const Item& item : items_)
    if (item.reason.isEmpty() && ticked_.contains(item.path)) chosen.push_back(item);
  return chosen;
}

int ModelChecks::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(items_.size());
}

QVariant ModelChecks::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Item& item = items_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return item.name;
    case Qt::ToolTipRole:
      return item.reason.isEmpty() ? item.detail : item.reason;
    case Qt::CheckStateRole:
      return item.reason.isEmpty() && ticked_.contains(item.path) ? Qt::Checked : Qt::Unchecked;
    default:
      return {};
  }
}

bool ModelChecks::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!index.isValid() || role != Qt::CheckStateRole) return false;
  const QString& path = items_[static_cast<std::size_t>(index.row())].path;
  ticked_.removeAll(path);
  if (value.toInt() == Qt::Checked) ticked_ << path;
  emit dataChanged(index, index, {role});
  emit changed();
  return true;
}

Qt::ItemFlags ModelChecks::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  const bool usable = items_[static_cast<std::size_t>(index.row())].reason.isEmpty();
  return usable ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemNeverHasChildren
                : Qt::ItemNeverHasChildren;
}

}  // namespace gf
