// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/class_table.h"

#include <algorithm>

#include "data/subset.h"
#include "models/inspection.h"
#include "models/label_fit.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

std::vector<qint64> countsOf(std::span<const std::int32_t> labels, std::size_t classes) {
  std::vector<qint64> counts(classes);
  for (const std::int32_t label : labels) ++counts[std::size_t(label)];
  return counts;
}

std::vector<qint64> subsetCounts(std::span<const std::int32_t> labels, std::size_t classes, const SubsetRule& rule) {
  // How many of each class are drawn does not depend on the seed.
  std::vector<qint64> counts(classes);
  for (const std::uint32_t index : stratifiedSubset(labels, int(classes), rule, 0))
    ++counts[std::size_t(labels[index])];
  return counts;
}

std::string nameIn(const Inspection* model, std::size_t k) {
  if (!model || !model->metadata || k >= model->metadata->classes.size()) return {};
  return model->metadata->classes[k];
}

bool fits(const Inspection* model, const std::string& theirs, const std::string& ours) {
  return !model || labelMismatches({"", {theirs}}, {"", {ours}}).empty();
}

bool isNumber(int column) {
  return column == ClassTable::Train || column == ClassTable::Eval || column == ClassTable::Transfer;
}

}  // namespace

void ClassTable::setContents(const DataSource* data, const Inspection* teacher, const Inspection* student,
                             const SubsetRule& rule) {
  beginResetModel();
  rows_.clear();
  transferImages_ = 0;
  hasTrain_ = data && data->train;
  evalName_ = data ? QString::fromStdString(data->evalName) : QString();
  if (data) {
    const std::vector<std::string>& names = data->eval->classNames();
    const std::vector<qint64> eval = countsOf(data->eval->labels(), names.size());
    std::vector<qint64> train(names.size()), transfer(names.size());
    if (hasTrain_) {
      train = countsOf(data->train->labels(), names.size());
      transfer = subsetCounts(data->train->labels(), names.size(), rule);
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
      const std::string taught = nameIn(teacher, k), learned = nameIn(student, k);
      rows_.push_back({QString::fromStdString(names[k]), QString::fromStdString(taught),
                       QString::fromStdString(learned), fits(teacher, taught, names[k]),
                       fits(student, learned, names[k]), train[k], eval[k], transfer[k]});
      transferImages_ += transfer[k];
    }
  }
  endResetModel();
}

int ClassTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(rows_.size());
}

int ClassTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QString ClassTable::cell(const Row& row, int column) const {
  const auto named = [](const QString& name, bool fits) {
    if (fits) return name;
    return name.isEmpty() ? tr("≠ no such class") : tr("≠ %1").arg(name);
  };
  switch (column) {
    case Class:
      return row.name;
    case Train:
      return hasTrain_ ? countText(row.train) : QStringLiteral("–");
    case Eval:
      return countText(row.eval);
    case Transfer:
      return hasTrain_ ? countText(row.transfer) : QStringLiteral("–");
    case Teacher:
      return named(row.teacher, row.teacherFits);
    case Student:
      return named(row.student, row.studentFits);
    default:
      return {};
  }
}

QVariant ClassTable::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_[std::size_t(index.row())];
  const int column = index.column();
  switch (role) {
    case Qt::DisplayRole:
      return cell(row, column);
    case Qt::ToolTipRole:
      return tr("Class %1: %2").arg(index.row()).arg(cell(row, column));
    case Qt::TextAlignmentRole:
      return int((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole:
      if ((column == Teacher && !row.teacherFits) || (column == Student && !row.studentFits))
        return Theme::instance().colours().danger;
      return {};
    case ClassRole:
      return index.row();
    case SortRole:
      if (column == Train) return row.train;
      if (column == Eval) return row.eval;
      if (column == Transfer) return row.transfer;
      return cell(row, column);
    default:
      return {};
  }
}

QVariant ClassTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return int((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Class:
      return tr("Class");
    case Train:
      return tr("train");
    case Eval:
      return evalName_.isEmpty() ? tr("test") : evalName_;
    case Transfer:
      return tr("Transfer set");
    case Teacher:
      return tr("Teacher’s class");
    case Student:
      return tr("Student’s class");
    default:
      return {};
  }
}

}  // namespace gf
