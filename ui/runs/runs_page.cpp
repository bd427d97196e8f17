// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/runs_page.h"

#include <QAction>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

#include "options/option_table.h"
#include "ui/charts/figure_view.h"
#include "ui/runs/run_details.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/transfer/option_form.h"
#include "ui/workspace/empty_panel.h"
#include "ui/workspace/run_cells.h"
#include "ui/workspace/run_center.h"

namespace gf {

struct RunsPage::Private {
  QTableView* table = nullptr;
  QLineEdit* filter = nullptr;
  QSortFilterProxyModel* sorted = nullptr;
  RunDetails* details = nullptr;
  QStackedWidget* stack = nullptr;  ///< The runs, or what to do while there is none.
  ElidingLabel* message = nullptr;  ///< What the last command did.
  QMenu* menu = nullptr;
  QAction *primary = nullptr, *keep = nullptr, *discard = nullptr, *remove = nullptr, *folder = nullptr,
          *again = nullptr, *open = nullptr, *exportAll = nullptr, *more = nullptr, *setUp = nullptr;
};

RunsPage::RunsPage(Workspace& workspace, QWidget* parent)
    : Page(tr("Runs"),
           tr("Transfers that wait, go on, or have ended; choose one to watch it, several to compare them."), parent),
      workspace_(workspace),
      private_(std::make_unique<Private>()) {
  buildActions();
  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(buildList());
  private_->details = new RunDetails(workspace_.runs());
  splitter->addWidget(private_->details);
  splitter->setStretchFactor(0, 1);
  splitter->setStretchFactor(1, 4);
  splitter->setSizes({190, 490});
  private_->stack = new QStackedWidget;
  private_->stack->addWidget(splitter);
  private_->stack->addWidget(buildEmpty());
  setContent(private_->stack);
  private_->message = new ElidingLabel;
  addFooterWidget(private_->message, 100);
  addButton(private_->more)->setMenu(private_->menu);
  for (QAction* action : {private_->open, private_->exportAll, private_->keep}) addButton(action);
  addButton(private_->primary, true);
  auto& runs = workspace_.runs();
  connect(&runs, &RunCenter::runChanged, this, &RunsPage::refreshActions);
  connect(&runs, &RunCenter::runEnded, this, &RunsPage::refreshActions);
  connect(&runs, &QAbstractItemModel::rowsRemoved, this, &RunsPage::showOrHideList);
  connect(&runs, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex&, int first) {
    showOrHideList();
    // A new run is what the user wants to see.
    choose(workspace_.runs().ids()[static_cast<std::size_t>(first)]);
  });
  if (!runs.ids().empty()) choose(runs.ids().front());
  showOrHideList();
}

RunsPage::~RunsPage() = default;

void RunsPage::buildActions() {
  const auto make = [this](const QString& text, auto work) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, work);
    return action;
  };
  private_->primary = make(tr("Run again"), [this] { takePrimary(); });
  private_->keep = make(tr("Stop and keep"), [this] { perform(JobAction::StopAndKeep); });
  private_->discard = make(tr("Stop and discard"), [this] { perform(JobAction::StopAndDiscard); });
  private_->again = make(tr("Run again"), [this] {
    if (const auto ids = chosen(); ids.size() == 1) workspace_.runs().runAgain(ids.front());
  });
  private_->remove = make(tr("Remove from list"), [this] { perform(JobAction::Remove); });
  private_->remove->setShortcut(QKeySequence::Delete);
  private_->remove->setShortcutContext(Qt::WidgetShortcut);
  private_->folder = make(tr("Open folder"), [this] {
    if (const auto ids = chosen(); !ids.empty()) {
      QDesktopServices::openUrl(QUrl::fromLocalFile(workspace_.runs().row(ids.front())->folder()));
    }
  });
  private_->open = make(tr("Open report…"), [this] {
    const QString file =
        QFileDialog::getOpenFileName(this, tr("Open a report"), {}, tr("Reports (report.json);;JSON (*.json)"));
    if (!file.isEmpty()) openResult(file);
  });
  private_->exportAll = make(tr("Export figures…"), [this] { exportAll(); });
  private_->setUp = make(tr("Set up a transfer"), [this] { emit pageRequested(PageId::Transfer); });
  private_->more = new QAction(tr("More"), this);
  private_->more->setToolTip(tr("Rarer commands for the chosen runs"));
  buildMenu();
}

