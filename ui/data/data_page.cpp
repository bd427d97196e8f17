// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/data_page.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "jobs/sample.h"
#include "ui/data/check_dialog.h"
#include "ui/data/class_table.h"
#include "ui/data/pack_dialog.h"
#include "ui/data/thumbnails.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/empty_panel.h"

namespace gf {
namespace {

enum Shown { Empty, Filled };

constexpr int kNarrowest = 108, kWidest = 220;  // of the column of class names

QString installedFolder() {
  return QString::fromStdString(installedFashionMnist().string());
}

QString ruleWords(const SubsetRule& rule) {
  if (rule.perClass) return DataPage::tr("%1 of every class").arg(countText(qint64(rule.amount)));
  return DataPage::tr("%1 of every class").arg(percentText(rule.amount));
}

}  // namespace

DataPage::DataPage(Workspace& workspace, QWidget* parent)
    : Page(tr("Data"), {}, parent),
      workspace_(workspace),
      classes_(new ClassTable(this)),
      sorted_(new QSortFilterProxyModel(this)),
      images_(new ThumbnailModel(this)) {
  makeActions();
  table_ = makeTable();
  mismatches_ = sentenceLabel({}, this);
  mismatches_->setObjectName(QStringLiteral("mismatches"));
  mismatches_->setAccessibleName(tr("Where the classes do not match"));
  notes_ = sentenceLabel({}, this);
  notes_->setObjectName(QStringLiteral("labelNotes"));
  notes_->setAccessibleName(tr("How the classes were matched"));
  auto* split = new QSplitter(this);
  split->addWidget(table_);
  split->addWidget(makeImages());
  split->setStretchFactor(0, 3);
  split->setStretchFactor(1, 2);
  split->setChildrenCollapsible(false);
  auto* filled = new QWidget(this);
  auto* layout = new QVBoxLayout(filled);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kM);
  layout->addWidget(makeTools());
  layout->addWidget(mismatches_);
  layout->addWidget(notes_);
  layout->addWidget(split, 1);
  stack_ = new QStackedWidget(this);
  stack_->addWidget(makeEmptyState());
  stack_->addWidget(filled);
  setContent(stack_);
  subset_ = mutedLabel({}, this);
  addFooterWidget(subset_);
  addButton(check_);
  addButton(pack_);
  addButton(compare_, true);

  for (const auto signal : {&Workspace::slotsChanged, &Workspace::dataChanged, &Workspace::subsetRuleChanged})
    connect(&workspace_, signal, this, &DataPage::refresh);
  for (const auto signal : {&Workspace::comparisonChanged, &Workspace::badImagesChanged})
    connect(&workspace_, signal, this, &DataPage::refreshWords);
  connect(&Theme::instance(), &Theme::changed, this, &DataPage::refreshWords);
  refresh();
}

void DataPage::makeActions() {
  open_ = new QAction(tr("Open folder…"), this);
  open_->setToolTip(
      tr("An image folder with train and val or test, a folder of IDX files, CIFAR’s binary version, CUB-200-2011 or "
         "Caltech-256"));
  connect(open_, &QAction::triggered, this, &DataPage::openFolder);
  packed_ = new QAction(tr("Open packed file…"), this);
  packed_->setToolTip(tr("A file made by packing (*.gfpack)"));
  connect(packed_, &QAction::triggered, this, &DataPage::openPacked);
  check_ = new QAction(tr("Check images…"), this);
  connect(check_, &QAction::triggered, this, &DataPage::checkImages);
  pack_ = new QAction(tr("Pack…"), this);
  connect(pack_, &QAction::triggered, this, &DataPage::packImages);
  installed_ = new QAction(tr("Use the whole Fashion-MNIST"), this);
  installed_->setToolTip(tr("Debian’s package dataset-fashion-mnist is installed: 70,000 images"));
  connect(installed_, &QAction::triggered, this, &DataPage::openInstalled);
  compare_ = new QAction(tr("Compare"), this);
  connect(compare_, &QAction::triggered, this, &DataPage::startComparing);
}

QWidget* DataPage::makeEmptyState() {
  empty_ = new EmptyPanel(this);
  empty_->addAction(open_);
  empty_->addAction(packed_);
  empty_->addAction(installed_);
  return empty_;
}

QWidget* DataPage::makeTools() {
  auto* row = new QWidget(this);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  filter_ = new QLineEdit(row);
  filter_->setPlaceholderText(tr("Filter the classes"));
  filter_->setAccessibleName(filter_->placeholderText());
  filter_->setClearButtonEnabled(true);
  connect(filter_, &QLineEdit::textChanged, sorted_, &QSortFilterProxyModel::setFilterFixedString);
  leaveOut_ = new QCheckBox(tr("Leave out unreadable images"), row);
  leaveOut_->setObjectName(QStringLiteral("leaveOut"));
  leaveOut_->setToolTip(
      tr("Damaged images are found before a comparison or transfer, left out for every model alike, counted and named. "
         "Otherwise the first one ends it."));
  connect(leaveOut_, &QCheckBox::toggled, this,
          [this](bool on) { workspace_.setBadImages(on ? BadImages::Skip : BadImages::Stop); });
  layout->addWidget(filter_, 1);
  layout->addWidget(leaveOut_);
  layout->addWidget(makeActionButton(installed_, row));
  layout->addWidget(makeActionButton(open_, row));
  return row;
}

