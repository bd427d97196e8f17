// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/class_panel.h"

#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/charts/export_dialog.h"
#include "ui/charts/figure_view.h"
#include "ui/compare/class_table_model.h"
#include "ui/compare/flip_panel.h"
#include "ui/compare/meaning_panel.h"
#include "ui/compare/sample_text.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

std::vector<int> flipOrder(const PairKnowledge& knowledge) {
  std::vector<int> order;
  for (const std::int32_t k : knowledge.rankedClasses()) {
    if (knowledge.classes[static_cast<std::size_t>(k)].samples > 0) order.push_back(k);
  }
  return order;
}

ClassPanel::ClassPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      tabs_(new QTabWidget(this)),
      chart_(new FigureView(this)),
      flips_(new FlipPanel(this)),
      meaning_(new MeaningPanel(workspace, this)),
      model_(new ClassTableModel(this)),
      sorted_(new QSortFilterProxyModel(this)) {
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(ClassTableModel::SortRole);
  sorted_->setFilterKeyColumn(ClassTableModel::Name);
  sorted_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  sorted_->setSortCaseSensitivity(Qt::CaseInsensitive);
  tabs_->setDocumentMode(true);
  tabs_->addTab(chart_, tr("Flip chart"));
  tabs_->addTab(buildTable(), tr("Classes"));
  tabs_->addTab(flips_, tr("Said instead"));
  tabs_->addTab(meaning_, tr("By meaning"));
  tabs_->setTabToolTip(SaidInstead, tr("What the other model said where only one is right"));
  tabs_->setTabToolTip(ByMeaning, tr("Whether the flips lie with classes that are alike, and with which"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(tabs_);
  connect(flips_, &FlipPanel::imagesRequested, this, &ClassPanel::imagesRequested);
  connect(chart_, &FigureView::labelActivated, this, [this](int label) {
    if (label < 0 || label >= static_cast<int>(order_.size())) return;
    const bool more = QGuiApplication::keyboardModifiers() & Qt::ControlModifier;
    emit chosenChanged(toggled(chosen_, {order_[static_cast<std::size_t>(label)]}, more));
  });
  connect(meaning_, &MeaningPanel::chosenChanged, this, &ClassPanel::chosenChanged);
  connect(meaning_, &MeaningPanel::viewChanged, this, &ClassPanel::viewChanged);
  connect(tabs_, &QTabWidget::currentChanged, this, &ClassPanel::viewChanged);
}

QWidget* ClassPanel::buildTable() {
  auto* page = new QWidget(this);
  filter_ = new QLineEdit(page);
  filter_->setPlaceholderText(tr("Filter classes"));
  filter_->setAccessibleName(tr("Filter classes"));
  filter_->setToolTip(tr("Shows the classes whose names contain this (Ctrl+F)"));
  filter_->setClearButtonEnabled(true);
  table_ = new QTableView(page);
  table_->setObjectName(QStringLiteral("classTable"));
  table_->setAccessibleName(tr("Classes"));
  table_->setModel(sorted_);
  setUpTable(table_);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setFrameShape(QFrame::NoFrame);
  QHeaderView* header = table_->horizontalHeader();
  header->setFont(Theme::instance().font(TextStyle::Small));
  header->setMinimumSectionSize(48);
  table_->sortByColumn(ClassTableModel::PositiveFlips, Qt::DescendingOrder);
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(0, space::kS, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(filter_);
  layout->addWidget(table_, 1);
  connect(header, &QHeaderView::sortIndicatorChanged, this, &ClassPanel::fitColumns);
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
    // Rows that the filter hides leave the table's selection; the choice itself stays what it was.
    silent_ = true;
    sorted_->setFilterFixedString(text);
    silent_ = false;
    setChosen(chosen_);
  });
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ClassPanel::tableChosen);
  return page;
}

namespace {

/// With several teachers each has one; the first is the one that is shown.
Figure figureNamed(const std::vector<Figure>& figures, const char* id) {
  for (const Figure& figure : figures)
    if (figure.id.starts_with(id)) return figure;
  return {};
}

}  // namespace

void ClassPanel::show(std::shared_ptr<const Comparison> comparison, const std::vector<Figure>& figures) {
  comparison_ = std::move(comparison);
  chosen_.clear();
  order_.clear();
  const Figure flips = figureNamed(figures, "flips");
  said_ = figureNamed(figures, "said-instead");
  if (comparison_) order_ = flipOrder(comparison_->knowledge[kTeacher]);
  chart_->setAllBars(false);
  chart_->setFigure(flips);
  chart_->setSelectedLabels({});
  silent_ = true;
  model_->setComparison(comparison_);
  silent_ = false;
  flips_->show(comparison_);
  meaning_->show(comparison_);
  fitColumns();
}

void ClassPanel::setTab(Tab tab) {
  tabs_->setCurrentIndex(tab);
}

const Figure& ClassPanel::figureInView() {
  if (tabs_->currentIndex() == SaidInstead && !said_.labels.empty()) return said_;
  if (tabs_->currentIndex() == ByMeaning)
    if (const Figure* figure = meaning_->figure()) return *figure;
  return chart_->figure();
}

void ClassPanel::exportFigure() {
  const Figure& figure = figureInView();
  if (&figure == &chart_->figure()) return chart_->exportWithDialog();
  auto* dialog = new ExportDialog(figure, false, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

void ClassPanel::fitColumns() {
  // As narrow as the headings allow, so that all columns stand side by side in a small window.
  const QFontMetrics small(table_->horizontalHeader()->font());
  for (int column = 0; column < ClassTableModel::ColumnCount; ++column) {
    int width = 0;
    for (const QString& line : model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().split('\n')) {
      width = std::max(width, small.horizontalAdvance(line));
    }
    // The sorted column carries the arrow beside its heading.
    if (column == table_->horizontalHeader()->sortIndicatorSection()) width += space::kL;
    table_->setColumnWidth(column, width + space::kL);
  }
  int name = fontMetrics().horizontalAdvance(QStringLiteral("Ankle boot"));
  for (int row = 0; row < model_->rowCount(); ++row) {
    name = std::max(name, fontMetrics().horizontalAdvance(model_->index(row, 0).data().toString()));
  }
  table_->setColumnWidth(ClassTableModel::Name, std::min(name + space::kL, 220));
}

void ClassPanel::setChosen(const std::set<int>& classes) {
  chosen_ = classes;
  std::set<int> labels;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (classes.contains(order_[i])) labels.insert(static_cast<int>(i));
  }
  chart_->setSelectedLabels(labels);
  meaning_->setChosen(classes);
  QItemSelection rows;
  for (const int k : classes) {
    const QModelIndex row = sorted_->mapFromSource(model_->index(k, 0));
    if (row.isValid()) rows.select(row, row.siblingAtColumn(ClassTableModel::ColumnCount - 1));
  }
  silent_ = true;
  table_->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
  silent_ = false;
}

void ClassPanel::tableChosen() {
  if (silent_) return;
  std::set<int> classes;
  for (const QModelIndex& row : table_->selectionModel()->selectedRows()) {
    classes.insert(sorted_->mapToSource(row).row());
  }
  if (classes != chosen_) emit chosenChanged(classes);
}

void ClassPanel::focusFilter() {
  setTab(Classes);
  filter_->setFocus(Qt::ShortcutFocusReason);
  filter_->selectAll();
}

}  // namespace gf
