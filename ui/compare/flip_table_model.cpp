// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/flip_table_model.h"

#include "ui/compare/sample_text.h"
#include "ui/style/numbers.h"

namespace gf {

void FlipTableModel::show(std::shared_ptr<const Comparison> comparison, FlipKind kind) {
  beginResetModel();
  comparison_ = std::move(comparison);
  kind_ = kind;
  confusion_ = {};
  if (comparison_) {
    confusion_ = flipConfusion(comparison_->data.eval->labels(), comparison_->teacherPredictions[kTeacher].predicted,
                               comparison_->studentPredictions.predicted, kind);
  }
  endResetModel();
}

int FlipTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(confusion_.pairs.size());
}

int FlipTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

double FlipTableModel::share(const FlipPair& pair) const {
  return static_cast<double>(pair.samples) / static_cast<double>(confusion_.flips);
}

QVariant FlipTableModel::sortValue(const FlipPair& pair, int column) const {
  if (column == Truth) return className(*comparison_, pair.truth);
  if (column == SaidInstead) return className(*comparison_, pair.said);
  return static_cast<qlonglong>(pair.samples);
}

QString FlipTableModel::text(const FlipPair& pair, int column) const {
  if (column == Images) return countText(pair.samples);
  if (column == Share) return numberText(100 * share(pair), 1);
  return sortValue(pair, column).toString();
}

QVariant FlipTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || !comparison_) return {};
  const FlipPair& cell = pair(index.row());
  const int column = index.column();
  switch (role) {
    case Qt::DisplayRole:
      return text(cell, column);
    case SortRole:
      return sortValue(cell, column);
    case BarRole:
      // The first pair is the most frequent one.
      return column == Share ? QVariant(static_cast<double>(cell.samples) / static_cast<double>(pair(0).samples))
                             : QVariant();
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::Alignment(column < Images ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
      return tr("%1 of %2 flips are %3 taken for %4")
          .arg(countText(cell.samples), countText(confusion_.flips), text(cell, Truth), text(cell, SaidInstead));
    case Qt::AccessibleTextRole:
      return tr("%1: %2").arg(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), text(cell, column));
    default:
      return {};
  }
}

QVariant FlipTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
  const bool positive = kind_ == FlipKind::Positive;
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(Qt::Alignment(section == Images ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role == Qt::DisplayRole) {
    if (section == Truth) return tr("Truth");
    if (section == SaidInstead) return positive ? tr("Student said") : tr("Teacher said");
    return section == Images ? tr("Images") : tr("Share of flips (%)");
  }
  if (role == Qt::ToolTipRole) {
    if (section == Truth) return tr("The class of the images");
    if (section == SaidInstead) {
      return positive ? tr("What the student said where only the teacher was right")
                      : tr("What the teacher said where only the student was right");
    }
    return section == Images ? tr("Images of this class taken for that one")
                             : tr("Of all images that only one model gets right");
  }
  return {};
}

}  // namespace gf
