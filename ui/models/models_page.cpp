// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/models_page.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/importing/import_dialog.h"
#include "ui/models/details_dialog.h"
#include "ui/models/model_details.h"
#include "ui/models/role_delegate.h"
#include "ui/models/slot_card.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/empty_panel.h"
#include "ui/workspace/shelf_model.h"

namespace gf {
namespace {

enum Shown { Empty, Filled };

void setUsable(QAction* action, const QString& reason, const QString& tip) {
  action->setEnabled(reason.isEmpty());
  action->setToolTip(reason.isEmpty() ? tip : reason);
}

}  // namespace

ModelsPage::ModelsPage(Workspace& workspace, QWidget* parent)
    : Page(tr("Models"), tr("Choose who teaches and who learns."), parent), workspace_(workspace) {
  table_ = makeTable();
  makeActions();
  auto* filled = new QWidget(this);
  auto* layout = new QVBoxLayout(filled);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kM);
  layout->addWidget(makeSlots());
  layout->addWidget(banner_ = makeSampleBanner());
  layout->addWidget(makeTools());
  layout->addWidget(table_, 1);
  stack_ = new QStackedWidget(this);
  stack_->addWidget(makeEmptyState());
  stack_->addWidget(filled);
  setContent(stack_);
  count_ = mutedLabel({}, this);
  addFooterWidget(count_);
  addButton(useTeacher_);
  addButton(addTeacher_);
  addButton(useStudent_);
  addButton(compare_, true);

  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ModelsPage::refresh);
  connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this, &ModelsPage::refresh);
  for (const auto signal : {&Workspace::slotsChanged, &Workspace::dataChanged, &Workspace::comparisonChanged,
                            &Workspace::suggestedOptionsChanged})
    connect(&workspace_, signal, this, &ModelsPage::refresh);
  connect(&workspace_, &Workspace::weightsAdded, this, &ModelsPage::importWeights);
  ShelfModel& shelf = workspace_.shelf();
  connect(&shelf, &QAbstractItemModel::rowsInserted, this, &ModelsPage::refresh);
  connect(&shelf, &QAbstractItemModel::rowsRemoved, this, &ModelsPage::refresh);
  connect(&shelf, &QAbstractItemModel::dataChanged, this, &ModelsPage::refresh);
  refresh();
}

QAction* ModelsPage::makeAction(const QString& text, const QString& tip, void (ModelsPage::*slot)()) {
  auto* action = new QAction(text, this);
  action->setToolTip(tip);
  connect(action, &QAction::triggered, this, slot);
  return action;
}

void ModelsPage::makeActions() {
  addFiles_ = makeAction(tr("Add files…"), tr("Adds TorchScript checkpoints to the list"), &ModelsPage::addFiles);
  addFolder_ = makeAction(tr("Add folder…"), tr("Adds every checkpoint below a folder"), &ModelsPage::addFolder);
  import_ = makeAction(tr("Import…"),
                       tr("Makes checkpoints of the classifiers of timm and torchvision, or of a file of weights"),
                       &ModelsPage::importModels);
  remove_ = makeAction(tr("Remove"), {}, &ModelsPage::removeChosen);
  details_ = makeAction(tr("Give details…"), {}, &ModelsPage::giveDetails);
  fit_ = new QAction(tr("Fit…"), this);
  connect(fit_, &QAction::triggered, this, [this] { emit fitRequested(currentPath()); });
  useTeacher_ = makeAction(tr("Use as teacher"), {}, &ModelsPage::useAsTeacher);
  addTeacher_ = makeAction(tr("Add as further teacher"), {}, &ModelsPage::addAsTeacher);
  useStudent_ = makeAction(tr("Use as student"), {}, &ModelsPage::useAsStudent);
  compare_ = makeAction(tr("Compare"), {}, &ModelsPage::startComparing);
  remove_->setShortcut(QKeySequence::Delete);
  useTeacher_->setShortcut(QKeySequence(tr("T")));
  addTeacher_->setShortcut(QKeySequence(tr("Shift+T")));
  useStudent_->setShortcut(QKeySequence(tr("S")));
  // Single letters must reach the filter as text, so these keys work in the list alone.
  for (QAction* action : {useTeacher_, addTeacher_, useStudent_, remove_}) {
    action->setShortcutContext(Qt::WidgetShortcut);
    table_->addAction(action);
  }
  table_->addAction(details_);
  table_->addAction(import_);
  table_->addAction(fit_);
}

