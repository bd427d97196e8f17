// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/study_view.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "ui/studies/cell_model.h"
#include "ui/studies/cell_table.h"
#include "ui/studies/method_ranking.h"
#include "ui/studies/pair_results.h"
#include "ui/studies/parallel_axes.h"
#include "ui/studies/results_view.h"
#include "ui/studies/study_state.h"
#include "ui/studies/study_watch.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

struct StudyView::Private {
  QPointer<StudyWatch> watch;
  int workers = 0;
  QLabel* notice = nullptr;  ///< Why what is shown may be old.
  StudyState* state = nullptr;
  QTabBar* tabs = nullptr;
  QStackedWidget* stack = nullptr;  ///< By tab.
  QComboBox* settings = nullptr;
  PairGrid* grid = nullptr;
  ParallelAxes* axes = nullptr;
  MethodRankingView* ranking = nullptr;
  ResultsView* results = nullptr;
  CellTable* table = nullptr;

  std::string setting() const { return settings->currentData().toString().toStdString(); }
};

StudyView::StudyView(QWidget* parent) : QWidget(parent), private_(std::make_unique<Private>()) {
  build();
}

StudyView::~StudyView() = default;

void StudyView::build() {
  Private& p = *private_;
  p.notice = sentenceLabel({}, this);
  p.notice->setObjectName(QStringLiteral("studyNotice"));
  p.notice->hide();
  p.state = new StudyState(this);
  p.tabs = new QTabBar(this);
  p.tabs->setObjectName(QStringLiteral("studyTabs"));
  p.tabs->setDrawBase(false);
  p.tabs->setExpanding(false);
  for (const QString& name : {tr("Pairs"), tr("Options"), tr("Ranking"), tr("Figures and tables")})
    p.tabs->addTab(name);
  p.stack = new QStackedWidget;
  p.axes = new ParallelAxes;
  p.axes->setObjectName(QStringLiteral("studyOptions"));
  p.axes->setAccessibleName(tr("Options and what came of them"));
  p.axes->setToolTip(tr("Drag along an axis to see only the cells that pass there; a click lets it go"));
  p.ranking = new MethodRankingView;
  p.results = new ResultsView;
  p.table = new CellTable;
  p.stack->addWidget(buildPairs());
  for (QWidget* each : std::initializer_list<QWidget*>{p.axes, p.ranking, p.results}) p.stack->addWidget(each);
  auto* splitter = new QSplitter(Qt::Vertical, this);
  splitter->setChildrenCollapsible(false);
  splitter->setHandleWidth(space::kM);
  splitter->addWidget(p.stack);
  splitter->addWidget(p.table);
  splitter->setStretchFactor(0, 3);
  splitter->setStretchFactor(1, 2);
  splitter->setSizes({300, 200});
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(p.notice);
  layout->addWidget(p.state);
  layout->addWidget(p.tabs);
  layout->addWidget(splitter, 1);
  connectParts();
}

void StudyView::connectParts() {
  Private& p = *private_;
  connect(p.tabs, &QTabBar::currentChanged, this, &StudyView::showTab);
  connect(p.axes, &ParallelAxes::brushChanged, this,
          [this] { private_->table->showBrushed(private_->axes->brushed()); });
  connect(p.table, &CellTable::chosenChanged, this, [this] {
    const auto chosen = private_->table->chosen();
    private_->axes->setSelected({chosen.begin(), chosen.end()});
    emit changed();
  });
  connect(p.table, &CellTable::opened, this, &StudyView::openCell);
  connect(p.table, &CellTable::pairCleared, this, [this] { private_->grid->setChosen(std::nullopt); });
  connect(p.results, &ResultsView::problem, this, &StudyView::problem);
  connect(&Theme::instance(), &Theme::changed, this, &StudyView::showCells);
}

/// Pairs and options go with the cells; ranking and figures take all the room.
void StudyView::showTab(int tab) {
  private_->stack->setCurrentIndex(tab);
  private_->table->setVisible(tab < 2);
  emit changed();
}

QWidget* StudyView::buildPairs() {
  Private& p = *private_;
  auto* column = new QWidget;
  p.settings = new QComboBox(column);
  p.settings->setObjectName(QStringLiteral("studySetting"));
  p.settings->setAccessibleName(tr("Method whose pairs are shown"));
  p.settings->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  p.grid = new PairGrid(column);
  p.grid->setObjectName(QStringLiteral("studyPairs"));
  p.grid->setAccessibleName(tr("Pairs of the study"));
  p.grid->setEmptyText(tr("This study has no pairs of one student and one teacher."));
  auto* tools = new QHBoxLayout;
  tools->setSpacing(space::kS);
  tools->addWidget(p.settings);
  tools->addWidget(mutedLabel(tr("A click on a pair shows its cells below."), column));
  tools->addStretch(1);
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addLayout(tools);
  layout->addWidget(p.grid, 1);
  connect(p.settings, &QComboBox::currentIndexChanged, this, &StudyView::showGrid);
  connect(p.grid, &PairGrid::activated, this, &StudyView::choosePair);
  return column;
}

void StudyView::setWatch(StudyWatch* watch) {
  Private& p = *private_;
  if (p.watch) p.watch->disconnect(this);
  p.watch = watch;
  p.table->showPair({}, {}, {});
  p.axes->clearBrushes();
  p.grid->setChosen(std::nullopt);
  if (watch) {
    connect(watch, &StudyWatch::cellsChanged, this, &StudyView::showCells);
    connect(watch, &StudyWatch::resultsChanged, this, &StudyView::showResults);
    connect(watch, &StudyWatch::problemChanged, this, &StudyView::showCells);
  }
  showCells();
  showResults();
}