/// What is rare or cannot be undone is two clicks away.
void RunsPage::buildMenu() {
  private_->menu = new QMenu(this);
  private_->menu->setToolTipsVisible(true);
  private_->menu->addAction(private_->again);
  private_->menu->addAction(private_->folder);
  private_->menu->addAction(private_->remove);
  private_->menu->addSeparator();
  private_->menu->addAction(private_->discard);
}

QWidget* RunsPage::buildEmpty() {
  auto* empty = new EmptyPanel;
  empty->setText(tr("No transfer has run yet. Set one up and run it, or open the report of an earlier one."));
  empty->addAction(private_->setUp);
  empty->addAction(private_->open);
  return empty;
}

void RunsPage::showOrHideList() {
  private_->stack->setCurrentIndex(workspace_.runs().rowCount() > 0 ? 0 : 1);
  refreshActions();
}

QWidget* RunsPage::buildList() {
  auto* column = new QWidget;
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, 0, space::kS);
  layout->setSpacing(space::kS);
  private_->filter = new QLineEdit;
  private_->filter->setPlaceholderText(tr("Filter runs"));
  private_->filter->setAccessibleName(tr("Filter runs"));
  private_->filter->setClearButtonEnabled(true);
  layout->addWidget(private_->filter);
  private_->sorted = new QSortFilterProxyModel(this);
  private_->sorted->setSourceModel(&workspace_.runs());
  private_->sorted->setSortRole(RunCenter::SortRole);
  private_->sorted->setFilterCaseSensitivity(Qt::CaseInsensitive);
  private_->sorted->setFilterKeyColumn(RunCenter::Title);
  connect(private_->filter, &QLineEdit::textChanged, private_->sorted, &QSortFilterProxyModel::setFilterFixedString);
  private_->table = new QTableView;
  setUpTable(private_->table);
  private_->table->setModel(private_->sorted);
  private_->table->sortByColumn(RunCenter::Number, Qt::DescendingOrder);
  private_->table->setObjectName(QStringLiteral("runs"));
  private_->table->addActions(private_->menu->actions());
  private_->table->setContextMenuPolicy(Qt::ActionsContextMenu);
  private_->table->setAccessibleName(tr("Runs"));
  auto* header = private_->table->horizontalHeader();
  header->setSectionResizeMode(QHeaderView::ResizeToContents);
  header->setSectionResizeMode(RunCenter::Title, QHeaderView::Stretch);
  private_->table->setMinimumHeight(110);
  layout->addWidget(private_->table, 1);
  connect(private_->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsPage::selectionChanged);
  return column;
}

std::vector<std::uint64_t> RunsPage::chosen() const {
  std::vector<std::uint64_t> ids;
  if (!private_->table->selectionModel()) return ids;
  for (const auto& index : private_->table->selectionModel()->selectedRows()) {
    ids.push_back(index.data(RunCenter::IdRole).toULongLong());
  }
  return ids;
}

void RunsPage::choose(quint64 id) {
  const auto ids = workspace_.runs().ids();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] != id) continue;
    const QModelIndex index = private_->sorted->mapFromSource(workspace_.runs().index(static_cast<int>(i), 0));
    if (!index.isValid()) private_->filter->clear();  // it hides the run that is asked for
    const QModelIndex shown = private_->sorted->mapFromSource(workspace_.runs().index(static_cast<int>(i), 0));
    private_->table->selectionModel()->setCurrentIndex(shown,
                                                       QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    private_->table->scrollTo(shown);
  }
}