QWidget* ModelsPage::makeSlots() {
  auto* row = new QWidget(this);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  swap_ = new QPushButton(tr("⇄ Swap"), row);
  swap_->setAccessibleName(tr("Swap teacher and student"));
  connect(swap_, &QPushButton::clicked, &workspace_, &Workspace::swapModels);
  layout->addWidget(new SlotCard(workspace_, Slot::Teacher, row), 1);
  layout->addWidget(swap_);
  layout->addWidget(new SlotCard(workspace_, Slot::Student, row), 1);
  return row;
}

QWidget* ModelsPage::makeTools() {
  auto* row = new QWidget(this);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  filter_ = new QLineEdit(row);
  filter_->setPlaceholderText(tr("Filter by name, family, source or state"));
  filter_->setAccessibleName(tr("Filter the list of models"));
  filter_->setClearButtonEnabled(true);
  connect(filter_, &QLineEdit::textChanged, sorted_, &QSortFilterProxyModel::setFilterFixedString);
  layout->addWidget(filter_, 1);
  for (QAction* action : {details_, fit_, remove_, import_, addFolder_, addFiles_})
    layout->addWidget(makeActionButton(action, row));
  return row;
}

QTableView* ModelsPage::makeTable() {
  sorted_ = new QSortFilterProxyModel(this);
  sorted_->setSourceModel(&workspace_.shelf());
  sorted_->setSortRole(ShelfModel::SortRole);
  sorted_->setSortCaseSensitivity(Qt::CaseInsensitive);
  sorted_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  sorted_->setFilterKeyColumn(-1);
  auto* table = new QTableView(this);
  setUpTable(table);
  table->setModel(sorted_);
  table->setAccessibleName(tr("Models"));
  table->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table->setDragEnabled(true);
  table->setDragDropMode(QAbstractItemView::DragOnly);
  table->setItemDelegateForColumn(ShelfModel::Name, new RoleDelegate(workspace_, table));
  table->sortByColumn(-1, Qt::AscendingOrder);
  QHeaderView* header = table->horizontalHeader();
  const int widths[ShelfModel::ColumnCount] = {208, 56, 88, 126, 62, 102, 104, 130};
  for (int column = 0; column < ShelfModel::ColumnCount; ++column) header->resizeSection(column, widths[column]);
  header->setStretchLastSection(true);  // the state, because it may tell why a file cannot be read
  table->setContextMenuPolicy(Qt::ActionsContextMenu);
  connect(table, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
    const ShelfModel::Row* row = workspace_.shelf().find(index.data(ShelfModel::PathRole).toString());
    if (row && !row->pending && row->inspection.readable && !row->inspection.usable()) giveDetails();
    if (row && !row->pending && row->weights) importModels();
  });
  return table;
}

QWidget* ModelsPage::makeEmptyState() {
  auto* panel = new EmptyPanel(this);
  panel->setText(
      tr("The shelf is empty. The sample brings small classifiers and real images; its comparison is there "
         "within seconds, without a GPU."));
  panel->setHint(tr("Files and folders can also be dropped anywhere on this window."));
  panel->addAction(makeAction(tr("Open the sample"), tr("Adds the shipped models and images and compares a first pair"),
                              &ModelsPage::openSample));
  panel->addAction(makeAction(tr("Add models…"), addFiles_->toolTip(), &ModelsPage::addFiles));
  panel->addAction(import_);
  return panel;
}

QWidget* ModelsPage::makeSampleBanner() {
  auto* banner = new QWidget(this);
  auto* layout = new QHBoxLayout(banner);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  auto* transfer = new QPushButton(tr("Run a one-minute transfer"), banner);
  transfer->setToolTip(tr("Goes to the Transfer page with settings that suit the sample"));
  connect(transfer, &QPushButton::clicked, this, &ModelsPage::startSampleTransfer);
  layout->addWidget(
      sentenceLabel(tr("The sample is open: a specialist teaches a student that hardly saw its classes."), banner), 1);
  layout->addWidget(transfer);
  return banner;
}

bool ModelsPage::focusFilter() {
  filter_->setFocus(Qt::ShortcutFocusReason);
  filter_->selectAll();
  return true;
}

QString ModelsPage::currentPath() const {
  return table_->currentIndex().data(ShelfModel::PathRole).toString();
}

QStringList ModelsPage::chosenPaths() const {
  QStringList paths;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows())
    paths << index.data(ShelfModel::PathRole).toString();
  return paths;
}

void ModelsPage::openSample() {
  workspace_.openSample();
}

void ModelsPage::addFiles() {
  const QStringList files = QFileDialog::getOpenFileNames(
      this, tr("Add models"), lastFolder_,
      tr("Checkpoints and weights (*.pt *.pth *.ts *.torchscript *.safetensors *.bin);;All files (*)"));
  if (files.isEmpty()) return;
  lastFolder_ = QFileInfo(files.first()).absolutePath();
  workspace_.addModels(files);
}