void StudyView::setWorkers(int workers) {
  if (workers == private_->workers) return;
  private_->workers = workers;
  showCells();
}

void StudyView::showCells() {
  Private& p = *private_;
  const auto now = p.watch && p.watch->now() ? p.watch->now() : std::make_shared<const StudyNow>();
  const QString problem = p.watch ? p.watch->problem() : QString();
  // While workers begin there is no study in the folder yet.
  p.notice->setVisible(!problem.isEmpty() && !(p.workers > 0 && now->cells.empty()));
  p.notice->setText(now->cells.empty() ? problem : tr("What follows was read earlier. %1").arg(problem));
  QPalette palette = p.notice->palette();
  palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  p.notice->setPalette(palette);
  p.state->show(*now, p.workers);
  p.table->setCells(now);
  showSettings();
  showGrid();
  emit changed();
}

void StudyView::showResults() {
  Private& p = *private_;
  const auto results = p.watch ? p.watch->results() : nullptr;
  p.ranking->setResults(results);
  p.results->setResults(results);
  p.axes->setData(results ? *p.watch->options() : ParallelData());
  emit changed();
}

void StudyView::showSettings() {
  Private& p = *private_;
  QStringList names;
  if (p.watch && p.watch->now())
    for (const auto& setting : settingsOf(p.watch->now()->cells)) names << QString::fromStdString(setting);
  QStringList shown;
  for (int i = 0; i < p.settings->count(); ++i) shown << p.settings->itemText(i);
  if (names == shown) return;
  const QSignalBlocker quiet(p.settings);
  const QString before = p.settings->currentText();
  p.settings->clear();
  for (const QString& name : names) p.settings->addItem(name, name);
  p.settings->setCurrentIndex(std::max(0, static_cast<int>(names.indexOf(before))));
}

void StudyView::showGrid() {
  Private& p = *private_;
  p.grid->setData(p.watch && p.watch->now() ? pairsUnder(p.watch->now()->cells, p.setting()) : PairGridData());
}

void StudyView::choosePair(int row, int column) {
  Private& p = *private_;
  const PairGridData& grid = p.grid->data();
  const std::string student = grid.students[row].toStdString(), teacher = grid.teachers[column].toStdString();
  const CellChoice& now = p.table->choice();
  // The same once more lets it go.
  if (now.student == student && now.teacher == teacher && now.setting == p.setting()) {
    p.grid->setChosen(std::nullopt);
    p.table->showPair({}, {}, {});
    return;
  }
  p.grid->setChosen(std::pair(row, column));
  p.table->showPair(student, teacher, p.setting());
}

void StudyView::openCell(const QString& name) {
  Private& p = *private_;
  const IndexedCell* cell = p.table->current();
  if (!p.watch || !cell) return;
  if (cell->state == CellState::Done) emit resultRequested(p.watch->folder() + QStringLiteral("/cells/") + name);
}

QString StudyView::sentence() const {
  const Private& p = *private_;
  if (!p.watch) return {};
  const QString folder = QFileInfo(p.watch->folder()).fileName();
  if (const auto results = p.watch->results())
    return tr("%1: %2").arg(folder, QString::fromStdString(results->headline));
  if (!p.watch->now())
    return p.workers > 0 ? tr("%1: the workers look at models and data.").arg(folder)
                         : tr("%1 is being read.").arg(p.watch->folder());
  return tr("%1: no cell is done yet; the grid fills as they end.").arg(folder);
}

void StudyView::focusFilter() {
  if (private_->tabs->currentIndex() > 1) private_->tabs->setCurrentIndex(0);
  private_->table->focusFilter();
}

QString StudyView::exportBlocked() const {
  return private_->results->exportBlocked();
}

void StudyView::exportChosen() {
  private_->tabs->setCurrentIndex(3);
  private_->results->exportChosen();
}

QString StudyView::exportAllInto(const QString& parent) const {
  return private_->results->exportAllInto(parent,
                                          QFileInfo(private_->watch->folder()).fileName() + QStringLiteral("-figures"));
}

InspectorContent StudyView::inspector() const {
  const Private& p = *private_;
  InspectorContent content;
  const IndexedCell* cell = p.table->current();
  if (!cell) {
    content.title = tr("Study");
    if (p.watch) content.rows.append({tr("Folder"), p.watch->folder()});
    content.note = tr("Choose a cell to see what came of it; a double click opens its report.");
    return content;
  }
  const auto points = [](const std::optional<double>& share, bool sign) {
    if (!share) return QStringLiteral("–");
    return sign ? signedText(100 * *share, 2) : numberText(100 * *share, 2);
  };
  content.title = tr("%1 → %2").arg(teachersText(*cell), QString::fromStdString(cell->student));
  content.rows.append({tr("State"), stateText(cell->state)});
  content.rows.append({tr("Method"), QString::fromStdString(cell->setting)});
  content.rows.append({tr("Seed"), QString::number(cell->seed)});
  content.rows.append({tr("Delta (points)"), points(cell->delta, true)});
  content.rows.append({tr("Gain (%)"), points(cell->gain, false)});
  content.rows.append({tr("Loss (%)"), points(cell->loss, false)});
  if (cell->seconds) content.rows.append({tr("Time (s)"), numberText(*cell->seconds, 1)});
  content.rows.append({tr("Cell"), QString::fromStdString(cell->name)});
  content.note = QString::fromStdString(cell->error);
  content.warning = !cell->error.empty();
  return content;
}

}  // namespace gf