void RunsPage::selectionChanged() {
  if (!private_->details) return;  // still being built
  private_->message->say({});
  private_->details->setRuns(chosen());
  refreshActions();
}

void RunsPage::refreshActions() {
  if (!private_->details) return;
  const auto ids = chosen();
  const RunRow* row = ids.size() == 1 ? workspace_.runs().row(ids.front()) : nullptr;
  const QString chooseOne = ids.empty() ? tr("Choose a run first.") : tr("Choose a single run.");
  const auto allow = [](QAction* action, const QString& reason, const QString& tip) {
    action->setEnabled(reason.isEmpty());
    action->setToolTip(reason.isEmpty() ? tip : reason);
  };
  // What several runs can be asked is asked of each; one refusal refuses all, and says why.
  const auto rule = [&](JobAction what) {
    if (ids.empty()) return chooseOne;
    for (const auto id : ids) {
      const QString reason = workspace_.runs().refusal(what, id);
      if (!reason.isEmpty()) return reason;
    }
    return QString();
  };
  allow(private_->again, againBlocked(row, chooseOne), tr("Starts a transfer with the same models, data and settings"));
  refreshPrimary(row, chooseOne);
  allow(private_->keep, rule(JobAction::StopAndKeep), tr("Ends the run and keeps the student so far, with its report"));
  allow(private_->discard, rule(JobAction::StopAndDiscard), tr("Ends the run and removes what it wrote"));
  allow(private_->remove, rule(JobAction::Remove), tr("Its files stay where they are"));
  const QString noFolder = row && QFileInfo::exists(row->folder()) ? QString() : tr("The folder is not there.");
  allow(private_->folder, row ? noFolder : chooseOne, row ? row->folder() : QString());
  allow(private_->exportAll, private_->details->figures().empty() ? tr("There is no figure yet.") : QString(),
        tr("Writes every figure of the run as SVG, PDF, PNG, CSV and JSON"));
  emit inspectorChanged();
}

QString RunsPage::againBlocked(const RunRow* row, const QString& chooseOne) const {
  if (!row) return chooseOne;
  if (!isFinal(row->state)) return tr("It has not ended.");
  return row->repeatable ? QString() : tr("An opened report cannot be run again from here.");
}

void RunsPage::refreshPrimary(const RunRow* row, const QString& chooseOne) {
  const auto show = [this](const QString& text, const QString& reason, const QString& tip) {
    private_->primary->setText(text);
    private_->primary->setEnabled(reason.isEmpty());
    private_->primary->setToolTip(reason.isEmpty() ? tip : reason);
  };
  const RunCenter& runs = workspace_.runs();
  if (row && !isFinal(row->state)) {
    const bool held = whyNot(JobAction::Resume, row->state).empty();
    return show(
        held ? tr("Resume") : tr("Pause"), runs.refusal(held ? JobAction::Resume : JobAction::Pause, row->id),
        held ? tr("Goes on where it was paused") : tr("Halts after the current step; resume goes on from there"));
  }
  if (row && runs.refusal(JobAction::GoOn, row->id).isEmpty())
    return show(tr("Resume"), {}, tr("Goes on from the state it saved, in the same folder"));
  show(tr("Run again"), againBlocked(row, chooseOne), tr("Starts a transfer with the same models, data and settings"));
}

void RunsPage::takePrimary() {
  const auto ids = chosen();
  const RunRow* row = ids.size() == 1 ? workspace_.runs().row(ids.front()) : nullptr;
  if (!row) return;
  if (!isFinal(row->state)) {
    perform(whyNot(JobAction::Resume, row->state).empty() ? JobAction::Resume : JobAction::Pause);
  } else if (!workspace_.runs().perform(JobAction::GoOn, row->id)) {
    workspace_.runs().runAgain(row->id);
  }
}

void RunsPage::perform(JobAction action) {
  for (const auto id : chosen()) workspace_.runs().perform(action, id);
  refreshActions();
}

