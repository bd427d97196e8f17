// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/live_routing.h"

#include "ui/style/numbers.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr int kKinds = 3;  // positive flips, negative flips, the rest

std::int64_t countOf(const OutcomeCounts& counts, int kind) {
  return kind == 0 ? counts.onlyTeacher : kind == 1 ? counts.onlyStudent : counts.bothRight + counts.bothWrong;
}

void add(Routing& sum, const Routing& more) {
  sum.total += more.total;
  sum.toTeacher += more.toTeacher;
}

QString shareText(const Routing& routing, int kind) {
  const std::int64_t all = countOf(routing.total, kind);
  if (all == 0) return QStringLiteral("–");
  return numberText(100.0 * static_cast<double>(countOf(routing.toTeacher, kind)) / static_cast<double>(all), 1);
}

}  // namespace

void LiveRouting::setSteps(std::span<const StepRecord> steps, const QStringList& teachers) {
  std::vector<Pair> sums;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    // One epoch back, and no further than the stage: another one has another frozen student.
    if (step->epoch <= steps.back().epoch - 1 || step->stage != steps.back().stage) break;
    if (sums.size() < step->routing.size()) sums.resize(step->routing.size());
    for (std::size_t t = 0; t < step->routing.size(); ++t) add(sums[t].frozen, step->routing[t]);
    for (std::size_t t = 0; t < std::min(sums.size(), step->adaptingRouting.size()); ++t)
      add(sums[t].adapting, step->adaptingRouting[t]);
  }
  const bool other = sums.size() != teachers_.size() || teachers != names_;
  if (other) beginResetModel();
  teachers_ = std::move(sums);
  names_ = teachers;
  if (other)
    endResetModel();
  else if (rowCount() > 0)
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int LiveRouting::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kKinds * static_cast<int>(teachers_.size());
}

int LiveRouting::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant LiveRouting::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto teacher = static_cast<std::size_t>(index.row() / kKinds);
  const int kind = index.row() % kKinds, column = index.column();
  const Pair& pair = teachers_[teacher];
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((column == Kind ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role == Qt::ForegroundRole && column == Kind && kind < 2)
    return Theme::instance().colours().of(kind == 0 ? Role::Gain : Role::Loss);
  const QString kinds[kKinds] = {tr("Positive flips"), tr("Negative flips"), tr("The rest")};
  const QString name = names_.value(static_cast<qsizetype>(teacher), tr("Teacher %1").arg(teacher + 1));
  if (role == Qt::ToolTipRole) return teachers_.size() > 1 ? tr("%1, %2").arg(kinds[kind], name) : kinds[kind];
  if (role != Qt::DisplayRole) return {};
  switch (column) {
    case Kind:
      return teachers_.size() > 1 ? tr("T%1, %2").arg(teacher + 1).arg(kinds[kind].toLower()) : kinds[kind];
    case Samples:
      return countText(countOf(pair.frozen.total, kind));
    case Frozen:
      return shareText(pair.frozen, kind);
    default:
      return shareText(pair.adapting, kind);
  }
}

QVariant LiveRouting::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((section == Kind ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole && section == Frozen)
    return tr("Share that follows the teacher, against the frozen student: this is what trains");
  if (role == Qt::ToolTipRole && section == Adapting)
    return tr("Share that would follow the teacher by the same rule, against the student as it is now");
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Kind:
      return tr("Latest epoch");
    case Samples:
      return tr("Samples");
    case Frozen:
      return tr("Frozen\n(%)");
    default:
      return tr("Now\n(%)");
  }
}

}  // namespace gf
