// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/runs_page.h"

#include <QAction>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

#include "options/option_table.h"
#include "ui/charts/figure_view.h"
#include "ui/runs/run_details.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/run_center.h"

namespace gf {

struct RunsPage::Private {
  QTableView* table = nullptr;
  QLineEdit* filter = nullptr;
  QSortFilterProxyModel* sorted = nullptr;
  RunDetails* details = nullptr;
  QAction *pause = nullptr, *keep = nullptr, *discard = nullptr, *again = nullptr, *remove = nullptr, *folder = nullptr,
          *open = nullptr, *exportAll = nullptr;
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
  splitter->setStretchFactor(1, 3);
  splitter->setSizes({160, 520});
  setContent(splitter);
  for (QAction* action : {private_->open, private_->folder, private_->exportAll, private_->remove, private_->discard,
                          private_->keep, private_->pause}) {
    addButton(action);
  }
  addButton(private_->again, true);
  auto& runs = workspace_.runs();
  connect(&runs, &RunCenter::runChanged, this, &RunsPage::refreshActions);
  connect(&runs, &RunCenter::runEnded, this, &RunsPage::refreshActions);
  connect(&runs, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex&, int first) {
    // A new run is what the user wants to see.
    if (private_->table->model()) choose(workspace_.runs().ids()[static_cast<std::size_t>(first)]);
  });
  if (!runs.ids().empty()) choose(runs.ids().front());
  refreshActions();
}

RunsPage::~RunsPage() = default;

void RunsPage::buildActions() {
  const auto make = [this](const QString& text, auto work) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, work);
    return action;
  };
  private_->pause = make(tr("Pause"), [this] {
    const auto ids = chosen();
    const RunRow* row = ids.empty() ? nullptr : workspace_.runs().row(ids.front());
    if (row) perform(whyNot(JobAction::Resume, row->state).empty() ? JobAction::Resume : JobAction::Pause);
  });
  private_->keep = make(tr("Stop and keep"), [this] { perform(JobAction::StopAndKeep); });
  private_->discard = make(tr("Stop and discard"), [this] { perform(JobAction::StopAndDiscard); });
  private_->remove = make(tr("Remove from list"), [this] { perform(JobAction::Remove); });
  private_->again = make(tr("Run again"), [this] {
    const auto ids = chosen();
    for (const auto id : ids) workspace_.runs().runAgain(id);
  });
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
  private_->table->sortByColumn(RunCenter::Started, Qt::DescendingOrder);
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
    private_->table->selectionModel()->select(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    private_->table->scrollTo(index);
  }
}

void RunsPage::selectionChanged() {
  private_->details->setRuns(chosen());
  refreshActions();
}

void RunsPage::refreshActions() {
  const auto ids = chosen();
  const RunRow* row = ids.size() == 1 ? workspace_.runs().row(ids.front()) : nullptr;
  const QString chooseOne = ids.empty() ? tr("Choose a run first.") : tr("Choose a single run.");
  const auto allow = [&](QAction* action, const QString& reason) {
    action->setEnabled(reason.isEmpty());
    action->setToolTip(reason);
  };
  const auto rule = [&](QAction* action, JobAction what) {
    allow(action, row ? QCoreApplication::translate("jobs", std::string(whyNot(what, row->state)).c_str()) : chooseOne);
  };
  const bool paused = row && whyNot(JobAction::Resume, row->state).empty();
  private_->pause->setText(paused ? tr("Resume") : tr("Pause"));
  rule(private_->pause, paused ? JobAction::Resume : JobAction::Pause);
  rule(private_->keep, JobAction::StopAndKeep);
  rule(private_->discard, JobAction::StopAndDiscard);
  rule(private_->remove, JobAction::Remove);
  allow(private_->again, !row              ? chooseOne
                         : row->repeatable ? QString()
                                           : tr("An opened report cannot be run again from here."));
  allow(private_->folder, row && QFileInfo::exists(row->folder()) ? QString()
                          : row                                   ? tr("The folder is not there.")
                                                                  : chooseOne);
  allow(private_->exportAll,
        private_->details && !private_->details->figures().empty() ? QString() : tr("There is no figure yet."));
  emit inspectorChanged();
}

void RunsPage::perform(JobAction action) {
  for (const auto id : chosen()) workspace_.runs().perform(action, id);
  refreshActions();
}

void RunsPage::exportAll() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Export all figures into"));
  if (folder.isEmpty()) return;
  try {
    for (const auto& figure : private_->details->figures()) {
      const QString stem = folder + '/' + QString::fromStdString(figure.id);
      exportFigure(figure, stem + QStringLiteral(".svg"), FigureFormat::Svg);
      exportFigure(figure, stem + QStringLiteral(".pdf"), FigureFormat::Pdf);
      exportFigure(figure, stem + QStringLiteral(".png"), FigureFormat::Png);
      exportFigure(figure, stem + QStringLiteral(".csv"), FigureFormat::Csv);
      exportFigure(figure, stem + QStringLiteral(".json"), FigureFormat::Json);
    }
  } catch (const Error& error) {
    emit workspace_.problem(tr("The figures were not exported"), QString::fromUtf8(error.what()));
  }
}

QAction* RunsPage::primaryAction() {
  return private_->again;
}

QAction* RunsPage::exportAction() {
  return private_->exportAll;
}

QAction* RunsPage::pauseAction() {
  return private_->pause;
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
  if (!row) return content;
  content.title = row->title;
  content.rows.append({tr("State"), stateText(row->state)});
  content.rows.append({tr("Folder"), row->folder()});
  if (row->repeatable) {
    for (const auto& record : transferOptionTable()) {
      if (actsOn(record, row->request.options.method)) {
        content.rows.append({QString::fromUtf8(record.label.data()),
                             QString::fromStdString(valueText(record.get(row->request.options)))});
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