QTableView* DataPage::makeTable() {
  sorted_->setSourceModel(classes_);
  sorted_->setSortRole(ClassTable::SortRole);
  sorted_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  sorted_->setFilterKeyColumn(-1);
  auto* table = new QTableView(this);
  setUpTable(table);
  table->setModel(sorted_);
  table->sortByColumn(-1, Qt::AscendingOrder);
  table->setAccessibleName(tr("Classes of the data"));
  table->setSelectionMode(QAbstractItemView::ExtendedSelection);
  const int widths[ClassTable::ColumnCount] = {kNarrowest, 56, 60, 94, 112, 100};
  for (int column = 0; column < ClassTable::ColumnCount; ++column)
    table->horizontalHeader()->resizeSection(column, widths[column]);
  table->horizontalHeader()->setStretchLastSection(true);
  connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
    refreshImages();
    emit inspectorChanged();
  });
  return table;
}

QWidget* DataPage::makeImages() {
  auto* panel = new QWidget(this);
  auto* layout = new QVBoxLayout(panel);
  layout->setContentsMargins(space::kS, 0, 0, 0);
  layout->setSpacing(space::kS);
  auto* head = new QHBoxLayout;
  split_ = new QComboBox(panel);
  split_->setAccessibleName(tr("Split whose images are shown"));
  imageCount_ = mutedLabel({}, panel);
  imageCount_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  head->addWidget(split_);
  head->addWidget(imageCount_, 1);
  list_ = new QListView(panel);
  list_->setModel(images_);
  list_->setItemDelegate(new ThumbnailDelegate(list_));
  list_->setViewMode(QListView::IconMode);
  list_->setResizeMode(QListView::Adjust);
  list_->setMovement(QListView::Static);
  list_->setUniformItemSizes(true);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setAccessibleName(tr("Images of the chosen classes"));
  layout->addLayout(head);
  layout->addWidget(list_, 1);
  connect(split_, &QComboBox::activated, this, &DataPage::refreshImages);
  return panel;
}

bool DataPage::focusFilter() {
  if (stack_->currentIndex() != Filled) return false;
  filter_->setFocus(Qt::ShortcutFocusReason);
  filter_->selectAll();
  return true;
}

void DataPage::openFolder() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a data folder"), lastFolder_);
  if (folder.isEmpty()) return;
  lastFolder_ = folder;
  workspace_.openData(folder);
}

void DataPage::openPacked() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Open a packed file"), lastFolder_,
                                                    tr("Packed images (*.gfpack);;All files (*)"));
  if (file.isEmpty()) return;
  lastFolder_ = QFileInfo(file).absolutePath();
  workspace_.openData(file);
}

/// One that goes on, or has ended with these data, is shown again.
void DataPage::checkImages() {
  if (!checking_) {
    checking_ = new CheckDialog(workspace_, this);
  } else if (!checking_->checking() && checking_->dataPath() != workspace_.dataPath()) {
    checking_->start();
  }
  checking_->show();
  checking_->raise();
  checking_->activateWindow();
}

void DataPage::packImages() {
  if (packing_ && !packing_->packing()) delete packing_;
  if (!packing_) packing_ = new PackDialog(workspace_, this);
  packing_->show();
  packing_->raise();
  packing_->activateWindow();
}

void DataPage::openInstalled() {
  workspace_.openData(installedFolder());
}

void DataPage::startComparing() {
  workspace_.compare();
  emit pageRequested(PageId::Compare);
}

QString DataPage::emptyWords() const {
  if (workspace_.openingData()) return tr("Opening %1…").arg(workspace_.dataPath());
  if (const std::optional<Error>& problem = workspace_.dataProblem()) return QString::fromUtf8(problem->what());
  return tr(
      "No data are open. Both models are judged on images with known classes: an image folder with train and val "
      "(or test) inside, a folder of IDX files such as MNIST’s, CIFAR-10 or CIFAR-100 in the binary version, "
      "CUB-200-2011 or Caltech-256 as published, the folder of one domain of DomainNet with its two lists beside it, "
      "or a packed file. Of Caltech-256, which has no split, 30 images of every class are for testing, drawn once and "
      "for all.");
}

void DataPage::refresh() {
  const DataSource* source = workspace_.data();
  classes_->setContents(source, workspace_.teacher(), workspace_.student(), workspace_.subsetRule());
  const QString before = split_->currentData().toString();
  split_->clear();
  if (source) split_->addItem(QString::fromStdString(source->evalName), QStringLiteral("eval"));
  if (source && source->train) split_->addItem(tr("train"), QStringLiteral("train"));
  split_->setCurrentIndex(std::max(0, split_->findData(before)));
  // Names of ImageNet are long, those of digits are not; endless ones must leave room for the numbers.
  table_->resizeColumnToContents(ClassTable::Class);
  table_->setColumnWidth(ClassTable::Class, std::clamp(table_->columnWidth(ClassTable::Class), kNarrowest, kWidest));
  refreshImages();
  refreshWords();
}

