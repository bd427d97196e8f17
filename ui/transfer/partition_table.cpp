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
  if (role == Qt::ToolTipRole) {
    if (row == 0) return tr("Positive flips: samples that the teacher could teach the student");
    if (row == 1) return tr("Negative flips: samples on which the student should not follow the teacher");
    return {};
  }
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case Outcome_: {
      const QString names[kRows] = {tr("Only the teacher"), tr("Only the student"), tr("Both right"), tr("Both wrong"),
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
    return tr("Share that follows the teacher when whoever is surer of the label leads (KL+DP)");
  if (role == Qt::ToolTipRole && section == Unsupervised)
    return tr("Share that follows the teacher when whoever is surer of its own answer leads (unsupervised)");
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Outcome_:
      return tr("Who is right");
    case Samples:
      return tr("Samples");
    case Supervised:
      return tr("By label (%)");
    default:
      return tr("By confidence (%)");
  }
}

}  // namespace gf