void ModelsPage::addFolder() {
  const QString folder =
      QFileDialog::getExistingDirectory(this, tr("Add every checkpoint below a folder"), lastFolder_);
  if (folder.isEmpty()) return;
  lastFolder_ = folder;
  workspace_.addModels({folder});
}

/// Weights that are chosen in the list are what is imported.
void ModelsPage::importModels() {
  const ShelfModel::Row* row = workspace_.shelf().find(currentPath());
  importWeights(row && !row->pending && row->weights ? currentPath() : QString());
}

void ModelsPage::importWeights(const QString& file) {
  if (!importing_) importing_ = new ImportDialog(workspace_, this);
  importing_->open(file);
}

void ModelsPage::removeChosen() {
  for (const QString& path : chosenPaths()) workspace_.removeModel(path);
  // The list keeps a current row, but nothing chosen: the next Delete would do nothing.
  const QModelIndex next = table_->currentIndex();
  if (next.isValid()) table_->selectRow(next.row());
}

void ModelsPage::giveDetails() {
  const ShelfModel::Row* row = workspace_.shelf().find(currentPath());
  if (!row || row->pending) return;
  QStringList classes;
  if (workspace_.data())
    for (const std::string& name : workspace_.data()->eval->classNames()) classes << QString::fromStdString(name);
  const QString path = currentPath();
  DetailsDialog dialog(row->inspection, classes, this);
  if (dialog.exec() == QDialog::Accepted) workspace_.supplyMetadata(path, dialog.keys());
}

void ModelsPage::useAsTeacher() {
  workspace_.setTeacher(currentPath());
}

void ModelsPage::addAsTeacher() {
  for (const QString& path : chosenPaths()) workspace_.addTeacher(path);
}

/// Empty when at least one of the chosen models may join the teachers.
QString ModelsPage::addBlocked() const {
  QString reason = tr("No model is chosen in the list.");
  for (const QString& path : chosenPaths()) {
    reason = workspace_.addTeacherBlocked(path);
    if (reason.isEmpty()) break;
  }
  return reason;
}

void ModelsPage::useAsStudent() {
  workspace_.setStudent(currentPath());
}

void ModelsPage::startComparing() {
  workspace_.compare();
  emit pageRequested(PageId::Compare);
}

void ModelsPage::startSampleTransfer() {
  workspace_.suggestAgain();
  emit pageRequested(PageId::Transfer);
}

InspectorContent ModelsPage::inspector() const {
  const ShelfModel::Row* row = workspace_.shelf().find(currentPath());
  return row ? detailsOf(*row) : InspectorContent{};
}

void ModelsPage::refresh() {
  const ShelfModel& shelf = workspace_.shelf();
  stack_->setCurrentIndex(shelf.rowCount() ? Filled : Empty);
  banner_->setVisible(workspace_.suggestedOptions().has_value());
  table_->viewport()->update();  // its badges follow the slots
  const QString path = currentPath();
  setUsable(useTeacher_, workspace_.slotBlocked(Slot::Teacher, path),
            tr("Puts the chosen model into the teacher slot (T)"));
  setUsable(addTeacher_, addBlocked(),
            tr("Adds the chosen models to the teachers; a transfer learns from all of them (Shift+T)"));
  setUsable(useStudent_, workspace_.slotBlocked(Slot::Student, path),
            tr("Puts the chosen model into the student slot (S)"));
  const ShelfModel::Row* row = shelf.find(path);
  const bool asks = row && !row->pending && row->inspection.readable && !row->inspection.usable();
  setUsable(details_, asks ? QString() : tr("Only for a model that does not say enough about itself."),
            tr("Asks for what the file does not say about itself"));
  setUsable(fit_,
            row && row->inspection.usable() && !row->pending ? QString() : tr("No usable model is chosen in the list."),
            tr("Trains the chosen model with the labels of the open data: its head for other classes, or all of it"));
  setUsable(remove_, chosenPaths().isEmpty() ? tr("No model is chosen in the list.") : QString(),
            tr("Takes the chosen models off the list; the files stay (Del)"));
  setUsable(compare_, workspace_.compareBlocked(), tr("Compares teacher and student (Ctrl+R)"));
  setBlocked(swap_, swapBlocked(workspace_), tr("Teacher and student change places"));
  count_->setText(countsOf(shelf));
  for (QAction* action : {useTeacher_, addTeacher_, useStudent_, compare_}) action->setVisible(shelf.rowCount() > 0);
  emit inspectorChanged();
}

}  // namespace gf
