// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/cell_filter.h"

#include <utility>

#include "ui/studies/cell_model.h"

namespace gf {

CellFilter::CellFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(CellModel::SortRole);
  setSortCaseSensitivity(Qt::CaseInsensitive);
}

void CellFilter::setChoice(CellChoice choice) {
  if (choice == choice_) return;
  choice_ = std::move(choice);
  invalidateFilter();
}

bool CellFilter::filterAcceptsRow(int row, const QModelIndex&) const {
  const IndexedCell& cell = static_cast<const CellModel*>(sourceModel())->cell(row);
  if (choice_.state && cell.state != *choice_.state) return false;
  if (!choice_.setting.empty() && cell.setting != choice_.setting) return false;
  if (!choice_.student.empty() && cell.student != choice_.student) return false;
  if (!choice_.teacher.empty() && (cell.teachers.size() != 1 || cell.teachers.front() != choice_.teacher)) return false;
  if (choice_.brushed && !choice_.brushed->contains(cell.name)) return false;
  if (choice_.words.isEmpty()) return true;
  const auto holds = [this](const std::string& text) {
    return QString::fromStdString(text).contains(choice_.words, Qt::CaseInsensitive);
  };
  return holds(cell.student) || teachersText(cell).contains(choice_.words, Qt::CaseInsensitive) ||
         holds(cell.setting) || holds(cell.error) || holds(cell.name);
}

}  // namespace gf