void DataPage::refreshWords() {
  const DataSource* source = workspace_.data();
  stack_->setCurrentIndex(source ? Filled : Empty);
  empty_->setText(emptyWords());
  const QString installed = installedFolder();
  installed_->setVisible(!installed.isEmpty() && installed != workspace_.dataPath());
  const QStringList mismatches = workspace_.labelMismatches();
  mismatches_->setVisible(!mismatches.isEmpty());
  mismatches_->setText(tr("The classes do not match, so these cannot be compared:\n%1").arg(mismatches.join(u'\n')));
  QPalette palette = mismatches_->palette();
  palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  mismatches_->setPalette(palette);
  const QStringList notes = workspace_.labelNotes();
  notes_->setVisible(!notes.isEmpty());
  notes_->setText(notes.join(u'\n'));
  const QSignalBlocker quiet(leaveOut_);
  leaveOut_->setChecked(workspace_.badImages() == BadImages::Skip);
  for (QAction* action : {check_, pack_}) {
    action->setVisible(source);
    action->setEnabled(source);
  }
  check_->setToolTip(tr("Reads every image once: what is odd and how it is treated, and what cannot be read"));
  pack_->setToolTip(tr("Writes both splits into one file that opens at once"));
  const QString reason = workspace_.compareBlocked();
  compare_->setEnabled(reason.isEmpty());
  compare_->setToolTip(reason.isEmpty() ? tr("Compares teacher and student on these images (Ctrl+R)") : reason);
  if (source) {
    const QString train =
        source->train ? tr("%1 training images, ").arg(countText(qint64(source->train->size()))) : QString();
    setSentence(tr("%1: %2%3 images to judge on (%4), %5 classes.")
                    .arg(QString::fromStdString(source->kind), train, countText(qint64(source->eval->size())),
                         QString::fromStdString(source->evalName),
                         countText(qint64(source->eval->classNames().size()))));
    subset_->setText(source->train ? tr("Transfer set: %1, %2 images in all")
                                         .arg(ruleWords(workspace_.subsetRule()), countText(classes_->transferImages()))
                                   : tr("No training split: these data can be compared on, not learned from"));
  } else {
    setSentence(tr("Open the images on which both models are judged."));
    subset_->clear();
  }
  emit inspectorChanged();
}

std::set<int> DataPage::chosenClasses() const {
  std::set<int> chosen;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows())
    chosen.insert(index.data(ClassTable::ClassRole).toInt());
  return chosen;
}

void DataPage::refreshImages() {
  const DataSource* source = workspace_.data();
  const bool train = split_->currentData().toString() == QStringLiteral("train");
  images_->show(source ? (train ? source->train : source->eval) : nullptr, chosenClasses());
  const QString count = countText(images_->total());
  imageCount_->setText(chosenClasses().empty() ? tr("%1 images; choose classes to see theirs").arg(count)
                                               : tr("%1 images of the chosen classes").arg(count));
  imageCount_->setToolTip(imageCount_->text());
}

InspectorContent DataPage::inspector() const {
  InspectorContent content;
  const DataSource* source = workspace_.data();
  if (!source) {
    const std::optional<Error>& problem = workspace_.dataProblem();
    if (problem) content = {tr("These data cannot be read"), {}, QString::fromUtf8(problem->what()), true};
    return content;
  }
  content.title = QString::fromStdString(source->path.filename().string());
  const auto add = [&content](const QString& label, const QString& value) {
    content.rows << InspectorContent::Row{label, value};
  };
  const QModelIndexList chosen = table_->selectionModel()->selectedRows();
  if (chosen.size() == 1) {
    content.title = chosen.first().data().toString();
    for (int column = 1; column < ClassTable::ColumnCount; ++column) {
      add(classes_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(),
          chosen.first().siblingAtColumn(column).data().toString());
    }
    add(tr("Class number"), countText(chosen.first().data(ClassTable::ClassRole).toInt()));
    return content;
  }
  add(tr("Kind"), QString::fromStdString(source->kind));
  if (source->train) add(tr("Training images"), countText(qint64(source->train->size())));
  add(tr("Images to judge on"),
      tr("%1 (%2)").arg(countText(qint64(source->eval->size())), QString::fromStdString(source->evalName)));
  add(tr("Classes"), countText(qint64(source->eval->classNames().size())));
  add(tr("ImageNet ids"), source->eval->wnids().empty() ? tr("none: classes are matched by name")
                                                        : tr("of every class: classes are matched by them"));
  if (source->train) add(tr("Transfer set"), tr("%1 images").arg(countText(classes_->transferImages())));
  add(tr("Folder"), workspace_.dataPath());
  const QStringList mismatches = workspace_.labelMismatches();
  content.note = (mismatches + workspace_.labelNotes()).join(u'\n');
  content.warning = !mismatches.isEmpty();
  return content;
}

}  // namespace gf
