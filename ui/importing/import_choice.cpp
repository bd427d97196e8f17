// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/importing/import_choice.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/importing/import_list_model.h"
#include "ui/importing/weights_choice.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/empty_panel.h"

namespace gf {
namespace {

constexpr auto kOut = "import/out";
enum Shown { Nothing, Table };

QHBoxLayout* inRow(QWidget* row) {
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  return layout;
}

}  // namespace

ImportChoice::ImportChoice(QWidget* parent)
    : QWidget(parent), model_(new ImportListModel(this)), filter_(new ImportFilter(model_, this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kM);
  weights_ = new WeightsChoice(this);
  table_ = makeTable();
  stack_ = new QStackedWidget(this);
  stack_->addWidget(makeEmpty());
  stack_->addWidget(table_);
  layout->addWidget(makeTools());
  layout->addWidget(stack_, 1);
  layout->addWidget(makeTicks());
  layout->addWidget(weights_);
  layout->addWidget(makeTarget());
  connect(model_, &ImportListModel::tickedChanged, this, &ImportChoice::refresh);
  connect(weights_, &WeightsChoice::changed, this, &ImportChoice::refresh);
  refresh();
}

QWidget* ImportChoice::makeTools() {
  auto* row = new QWidget(this);
  auto* layout = inRow(row);
  group_ = new QComboBox(row);
  group_->setObjectName(QStringLiteral("importGroup"));
  group_->setAccessibleName(tr("Library"));
  fillGroups();
  search_ = new QLineEdit(row);
  search_->setObjectName(QStringLiteral("importSearch"));
  search_->setPlaceholderText(tr("Search by name or family"));
  search_->setAccessibleName(tr("Search the list of models"));
  search_->setClearButtonEnabled(true);
  onlyHere_ = new QCheckBox(tr("Weights on this machine"), row);
  onlyHere_->setObjectName(QStringLiteral("importOnlyHere"));
  onlyHere_->setToolTip(tr("Only models whose pretrained weights lie in the caches of Hugging Face or torch hub"));
  onlyHere_->setChecked(true);
  layout->addWidget(group_);
  layout->addWidget(search_, 1);
  layout->addWidget(onlyHere_);
  connect(group_, &QComboBox::currentIndexChanged, this, &ImportChoice::refresh);
  connect(search_, &QLineEdit::textChanged, this, &ImportChoice::refresh);
  connect(onlyHere_, &QCheckBox::toggled, this, &ImportChoice::refresh);
  return row;
}

QTableView* ImportChoice::makeTable() {
  auto* table = new QTableView(this);
  setUpTable(table);
  table->setObjectName(QStringLiteral("importTable"));
  table->setAccessibleName(tr("Models of the libraries"));
  table->setModel(filter_);
  table->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table->sortByColumn(ImportListModel::Name, Qt::AscendingOrder);
  const int widths[ImportListModel::ColumnCount] = {340, 56, 108, 84, 112, 96, 150, 70};
  for (int column = 0; column < ImportListModel::ColumnCount; ++column)
    table->horizontalHeader()->resizeSection(column, widths[column]);
  table->horizontalHeader()->setStretchLastSection(true);
  // The view itself toggles the current row's mark alone; here all chosen rows follow it.
  auto* space = new QShortcut(QKeySequence(Qt::Key_Space), table);
  space->setContext(Qt::WidgetShortcut);
  connect(space, &QShortcut::activated, this, [this] {
    const QModelIndexList rows = table_->selectionModel()->selectedRows(ImportListModel::Name);
    std::vector<int> chosen;
    bool on = false;
    for (const QModelIndex& index : rows) {
      chosen.push_back(filter_->mapToSource(index).row());
      on = on || index.data(Qt::CheckStateRole).toInt() != Qt::Checked;
    }
    model_->tick(chosen, on);
  });
  connect(table, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
    if (index.column() == ImportListModel::Name) return;  // the mark itself was meant
    const QModelIndex name = index.siblingAtColumn(ImportListModel::Name);
    model_->tick({filter_->mapToSource(index).row()}, name.data(Qt::CheckStateRole).toInt() != Qt::Checked);
  });
  return table;
}

QWidget* ImportChoice::makeEmpty() {
  const auto action = [this](const QString& text, const QString& tip) {
    auto* made = new QAction(text, this);
    made->setToolTip(tip);
    return made;
  };
  empty_ = new EmptyPanel(this);
  fromFile_ = action(tr("Weights from a file…"), tr("safetensors or a state dict that you have elsewhere"));
  random_ = action(tr("Fresh random weights"), tr("To be trained from scratch"));
  showAll_ = action(tr("Show all models"), tr("Also those whose weights are not here"));
  for (QAction* each : {fromFile_, random_, showAll_}) empty_->addAction(each);
  connect(fromFile_, &QAction::triggered, this, [this] {
    weights_->setFrom(WeightsFrom::File);
    weights_->chooseFile();
  });
  connect(random_, &QAction::triggered, this, [this] { weights_->setFrom(WeightsFrom::Random); });
  connect(showAll_, &QAction::triggered, this, [this] { onlyHere_->setChecked(false); });
  return empty_;
}

QWidget* ImportChoice::makeTicks() {
  auto* row = new QWidget(this);
  auto* layout = inRow(row);
  ticked_ = new ElidingLabel(row);
  ticked_->setObjectName(QStringLiteral("importTicked"));
  tickAll_ = new QPushButton(tr("Tick all shown"), row);
  untick_ = new QPushButton(tr("Untick all"), row);
  layout->addWidget(ticked_, 1);
  layout->addWidget(tickAll_);
  layout->addWidget(untick_);
  connect(tickAll_, &QPushButton::clicked, this, [this] { tickShown(true); });
  connect(untick_, &QPushButton::clicked, this, [this] { model_->tick(model_->ticked(), false); });
  return row;
}

