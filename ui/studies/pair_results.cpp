// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/pair_results.h"

#include <QHash>
#include <algorithm>
#include <set>

#include "ui/style/numbers.h"

namespace gf {
namespace {

using Kind = PairCell::Kind;

/// What is known of one pair so far.
struct Sum {
  std::size_t done = 0, failed = 0, running = 0, missing = 0, measured = 0;
  double delta = 0;
  std::size_t all() const { return done + failed + running + missing; }
};

PairCell cellOf(const Sum& sum, bool self) {
  if (sum.all() == 0) return {self ? Kind::Self : Kind::None, std::nan(""), {}};
  PairCell cell;
  if (sum.measured > 0) {
    cell.kind = Kind::Done;
    cell.value = 100 * sum.delta / static_cast<double>(sum.measured);
    cell.tip = PairGrid::tr("Delta %1 points").arg(signedText(cell.value, 2));
  } else {
    cell.kind = sum.running > 0 ? Kind::Running : (sum.failed > 0 ? Kind::Failed : Kind::Missing);
  }
  if (sum.all() > 1) {
    cell.tip += cell.tip.isEmpty() ? QString() : QStringLiteral("\n");
    cell.tip += PairGrid::tr("%1 of %2 seeds done").arg(sum.done).arg(sum.all());
    if (sum.failed > 0) cell.tip += PairGrid::tr(", %1 failed").arg(sum.failed);
    if (sum.running > 0) cell.tip += PairGrid::tr(", %1 running").arg(sum.running);
  }
  return cell;
}

}  // namespace

std::vector<std::string> settingsOf(const std::vector<IndexedCell>& cells) {
  std::vector<std::string> settings;
  std::set<std::string> known;
  for (const IndexedCell& cell : cells)
    if (cell.teachers.size() == 1 && known.insert(cell.setting).second) settings.push_back(cell.setting);
  return settings;
}

PairGridData pairsUnder(const std::vector<IndexedCell>& cells, const std::string& setting) {
  PairGridData grid;
  QHash<QString, int> students, teachers;
  const auto placeOf = [](const std::string& name, QStringList& names, QHash<QString, int>& places) {
    const QString text = QString::fromStdString(name);
    const auto found = places.constFind(text);
    if (found != places.constEnd()) return *found;
    names << text;
    return *places.insert(text, static_cast<int>(names.size()) - 1);
  };
  // All pairs of the study, so that grids of its settings can be laid on each other.
  for (const IndexedCell& cell : cells) {
    if (cell.teachers.size() != 1) continue;
    placeOf(cell.student, grid.students, students);
    placeOf(cell.teachers.front(), grid.teachers, teachers);
  }
  const auto columns = static_cast<std::size_t>(grid.teachers.size());
  std::vector<Sum> sums(static_cast<std::size_t>(grid.students.size()) * columns);
  for (const IndexedCell& cell : cells) {
    if (cell.teachers.size() != 1 || cell.setting != setting) continue;
    Sum& sum = sums[static_cast<std::size_t>(students[QString::fromStdString(cell.student)]) * columns +
                    static_cast<std::size_t>(teachers[QString::fromStdString(cell.teachers.front())])];
    ++(cell.state == CellState::Done      ? sum.done
       : cell.state == CellState::Failed  ? sum.failed
       : cell.state == CellState::Running ? sum.running
                                          : sum.missing);
    if (!cell.delta) continue;
    sum.delta += *cell.delta;
    ++sum.measured;
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto row = static_cast<qsizetype>(i / columns), column = static_cast<qsizetype>(i % columns);
    grid.cells.push_back(cellOf(sums[i], grid.students[row] == grid.teachers[column]));
  }
  grid.valueTitle = PairGrid::tr("Transfer delta (points)");
  return grid;
}

}  // namespace gf
