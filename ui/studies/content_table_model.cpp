// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/content_table_model.h"

#include <QHeaderView>
#include <QTableView>
#include <utility>

#include "ui/style/widgets.h"

namespace gf {

void ContentTableModel::setTable(ContentTable table) {
  beginResetModel();
  table_ = std::move(table);
  endResetModel();
}

int ContentTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}

int ContentTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.head.size());
}

QVariant ContentTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const auto row = static_cast<std::size_t>(index.row()), column = static_cast<std::size_t>(index.column());
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((column < table_.words ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole || column >= table_.rows[row].size()) return {};
  return QString::fromStdString(table_.rows[row][column]);
}

QVariant ContentTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  const auto column = static_cast<std::size_t>(section);
  if (orientation != Qt::Horizontal || column >= table_.head.size()) return {};
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((column < table_.words ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  return role == Qt::DisplayRole ? QString::fromStdString(table_.head[column]) : QVariant();
}

QTableView* makeContentView(ContentTableModel* model, QWidget* parent) {
  auto* view = new QTableView(parent);
  setUpTable(view);
  view->setSortingEnabled(false);
  view->setModel(model);
  view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  return view;
}

}  // namespace gf
