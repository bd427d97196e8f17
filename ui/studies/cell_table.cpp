// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/cell_table.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QShortcut>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <iterator>
#include <numeric>

#include "ui/studies/cell_model.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

CellTable::CellTable(QWidget* parent)
    : QWidget(parent), model_(new CellModel(this)), filter_(new CellFilter(this)), table_(new QTableView(this)) {
  filter_->setSourceModel(model_);
  error_ = sentenceLabel({}, this);
  error_->setObjectName(QStringLiteral("cellError"));
  error_->setAccessibleName(tr("Why the chosen cell failed"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(buildTools());
  layout->addWidget(table_, 1);
  layout->addWidget(error_);
  buildTable();
  refresh();
}

QWidget* CellTable::buildTools() {
  auto* row = new QWidget(this);
  words_ = new QLineEdit(row);
  words_->setObjectName(QStringLiteral("cellFilter"));
  words_->setPlaceholderText(tr("Filter cells by model, method or error"));
  words_->setAccessibleName(tr("Filter cells"));
  words_->setClearButtonEnabled(true);
  states_ = new QComboBox(row);
  states_->setObjectName(QStringLiteral("cellStates"));
  states_->setAccessibleName(tr("Show cells that are"));
  states_->addItem(tr("All states"), -1);
  for (const CellState state : {CellState::Done, CellState::Failed, CellState::Running, CellState::Missing})
    states_->addItem(stateText(state), static_cast<int>(state));
  all_ = new QToolButton(row);
  all_->setObjectName(QStringLiteral("allPairs"));
  all_->setToolTip(tr("Shows the cells of all pairs again"));
  count_ = mutedLabel({}, row);
  count_->setObjectName(QStringLiteral("cellCount"));
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(words_, 1);
  layout->addWidget(states_);
  layout->addWidget(all_);
  layout->addWidget(count_);
  connect(words_, &QLineEdit::textChanged, this,
          [this](const QString& text) { change([&](CellChoice& choice) { choice.words = text.trimmed(); }); });
  connect(states_, &QComboBox::currentIndexChanged, this, [this] {
    const int state = states_->currentData().toInt();
    change([&](CellChoice& choice) {
      choice.state = state < 0 ? std::nullopt : std::optional(static_cast<CellState>(state));
    });
  });
  connect(all_, &QToolButton::clicked, this, [this] {
    showPair({}, {}, {});
    emit pairCleared();
  });
  return row;
}

void CellTable::buildTable() {
  setUpTable(table_);
  table_->setModel(filter_);
  table_->setObjectName(QStringLiteral("cells"));
  table_->setAccessibleName(tr("Cells of the study"));
  table_->setMinimumHeight(96);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->viewport()->installEventFilter(this);
  connect(table_->horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column) {
    // The last one follows the others by itself.
    if (!sharing_ && column != CellModel::ErrorText) ownWidths_ = true;
  });
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
    refresh();
    emit chosenChanged();
  });
  const auto open = [this](const QModelIndex& index) {
    if (index.isValid()) emit opened(index.data(CellModel::NameRole).toString());
  };
  connect(table_, &QTableView::doubleClicked, this, open);
  for (const auto key : {Qt::Key_Return, Qt::Key_Enter}) {
    auto* enter = new QShortcut(key, table_);
    enter->setContext(Qt::WidgetShortcut);
    connect(enter, &QShortcut::activated, this, [this, open] { open(table_->currentIndex()); });
  }
  connect(model_, &QAbstractItemModel::dataChanged, this, &CellTable::refresh);
  connect(model_, &QAbstractItemModel::modelReset, this, &CellTable::refresh);
}

/// What a table has beyond the least goes to the columns of names, and a part to the error; until a column is dragged.
void CellTable::shareWidth() {
  if (ownWidths_) return;
  constexpr int kLeast[CellModel::ColumnCount] = {132, 150, 104, 44, 66, 62, 54, 54, 54, 120};
  constexpr int kShares[CellModel::ColumnCount] = {3, 3, 2, 0, 0, 0, 0, 0, 0, 2};
  const int room = table_->viewport()->width() - std::accumulate(std::begin(kLeast), std::end(kLeast), 0);
  const int share = std::max(0, room) / std::accumulate(std::begin(kShares), std::end(kShares), 0);
  const QScopedValueRollback<bool> sharing(sharing_, true);
  for (int column = 0; column < CellModel::ErrorText; ++column)
    table_->horizontalHeader()->resizeSection(column, kLeast[column] + share * kShares[column]);
}

bool CellTable::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize) shareWidth();
  return QWidget::eventFilter(watched, event);
}

void CellTable::setCells(std::shared_ptr<const StudyNow> now) {
  model_->setCells(std::move(now));
}

void CellTable::change(const std::function<void(CellChoice&)>& how) {
  CellChoice choice = filter_->choice();
  how(choice);
  filter_->setChoice(std::move(choice));
  refresh();
}

void CellTable::showPair(const std::string& student, const std::string& teacher, const std::string& setting) {
  change([&](CellChoice& choice) {
    choice.student = student;
    choice.teacher = teacher;
    choice.setting = setting;
  });
}

void CellTable::showBrushed(std::optional<std::set<std::string>> names) {
  change([&](CellChoice& choice) { choice.brushed = std::move(names); });
}

void CellTable::focusFilter() {
  words_->setFocus(Qt::ShortcutFocusReason);
  words_->selectAll();
}

std::vector<std::string> CellTable::chosen() const {
  std::vector<std::string> names;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows())
    names.push_back(index.data(CellModel::NameRole).toString().toStdString());
  return names;
}

const IndexedCell* CellTable::current() const {
  const QModelIndexList rows = table_->selectionModel()->selectedRows();
  return rows.isEmpty() ? nullptr : &model_->cell(filter_->mapToSource(rows.first()).row());
}

void CellTable::refresh() {
  const CellChoice& choice = filter_->choice();
  const bool pair = !choice.student.empty();
  all_->setVisible(pair);
  // Next to a cross, so that it is seen that the pair can be let go.
  all_->setText(tr("%1 → %2  ✕").arg(QString::fromStdString(choice.teacher), QString::fromStdString(choice.student)));
  const int shown = filter_->rowCount(), all = model_->rowCount();
  count_->setText(shown == all ? tr("%1 cells").arg(countText(all))
                               : tr("%1 of %2 cells").arg(countText(shown), countText(all)));
  const IndexedCell* cell = current();
  error_->setVisible(cell && !cell->error.empty());
  error_->setText(cell ? QString::fromStdString(cell->error) : QString());
}

}  // namespace gf
