// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/check_table.h"

#include <utility>

#include "report/csv.h"

namespace gf {

void CheckTable::show(std::shared_ptr<const DataCheck> check) {
  beginResetModel();
  check_ = std::move(check);
  rows_.clear();
  if (check_) {
    for (std::size_t i = 0; i < check_->bad.size(); ++i) rows_.push_back({kBad, i});
    for (std::size_t o = 0; o < kOddities; ++o)
      for (std::size_t i = 0; i < check_->names[o].size(); ++i) rows_.push_back({int(o), i});
  }
  endResetModel();
}

int CheckTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(rows_.size());
}

int CheckTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QString CheckTable::text(const Row& row, int column) const {
  if (row.kind == kBad) {
    const BadImage& bad = check_->bad[row.index];
    if (column == Image) return QString::fromStdString(bad.name);
    if (column == Kind) return tr("cannot be read");
    return QString::fromStdString(bad.observed.empty() ? bad.rule : bad.rule + "; found " + bad.observed);
  }
  if (column == Image) return QString::fromStdString(check_->names[std::size_t(row.kind)][row.index]);
  return QString::fromStdString(column == Kind ? nameOf(Oddity(row.kind)) : treatmentOf(Oddity(row.kind)));
}

QVariant CheckTable::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_[std::size_t(index.row())];
  if (role == Qt::DisplayRole || role == Qt::ToolTipRole) return text(row, index.column());
  if (role == KindRole) return row.kind;
  return {};
}

QVariant CheckTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
  const QString names[ColumnCount] = {tr("Image"), tr("What"), tr("Why, or how it is treated")};
  return role == Qt::DisplayRole && section >= 0 && section < ColumnCount ? names[section] : QVariant();
}

CheckFilter::CheckFilter(CheckTable* table, QObject* parent) : QSortFilterProxyModel(parent) {
  setSourceModel(table);
  setSortCaseSensitivity(Qt::CaseInsensitive);
}

void CheckFilter::show(int kind, const QString& text) {
  kind_ = kind;
  text_ = text.trimmed();
  invalidateFilter();
}

bool CheckFilter::filterAcceptsRow(int row, const QModelIndex&) const {
  const auto cell = [&](int column) { return sourceModel()->index(row, column); };
  if (kind_ != CheckTable::kAll && cell(0).data(CheckTable::KindRole).toInt() != kind_) return false;
  if (text_.isEmpty()) return true;
  for (const int column : {int(CheckTable::Image), int(CheckTable::Reason)})
    if (cell(column).data().toString().contains(text_, Qt::CaseInsensitive)) return true;
  return false;
}

std::string CheckFilter::csv() const {
  std::string csv = "image,what,why\r\n";
  for (int row = 0; row < rowCount(); ++row) {
    for (int column = 0; column < CheckTable::ColumnCount; ++column)
      csv += (column ? "," : "") + csvCell(index(row, column).data().toString().toStdString());
    csv += "\r\n";
  }
  return csv;
}

QString CheckFilter::lines(const QModelIndexList& rows) const {
  QStringList lines;
  for (const QModelIndex& row : rows) {
    QStringList cells;
    for (int column = 0; column < CheckTable::ColumnCount; ++column)
      cells << row.siblingAtColumn(column).data().toString();
    lines << cells.join(u'\t');
  }
  return lines.join(u'\n');
}

}  // namespace gf
