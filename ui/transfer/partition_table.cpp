// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/partition_table.h"

#include <utility>

#include "ui/style/numbers.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr int kRows = 5;

std::int64_t countOf(const OutcomeCounts& counts, int row) {
  switch (row) {
    case 0:
      return counts.onlyTeacher;
    case 1:
      return counts.onlyStudent;
    case 2:
      return counts.bothRight;
    case 3:
      return counts.bothWrong;
    default:
      return counts.samples;
  }
}

QString shareText(const Routing& routing, int row) {
  const auto total = countOf(routing.total, row);
  if (total == 0) return QStringLiteral("–");
  return numberText(100.0 * static_cast<double>(countOf(routing.toTeacher, row)) / static_cast<double>(total), 1);
}

}  // namespace

void PartitionTable::setPreview(std::shared_ptr<const Preview> preview) {
  beginResetModel();
  preview_ = std::move(preview);
  endResetModel();
}

int PartitionTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !preview_ ? 0 : kRows;
}

int PartitionTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant PartitionTable::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || !preview_) return {};
  const int row = index.row();
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue((index.column() == Outcome_ ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  }
  if (role == Qt::ForegroundRole && index.column() == Outcome_) {
    if (row == 0) return Theme::instance().colours().of(Role::Gain);
    if (row == 1) return Theme::instance().colours().of(Role::Loss);
  }
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case Outcome_: {
      const QString names[kRows] = {tr("Positive flips: only the teacher is right"),
                                    tr("Negative flips: only the student is right"), tr("Both right"), tr("Both wrong"),
                                    tr("All samples")};
      return names[row];
    }
    case Samples:
      return countText(countOf(preview_->supervised.total, row));
    case Supervised:
      return shareText(preview_->supervised, row);
    default:
      return shareText(preview_->unsupervised, row);
  }
}

QVariant PartitionTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue((section == Outcome_ ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  }
  if (role == Qt::ToolTipRole && section == Supervised)
    return tr("Share that follows the teacher when the label decides");
  if (role == Qt::ToolTipRole && section == Unsupervised)
    return tr("Share that follows the teacher when confidence decides");
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Outcome_:
      return tr("Sample of the transfer set");
    case Samples:
      return tr("Samples");
    case Supervised:
      return tr("To teacher, by label (%)");
    default:
      return tr("To teacher, by confidence (%)");
  }
}

}  // namespace gf
