// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/routing_table.h"

#include <algorithm>
#include <utility>

#include "ui/style/numbers.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

/// A share in percent, or nothing where there is no sample of the kind.
std::optional<double> percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::int64_t rest(const OutcomeCounts& counts) {
  return counts.bothRight + counts.bothWrong;
}

struct Cell {
  std::optional<double> value;
  bool isShare = false;
};

Cell cellOf(const RoutingTable::Row& row, int column) {
  const Routing& label = row.supervised;
  const Routing& sure = row.unsupervised;
  const auto count = [](std::int64_t n) { return Cell{static_cast<double>(n)}; };
  const auto share = [](std::int64_t part, std::int64_t whole) { return Cell{percent(part, whole), true}; };
  switch (column) {
    case RoutingTable::Samples:
      return count(label.total.samples);
    case RoutingTable::Positive:
      return count(label.total.onlyTeacher);
    case RoutingTable::PositiveByLabel:
      return share(label.toTeacher.onlyTeacher, label.total.onlyTeacher);
    case RoutingTable::PositiveByConfidence:
      return share(sure.toTeacher.onlyTeacher, sure.total.onlyTeacher);
    case RoutingTable::Negative:
      return count(label.total.onlyStudent);
    case RoutingTable::NegativeByLabel:
      return share(label.toTeacher.onlyStudent, label.total.onlyStudent);
    case RoutingTable::NegativeByConfidence:
      return share(sure.toTeacher.onlyStudent, sure.total.onlyStudent);
    case RoutingTable::Rest:
      return count(rest(label.total));
    case RoutingTable::RestByLabel:
      return share(rest(label.toTeacher), rest(label.total));
    case RoutingTable::RestByConfidence:
      return share(rest(sure.toTeacher), rest(sure.total));
    case RoutingTable::Ties:
      return row.ties ? count(*row.ties) : Cell{};
    default:
      return {};
  }
}

QString headerText(int section, const QString& nameTitle) {
  const QString label = RoutingTable::tr("by label\n(%)"), sure = RoutingTable::tr("by conf.\n(%)");
  switch (section) {
    case RoutingTable::Name:
      return nameTitle;
    case RoutingTable::Samples:
      return RoutingTable::tr("Samples");
    case RoutingTable::Positive:
      return RoutingTable::tr("Positive\nflips");
    case RoutingTable::Negative:
      return RoutingTable::tr("Negative\nflips");
    case RoutingTable::Rest:
      return RoutingTable::tr("Rest");
    case RoutingTable::Ties:
      return RoutingTable::tr("Ties");
    case RoutingTable::PositiveByLabel:
    case RoutingTable::NegativeByLabel:
    case RoutingTable::RestByLabel:
      return label;
    default:
      return sure;
  }
}

QString headerTip(int section) {
  switch (section) {
    case RoutingTable::Positive:
      return RoutingTable::tr("Samples that only the teacher gets right");
    case RoutingTable::Negative:
      return RoutingTable::tr("Samples that only the student gets right");
    case RoutingTable::Rest:
      return RoutingTable::tr("Samples that both get right or both get wrong");
    case RoutingTable::Ties:
      return RoutingTable::tr("Samples on which both are equally sure: the student keeps them");
    case RoutingTable::PositiveByLabel:
    case RoutingTable::NegativeByLabel:
    case RoutingTable::RestByLabel:
      return RoutingTable::tr(
          "Share of them that follows the teacher when whoever is surer of the label leads (KL+DP)");
    case RoutingTable::PositiveByConfidence:
    case RoutingTable::NegativeByConfidence:
    case RoutingTable::RestByConfidence:
      return RoutingTable::tr(
          "Share of them that follows the teacher when whoever is surer of its own answer leads (unsupervised)");
    default:
      return {};
  }
}

}  // namespace

void RoutingTable::setRows(const QString& nameTitle, std::vector<Row> rows) {
  beginResetModel();
  nameTitle_ = nameTitle;
  rows_ = std::move(rows);
  endResetModel();
}

int RoutingTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RoutingTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant RoutingTable::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const int column = index.column();
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((column == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role == Qt::ForegroundRole) {
    const Colours& colours = Theme::instance().colours();
    if (column == Positive) return colours.of(Role::Gain);
    if (column == Negative) return colours.of(Role::Loss);
    return {};
  }
  if (column == Name) {
    if (role == Qt::DisplayRole || role == SortRole || role == Qt::ToolTipRole) return row.name;
    return {};
  }
  const Cell cell = cellOf(row, column);
  if (role == SortRole) return cell.value.value_or(-1);
  if (role != Qt::DisplayRole) return {};
  if (!cell.value) return QStringLiteral("–");
  return cell.isShare ? numberText(*cell.value, 1) : countText(static_cast<qint64>(*cell.value));
}

QVariant RoutingTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole) return headerTip(section);
  return role == Qt::DisplayRole ? headerText(section, nameTitle_) : QVariant();
}

std::vector<RoutingTable::Row> routingByClass(const Preview& preview) {
  std::vector<RoutingTable::Row> rows;
  const std::size_t count =
      std::min({preview.classNames.size(), preview.supervisedByClass.size(), preview.unsupervisedByClass.size()});
  for (std::size_t k = 0; k < count; ++k) {
    const auto ties =
        k < preview.tiesByClass.size() ? std::optional<std::int64_t>(preview.tiesByClass[k]) : std::nullopt;
    rows.push_back({QString::fromStdString(preview.classNames[k]), preview.supervisedByClass[k],
                    preview.unsupervisedByClass[k], ties});
  }
  return rows;
}

std::vector<RoutingTable::Row> routingByTeacher(const Preview& preview) {
  std::vector<RoutingTable::Row> rows;
  if (preview.teacherNames.size() < 2) return rows;
  const std::size_t count =
      std::min({preview.teacherNames.size(), preview.supervisedByTeacher.size(), preview.unsupervisedByTeacher.size()});
  for (std::size_t t = 0; t < count; ++t) {
    rows.push_back({QString::fromStdString(preview.teacherNames[t]), preview.supervisedByTeacher[t],
                    preview.unsupervisedByTeacher[t], std::nullopt});
  }
  return rows;
}

}  // namespace gf
