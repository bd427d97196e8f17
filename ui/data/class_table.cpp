// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/class_table.h"

#include <algorithm>

#include "data/subset.h"
#include "models/inspection.h"
#include "models/label_fit.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/workspace/label_map.h"

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

/// The model's class that answers for each class of the data; where nothing can be matched by name, the one of the same
/// number.
struct Match {
  QString name;
  bool fits = true;
  qint64 place = -1;
};
std::vector<Match> matchesOf(const Inspection* model, const std::vector<std::string>& wanted,
                             const std::vector<std::string>& wnids) {
  std::vector<Match> matches(wanted.size());
  if (!model || !model->metadata) return matches;
  const std::vector<std::string>& own = model->metadata->classes;
  const std::vector<std::int64_t> columns =
      mapLabels(*model, {ClassTable::tr("the data").toStdString(), wanted, wnids}, ModelRole::Teacher).columns;
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    const std::int64_t place = columns.empty() ? std::int64_t(k) : columns[k];
    const bool known = place >= 0 && std::size_t(place) < own.size();
    matches[k] = {known ? QString::fromStdString(own[std::size_t(place)]) : QString(), known && !columns.empty(),
                  known ? place : -1};
    if (columns.empty() && known)
      matches[k].fits = labelMismatches({"", {own[std::size_t(place)]}}, {"", {wanted[k]}}).empty();
  }
  return matches;
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
    const std::vector<std::string>& ids = data->eval->wnids();
    const std::vector<Match> taught = matchesOf(teacher, names, ids), learned = matchesOf(student, names, ids);
    for (std::size_t k = 0; k < names.size(); ++k) {
      rows_.push_back({QString::fromStdString(names[k]), ids.empty() ? QString() : QString::fromStdString(ids[k]),
                       taught[k].name, learned[k].name, taught[k].fits, learned[k].fits, taught[k].place,
                       learned[k].place, train[k], eval[k], transfer[k]});
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
      if (const qint64 place = column == Teacher ? row.teacherPlace : row.studentPlace;
          (column == Teacher || column == Student) && place >= 0 && place != index.row())
        return tr("Class %1 of the data is class %2 of the model: %3")
            .arg(index.row())
            .arg(place)
            .arg(cell(row, column));
      if (column == Class && !row.id.isEmpty()) return tr("Class %1: %2 (%3)").arg(index.row()).arg(row.name, row.id);
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
