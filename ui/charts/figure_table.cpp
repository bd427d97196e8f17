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

#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

double at(const std::vector<double>& values, std::size_t index) {
  return index < values.size() ? values[index] : kAbsent;
}

bool anyFinite(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

QString titleOr(const std::string& title, const QString& otherwise) {
  return title.empty() ? otherwise : toQString(title);
}

}  // namespace

FigureTableModel::FigureTableModel(Figure figure, QObject* parent)
    : QAbstractTableModel(parent), figure_(std::move(figure)), format_(valueFormat(figure_)) {
  switch (figure_.kind) {
    case FigureKind::Lines:
      buildLines();
      break;
    case FigureKind::Stack:
      buildStack();
      break;
    case FigureKind::Scatter:
      buildScatter();
      break;
    case FigureKind::Bars:
    case FigureKind::Heat:
    case FigureKind::Columns:
    case FigureKind::Grid:
      buildLabels();
      break;
  }
}

void FigureTableModel::addWords(const QString& title, const std::vector<std::string>& words) {
  columns_.push_back({title, {}, false, [&words](std::size_t row) {
                        return QVariant(row < words.size() ? toQString(words[row]) : QString());
                      }});
}

void FigureTableModel::addValues(const QString& title, const std::vector<double>& values) {
  columns_.push_back({title, format_, false, [&values](std::size_t row) { return QVariant(at(values, row)); }});
}

void FigureTableModel::buildLines() {
  for (const FigureSeries& series : figure_.series) places_.insert(places_.end(), series.x.begin(), series.x.end());
  std::sort(places_.begin(), places_.end());
  places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
  rows_ = places_.size();
  for (const FigureSeries& series : figure_.series) {
    values_.emplace_back(places_.size(), kAbsent);
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
      const auto place = std::lower_bound(places_.begin(), places_.end(), series.x[i]) - places_.begin();
      values_.back()[static_cast<std::size_t>(place)] = series.y[i];
    }
  }
  addValues(titleOr(figure_.xTitle, tr("Name")), places_);
  columns_.back().isPlace = true;
  for (std::size_t s = 0; s < values_.size(); ++s) addValues(toQString(figure_.series[s].name), values_[s]);
}

void FigureTableModel::buildStack() {
  rows_ = figure_.labels.size();
  addWords(tr("Name"), figure_.labels);
  columns_.push_back({titleOr(figure_.xTitle, tr("Share (%)")), format_, false, [this](std::size_t row) {
                        return QVariant(row < figure_.series.size() ? at(figure_.series[row].y, 0) : kAbsent);
                      }});
  if (!figure_.details.empty()) addWords(tr("Images"), figure_.details);
}

void FigureTableModel::buildScatter() {
  bool sized = false;
  for (std::size_t s = 0; s < figure_.series.size(); ++s) {
    const FigureSeries& series = figure_.series[s];
    sized = sized || !series.size.empty();
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) points_.emplace_back(s, i);
  }
  rows_ = points_.size();
  const auto add = [this](const QString& title, const ValueFormat& format, std::vector<double> FigureSeries::*values) {
    columns_.push_back({title, format, false, [this, values](std::size_t row) {
                          return QVariant(at(figure_.series[points_[row].first].*values, points_[row].second));
                        }});
  };
  if (!figure_.labels.empty()) addWords(tr("Name"), figure_.labels);
  if (figure_.series.size() > 1 || figure_.labels.empty()) {
    columns_.push_back({tr("Series"), {}, false, [this](std::size_t row) {
                          return QVariant(toQString(figure_.series[points_[row].first].name));
                        }});
  }
  add(titleOr(figure_.xTitle, tr("Across")), placeFormat(figure_), &FigureSeries::x);
  add(titleOr(figure_.yTitle, tr("Up")), format_, &FigureSeries::y);
  if (sized) {
    double largest = 0;
    for (const FigureSeries& series : figure_.series) {
      for (const double size : series.size) largest = std::isfinite(size) ? std::max(largest, size) : largest;
    }
    add(titleOr(figure_.valueTitle, tr("Size")), formatFor(largest, false), &FigureSeries::size);
  }
  if (!figure_.details.empty()) addWords(tr("Detail"), figure_.details);
}

void FigureTableModel::buildLabels() {
  const bool heat = figure_.kind == FigureKind::Heat, grid = figure_.kind == FigureKind::Grid;
  rows_ = figure_.labels.size();
  addWords(titleOr(heat || grid ? figure_.yTitle : figure_.xTitle, tr("Name")), figure_.labels);
  for (const FigureSeries& series : figure_.series) {
    const QString name = toQString(series.name);
    addValues(grid ? titleOr(figure_.valueTitle, name) : name, series.y);
    if (!anyFinite(series.low) && !anyFinite(series.high)) continue;
    const bool box = !series.least.empty();
    if (box) addValues(tr("%1, least").arg(name), series.least);
    addValues((box ? tr("%1, first quartile") : tr("%1, low end")).arg(name), series.low);
    addValues((box ? tr("%1, third quartile") : tr("%1, high end")).arg(name), series.high);
    if (box) addValues(tr("%1, most").arg(name), series.most);
  }
  if (figure_.details.empty()) return;
  const bool overTime = heat && !figure_.namedColumns;
  addWords(overTime                           ? tr("At the end")
           : figure_.kind == FigureKind::Bars ? tr("Images")
                                              : tr("Detail"),
           figure_.details);
}

int FigureTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_);
}

int FigureTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant FigureTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Column& column = columns_[static_cast<std::size_t>(index.column())];
  const QVariant plain = column.cell(static_cast<std::size_t>(index.row()));
  const bool number = plain.userType() == QMetaType::Double;
  if (role == Qt::UserRole) return plain;
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(Qt::Alignment(number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole || !number) return role == Qt::DisplayRole ? plain : QVariant();
  const double value = plain.toDouble();
  return column.isPlace ? numberText(value, value == std::round(value) ? 0 : 3) : column.format.text(value);
}

QVariant FigureTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  return section >= 0 && section < columnCount() ? QVariant(columns_[static_cast<std::size_t>(section)].title)
                                                 : QVariant();
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
  // A look at the first rows: a matrix of a thousand classes has a million cells.
  table->horizontalHeader()->setResizeContentsPrecision(40);
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
