// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/figure_table.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/charts/drawing.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

FigureTableModel::FigureTableModel(Figure figure, QObject* parent)
    : QAbstractTableModel(parent), figure_(std::move(figure)) {
  if (isStack()) return;
  constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
  if (!overX()) {
    for (const FigureSeries& series : figure_.series) {
      values_.push_back(series.y);
      values_.back().resize(figure_.labels.size(), kAbsent);
    }
    return;
  }
  for (const FigureSeries& series : figure_.series) places_.insert(places_.end(), series.x.begin(), series.x.end());
  std::sort(places_.begin(), places_.end());
  places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
  for (const FigureSeries& series : figure_.series) {
    values_.emplace_back(places_.size(), kAbsent);
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
      const auto place = std::lower_bound(places_.begin(), places_.end(), series.x[i]) - places_.begin();
      values_.back()[static_cast<std::size_t>(place)] = series.y[i];
    }
  }
}

int FigureTableModel::valueColumns() const {
  return isStack() ? 1 : static_cast<int>(figure_.series.size());
}

int FigureTableModel::rowCount(const QModelIndex& parent) const {
  if (parent.isValid()) return 0;
  return static_cast<int>(overX() ? places_.size() : figure_.labels.size());
}

int FigureTableModel::columnCount(const QModelIndex& parent) const {
  if (parent.isValid()) return 0;
  return 1 + valueColumns() + (figure_.details.empty() ? 0 : 1);
}

QVariant FigureTableModel::value(int row, int column) const {
  const auto r = static_cast<std::size_t>(row);
  if (column == 0) return overX() ? QVariant(places_[r]) : QVariant(toQString(figure_.labels[r]));
  if (column > valueColumns()) return r < figure_.details.size() ? toQString(figure_.details[r]) : QString();
  if (isStack()) return r < figure_.series.size() && !figure_.series[r].y.empty() ? figure_.series[r].y.front() : 0.0;
  return values_[static_cast<std::size_t>(column - 1)][r];
}

QVariant FigureTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const QVariant plain = value(index.row(), index.column());
  const bool number = plain.userType() == QMetaType::Double;
  if (role == Qt::UserRole) return plain;
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(Qt::Alignment(number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  if (!number) return plain;
  if (index.column() > 0) return valueText(figure_, plain.toDouble());
  const double place = plain.toDouble();
  return numberText(place, place == std::round(place) ? 0 : 3);
}

QVariant FigureTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  const bool heat = figure_.kind == FigureKind::Heat;
  if (heat && section == 0) return figure_.yTitle.empty() ? tr("Name") : toQString(figure_.yTitle);
  if (heat && section > valueColumns()) return tr("At the end");
  if (section == 0) return figure_.xTitle.empty() || isStack() ? tr("Name") : toQString(figure_.xTitle);
  if (section > valueColumns()) return tr("Images");
  if (isStack()) return figure_.xTitle.empty() ? tr("Share (%)") : toQString(figure_.xTitle);
  return toQString(figure_.series[static_cast<std::size_t>(section - 1)].name);
}

namespace {

/// What is selected, or everything, as tab-separated text.
QString copiedText(const QTableView& table) {
  const QAbstractItemModel& model = *table.model();
  const QModelIndexList selected = table.selectionModel()->selectedRows();
  QStringList lines, cells;
  for (int c = 0; c < model.columnCount(); ++c) cells << model.headerData(c, Qt::Horizontal).toString();
  lines << cells.join('\t');
  for (int r = 0; r < model.rowCount(); ++r) {
    if (!selected.isEmpty() && !table.selectionModel()->isRowSelected(r)) continue;
    cells.clear();
    for (int c = 0; c < model.columnCount(); ++c) cells << model.index(r, c).data().toString();
    lines << cells.join('\t');
  }
  return lines.join('\n') + '\n';
}

}  // namespace

void showFigureTable(const Figure& figure, QWidget* parent) {
  auto* dialog = new QDialog(parent);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setObjectName(QStringLiteral("figureTable"));
  dialog->setWindowTitle(toQString(figure.title));
  auto* table = new QTableView(dialog);
  auto* sorted = new QSortFilterProxyModel(dialog);
  sorted->setSourceModel(new FigureTableModel(figure, dialog));
  sorted->setSortRole(Qt::UserRole);
  table->setModel(sorted);
  setUpTable(table);
  table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
  table->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table->setAccessibleName(toQString(figure.title));
  table->resizeColumnsToContents();
  table->horizontalHeader()->setStretchLastSection(!figure.details.empty());
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
  QPushButton* copy = buttons->addButton(FigureTableModel::tr("Copy"), QDialogButtonBox::ActionRole);
  const auto copyNow = [table] { QApplication::clipboard()->setText(copiedText(*table)); };
  QObject::connect(copy, &QPushButton::clicked, table, copyNow);
  auto* shortcut = new QShortcut(QKeySequence::Copy, table);
  shortcut->setContext(Qt::WidgetShortcut);
  QObject::connect(shortcut, &QShortcut::activated, table, copyNow);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
  auto* layout = new QVBoxLayout(dialog);
  layout->setSpacing(space::kM);
  if (!figure.sentence.empty()) layout->addWidget(sentenceLabel(toQString(figure.sentence), dialog));
  layout->addWidget(table, 1);
  layout->addWidget(buttons);
  dialog->resize(560, 480);
  dialog->open();
  table->setFocus();
}

}  // namespace gf