void RunsPage::exportAll() {
  const QString parent = QFileDialog::getExistingDirectory(this, tr("Export all figures into a new folder in"));
  if (parent.isEmpty()) return;
  const QString folder = exportAllInto(parent);
  if (!folder.isEmpty()) private_->message->say(tr("Written to %1").arg(folder));
}

QString RunsPage::exportAllInto(const QString& parent) {
  const auto ids = chosen();
  const RunRow* row = ids.size() == 1 ? workspace_.runs().row(ids.front()) : nullptr;
  const QString base = parent + '/' + (row ? QFileInfo(row->folder()).fileName() : QStringLiteral("compared-runs"));
  QString folder = base;
  for (int i = 2; QFileInfo::exists(folder); ++i) folder = base + '-' + QString::number(i);
  constexpr std::pair<FigureFormat, const char*> kFormats[] = {{FigureFormat::Svg, ".svg"},
                                                               {FigureFormat::Pdf, ".pdf"},
                                                               {FigureFormat::Png, ".png"},
                                                               {FigureFormat::Csv, ".csv"},
                                                               {FigureFormat::Json, ".json"}};
  QGuiApplication::setOverrideCursor(Qt::WaitCursor);
  try {
    if (!QDir().mkpath(folder)) failRun(folder.toStdString(), "the folder must be made", "a refusal");
    for (const auto& figure : private_->details->figures()) {
      const QString stem = folder + '/' + QString::fromStdString(figure.id);
      for (const auto& [format, ending] : kFormats)
        exportFigure(figure, stem + QLatin1String(ending), format, naturalSize(figure));
    }
  } catch (const Error& error) {
    emit workspace_.problem(tr("The figures were not exported"), QString::fromUtf8(error.what()));
    folder.clear();
  }
  QGuiApplication::restoreOverrideCursor();
  return folder;
}

QAction* RunsPage::primaryAction() {
  return private_->primary;
}

QAction* RunsPage::exportAction() {
  return private_->exportAll;
}

bool RunsPage::focusFilter() {
  private_->filter->setFocus(Qt::ShortcutFocusReason);
  private_->filter->selectAll();
  return true;
}

bool RunsPage::openResult(const QString& path) {
  try {
    choose(workspace_.runs().open(path));
    return true;
  } catch (const Error& error) {
    emit workspace_.problem(tr("The report could not be opened"), QString::fromUtf8(error.what()));
  }
  return false;
}

InspectorContent RunsPage::inspector() const {
  InspectorContent content;
  const auto ids = chosen();
  const RunRow* row = ids.size() == 1 ? workspace_.runs().row(ids.front()) : nullptr;
  if (ids.size() > 1) content.title = tr("%1 runs, transfer delta in points").arg(ids.size());
  for (const auto id : ids) {
    const RunRow* each = row ? nullptr : workspace_.runs().row(id);
    if (!each) continue;
    content.rows.append({QStringLiteral("%1. %2").arg(each->id).arg(each->title),
                         each->last ? signedText(100 * each->last->delta, 2) : stateText(each->state)});
  }
  if (!row) return content;
  content.title = row->title;
  content.rows.append({tr("State"), stateText(row->state)});
  if (row->startedUnix > 0) content.rows.append({tr("Started"), runStart(*row)});
  if (row->teachers.size() > 1) content.rows.append({tr("Teachers"), row->teachers.join(QStringLiteral(", "))});
  content.rows.append({tr("Folder"), row->folder()});
  if (row->repeatable) {
    for (const auto& record : transferOptionTable()) {
      if (hasEffect(record, row->request.options, row->request.teachers.size())) {
        content.rows.append({optionLabel(record), optionValueText(record, row->request.options)});
      }
    }
  }
  if (row->failure) {
    content.note = QString::fromUtf8(row->failure->what());
    content.warning = true;
  }
  return content;
}

}  // namespace gf
