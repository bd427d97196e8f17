// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/cell_model.h"

#include <QColor>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/style/numbers.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr double kPercent = 100;

bool isNumber(int column) {
  return column == CellModel::Seed || (column >= CellModel::Delta && column <= CellModel::Seconds);
}

std::optional<double> numberOf(const IndexedCell& cell, int column) {
  switch (column) {
    case CellModel::Delta:
      return cell.delta;
    case CellModel::Gain:
      return cell.gain;
    case CellModel::Loss:
      return cell.loss;
    default:
      return cell.seconds;
  }
}

QString numberWords(const IndexedCell& cell, int column) {
  const auto value = numberOf(cell, column);
  if (!value) return {};
  if (column == CellModel::Seconds) return numberText(*value, *value < 10 ? 1 : 0);
  return column == CellModel::Delta ? signedText(kPercent * *value, 2) : numberText(kPercent * *value, 2);
}

QString words(const IndexedCell& cell, int column) {
  switch (column) {
    case CellModel::Student:
      return QString::fromStdString(cell.student);
    case CellModel::Teacher:
      return teachersText(cell);
    case CellModel::Setting:
      return QString::fromStdString(cell.setting);
    case CellModel::Seed:
      return QString::number(cell.seed);
    case CellModel::State:
      return stateText(cell.state);
    case CellModel::ErrorText:
      return QString::fromStdString(cell.error);
    default:
      return numberWords(cell, column);
  }
}

QVariant sortValue(const IndexedCell& cell, int column) {
  if (column == CellModel::Seed) return QVariant::fromValue<qulonglong>(cell.seed);
  if (column == CellModel::State) return static_cast<int>(cell.state);
  if (column >= CellModel::Delta && column <= CellModel::Seconds)
    return numberOf(cell, column).value_or(-std::numeric_limits<double>::infinity());
  return words(cell, column);
}

}  // namespace

QString stateText(CellState state) {
  switch (state) {
    case CellState::Missing:
      return CellModel::tr("Missing");
    case CellState::Running:
      return CellModel::tr("Running");
    case CellState::Done:
      return CellModel::tr("Done");
    case CellState::Failed:
      break;
  }
  return CellModel::tr("Failed");
}

QString teachersText(const IndexedCell& cell) {
  QStringList names;
  for (const auto& name : cell.teachers) names << QString::fromStdString(name);
  return names.join(QStringLiteral(" + "));
}

void CellModel::setCells(std::shared_ptr<const StudyNow> now) {
  const auto& before = now_->cells;
  const auto& after = now->cells;
  const bool same =
      before.size() == after.size() && std::equal(before.begin(), before.end(), after.begin(),
                                                  [](const auto& a, const auto& b) { return a.name == b.name; });
  if (!same) {
    beginResetModel();
    now_ = std::move(now);
    endResetModel();
    return;
  }
  const auto old = std::exchange(now_, std::move(now));
  for (std::size_t i = 0; i < old->cells.size();) {
    if (old->cells[i] == now_->cells[i]) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < old->cells.size() && !(old->cells[end] == now_->cells[end])) ++end;
    emit dataChanged(index(static_cast<int>(i), 0), index(static_cast<int>(end) - 1, ColumnCount - 1));
    i = end;
  }
}

int CellModel::rowOf(const std::string& name) const {
  const auto& cells = now_->cells;
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const auto& cell) { return cell.name == name; });
  return found == cells.end() ? -1 : static_cast<int>(found - cells.begin());
}

int CellModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(now_->cells.size());
}

int CellModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant CellModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const IndexedCell& cell = this->cell(index.row());
  switch (role) {
    case Qt::DisplayRole:
      return words(cell, index.column());
    case Qt::ToolTipRole:
      return cell.error.empty() ? QString::fromStdString(cell.name) : QString::fromStdString(cell.error);
    case Qt::ForegroundRole:
      if (cell.state == CellState::Failed && (index.column() == State || index.column() == ErrorText))
        return Theme::instance().colours().danger;
      if (cell.state == CellState::Missing) return Theme::instance().colours().mutedText;
      return {};
    case Qt::TextAlignmentRole:
      return QVariant::fromValue((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case SortRole:
      return sortValue(cell, index.column());
    case NameRole:
      return QString::fromStdString(cell.name);
    default:
      return {};
  }
}

QVariant CellModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  static const QString names[] = {
      tr("Student"),         tr("Teacher"),   tr("Method"),    tr("Seed"),      tr("State"),
      tr("Delta\n(points)"), tr("Gain\n(%)"), tr("Loss\n(%)"), tr("Time\n(s)"), tr("Error")};
  return section < ColumnCount ? names[section] : QVariant();
}

}  // namespace gf