QWidget* ImportChoice::makeTarget() {
  auto* row = new QWidget(this);
  auto* layout = inRow(row);
  const QString usual = QDir::home().filePath(QStringLiteral("gainfinder-models"));
  out_ = new QLineEdit(QSettings().value(kOut, usual).toString(), row);
  out_->setObjectName(QStringLiteral("importOut"));
  out_->setAccessibleName(tr("Folder for the checkpoints"));
  auto* label = new QLabel(tr("Into the folder"), row);
  label->setBuddy(out_);
  auto* choose = new QPushButton(tr("Choose…"), row);
  choose->setAccessibleName(tr("Choose the folder for the checkpoints"));
  overwrite_ = new QCheckBox(tr("Replace files of the same names"), row);
  layout->addWidget(label);
  layout->addWidget(out_, 1);
  layout->addWidget(choose);
  layout->addWidget(overwrite_);
  connect(choose, &QPushButton::clicked, this, &ImportChoice::chooseFolder);
  connect(out_, &QLineEdit::textChanged, this, [this] {
    QSettings().setValue(kOut, out_->text());
    emit changed();
  });
  connect(overwrite_, &QCheckBox::toggled, this, &ImportChoice::changed);
  return row;
}

void ImportChoice::chooseFolder() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder for the checkpoints"), out_->text());
  if (!folder.isEmpty()) out_->setText(folder);
}

void ImportChoice::tickShown(bool on) {
  std::vector<int> rows;
  for (int row = 0; row < filter_->rowCount(); ++row)
    rows.push_back(filter_->mapToSource(filter_->index(row, 0)).row());
  model_->tick(rows, on);
}

void ImportChoice::setList(ImportList list) {
  places_ = std::move(list.places);
  model_->setModels(std::move(list.models));
  fillGroups();
  refresh();
}

void ImportChoice::fillGroups() {
  const int before = std::max(0, group_->currentIndex());
  const QString names[] = {tr("timm"), tr("torchvision"), tr("The paper’s shelf")};
  const QSignalBlocker quiet(group_);
  group_->clear();
  for (int group = 0; group < 3; ++group) {
    const auto& models = model_->models();
    const auto count = std::count_if(models.begin(), models.end(),
                                     [&](const Importable& model) { return ImportFilter::holds(group, model); });
    group_->addItem(models.empty() ? names[group] : tr("%1 (%2)").arg(names[group], countText(count)));
  }
  group_->setCurrentIndex(before);
}

QString ImportChoice::emptyWords() const {
  if (!search_->text().trimmed().isEmpty() || !filter_->isOnlyHere())
    return tr("No model of this list matches “%1”.").arg(search_->text().trimmed());
  QStringList places;
  for (const std::string& place : places_) places << QString::fromStdString(place);
  return tr("No pretrained weights of these models are on this machine. They were looked for in\n%1\nNothing is "
            "fetched "
            "from a network: put weights there, take them from a file of yours, or begin with fresh random ones.")
      .arg(places.join(u'\n'));
}

void ImportChoice::refresh() {
  const WeightsFrom from = weights_->from();
  const bool caches = from == WeightsFrom::Caches;
  model_->setOnlyHere(caches);
  model_->setSingle(from == WeightsFrom::File);
  onlyHere_->setVisible(caches);
  filter_->show(group_->currentIndex(), caches && onlyHere_->isChecked(), search_->text());
  const bool any = filter_->rowCount() > 0;
  stack_->setCurrentIndex(any ? Table : Nothing);
  const bool byPlace = filter_->isOnlyHere() && search_->text().trimmed().isEmpty();
  for (QAction* action : {fromFile_, random_}) action->setVisible(byPlace);
  showAll_->setVisible(filter_->isOnlyHere());
  empty_->setText(emptyWords());
  QStringList names;
  for (const int row : model_->ticked()) names << QString::fromStdString(model_->models()[std::size_t(row)].name);
  const QString list = names.join(QStringLiteral(", "));
  ticked_->say(names.isEmpty()     ? tr("No model is ticked.")
               : names.size() == 1 ? tr("1 model ticked: %1").arg(list)
                                   : tr("%1 models ticked: %2").arg(countText(names.size()), list));
  tickAll_->setVisible(from != WeightsFrom::File);
  setBlocked(tickAll_, any ? QString() : tr("The list shows no model."));
  setBlocked(untick_, names.isEmpty() ? tr("No model is ticked.") : QString());
  emit changed();
}

QString ImportChoice::blocked() const {
  const QString reason = weights_->blocked(int(model_->ticked().size()));
  if (!reason.isEmpty()) return reason;
  return out_->text().trimmed().isEmpty() ? tr("Name the folder for the checkpoints.") : QString();
}

ImportPlan ImportChoice::plan() const {
  ImportPlan plan;
  for (const int row : model_->ticked()) plan.models.push_back(model_->models()[std::size_t(row)]);
  plan.from = weights_->from();
  plan.seed = weights_->seed();
  plan.weights = weights_->file();
  plan.out = QDir(out_->text().trimmed()).absolutePath();
  plan.overwrite = overwrite_->isChecked();
  return plan;
}

void ImportChoice::focusSearch() {
  search_->setFocus(Qt::OtherFocusReason);
}

}  // namespace gf
