// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/class_table_model.h"

#include "ui/compare/sample_text.h"
#include "ui/style/numbers.h"

namespace gf {

void ClassTableModel::setComparison(std::shared_ptr<const Comparison> comparison) {
  beginResetModel();
  comparison_ = std::move(comparison);
  endResetModel();
}

int ClassTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !comparison_ ? 0 : static_cast<int>(comparison_->knowledge[kTeacher].classes.size());
}

int ClassTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant ClassTableModel::sortValue(int row, int column) const {
  const OutcomeCounts& counts = comparison_->knowledge[kTeacher].classes[static_cast<std::size_t>(row)];
  switch (column) {
    case Name:
      return className(*comparison_, row);
    case Images:
      return static_cast<qlonglong>(counts.samples);
    case TeacherAccuracy:
      return counts.teacherAccuracy();
    case StudentAccuracy:
      return counts.studentAccuracy();
    case PositiveFlips:
      return counts.positiveFlips();
    case NegativeFlips:
      return counts.negativeFlips();
    case Difference:
      return counts.deltaAccuracy();
    default:
      return {};
  }
}

QString ClassTableModel::text(int row, int column) const {
  const OutcomeCounts& counts = comparison_->knowledge[kTeacher].classes[static_cast<std::size_t>(row)];
  if (column == Name) return className(*comparison_, row);
  if (column == Images) return countText(counts.samples);
  // A class that the evaluation set does not hold has no shares.
  if (counts.samples == 0) return QStringLiteral("–");
  const double percent = 100 * sortValue(row, column).toDouble();
  return column == Difference ? signedText(percent, 1) : numberText(percent, 1);
}

QVariant ClassTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || !comparison_) return {};
  switch (role) {
    case Qt::DisplayRole:
      return text(index.row(), index.column());
    case SortRole:
      return sortValue(index.row(), index.column());
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::Alignment(index.column() == Name ? Qt::AlignLeft : Qt::AlignRight) |
                                 Qt::AlignVCenter);
    case Qt::ToolTipRole:
      if (index.column() == Name) return tr("%1, class %2").arg(className(*comparison_, index.row())).arg(index.row());
      return {};
    case Qt::AccessibleTextRole: {
      const QString header = headerData(index.column(), Qt::Horizontal, Qt::AccessibleTextRole).toString();
      return tr("%1: %2").arg(header, text(index.row(), index.column()));
    }
    default:
      return {};
  }
}

QVariant ClassTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(Qt::Alignment(section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  }
  static const char* const kHeaders[] = {
      QT_TR_NOOP("Class"),
      QT_TR_NOOP("Images"),
      QT_TR_NOOP("Teacher\nright (%)"),
      QT_TR_NOOP("Student\nright (%)"),
      QT_TR_NOOP("Positive\nflips (%)"),
      QT_TR_NOOP("Negative\nflips (%)"),
      QT_TR_NOOP("Difference\n(points)"),
  };
  static const char* const kTips[] = {
      QT_TR_NOOP("The class of the image"),
      QT_TR_NOOP("Images of the class in the evaluation set"),
      QT_TR_NOOP("Share of the class that the teacher gets right"),
      QT_TR_NOOP("Share of the class that the student gets right"),
      QT_TR_NOOP("Share of the class that only the teacher gets right"),
      QT_TR_NOOP("Share of the class that only the student gets right"),
      QT_TR_NOOP("Teacher's accuracy less the student's, in percentage points"),
  };
  if (section < 0 || section >= ColumnCount) return {};
  if (role == Qt::DisplayRole) return tr(kHeaders[section]);
  if (role == Qt::AccessibleTextRole) return tr(kHeaders[section]).replace('\n', ' ');
  if (role == Qt::ToolTipRole) return tr(kTips[section]);
  return {};
}

}  // namespace gf
