// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/studies_page.h"

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QThread>

#include "base/error.h"
#include "ui/studies/plan_view.h"
#include "ui/studies/recent_studies.h"
#include "ui/studies/study_process.h"
#include "ui/studies/study_view.h"
#include "ui/studies/study_watch.h"
#include "ui/style/eliding_label.h"
#include "ui/workspace/empty_panel.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

/// Enabled, or disabled with the reason.
void allow(QAction* action, const QString& reason, const QString& tip) {
  action->setEnabled(reason.isEmpty());
  action->setToolTip(reason.isEmpty() ? tip : reason);
}

}  // namespace

struct StudiesPage::Private {
  QStackedWidget* stack = nullptr;
  QWidget* empty = nullptr;
  PlanView* plan = nullptr;
  StudyView* view = nullptr;
  ElidingLabel* message = nullptr;
  QSpinBox* workers = nullptr;  ///< For the study that is open.
  QLabel* workersLabel = nullptr;
  QMenu* recentMenu = nullptr;
  QAction *begin = nullptr, *open = nullptr, *recent = nullptr, *savePlan = nullptr, *copy = nullptr, *back = nullptr,
          *run = nullptr, *stop = nullptr, *retry = nullptr, *missing = nullptr, *exportAll = nullptr,
          *exportOne = nullptr;
  std::unique_ptr<StudyWatch> watch;  ///< Of the study that is open.
  StudyProcess process;
  QString problem;          ///< That was told of already.
  bool remembered = false;  ///< It is among the recent ones.

  bool planning() const { return stack->currentWidget() == plan; }
  bool watching() const { return stack->currentWidget() == view; }
};

StudiesPage::StudiesPage(Workspace& workspace, QWidget* parent)
    : Page(tr("Studies"), {}, parent), workspace_(workspace), private_(std::make_unique<Private>()) {
  Private& p = *private_;
  buildActions();
  buildPlanActions();
  p.plan = new PlanView(workspace_);
  p.view = new StudyView;
  p.empty = buildEmpty();
  p.stack = new QStackedWidget;
  for (QWidget* each : std::initializer_list<QWidget*>{p.empty, p.plan, p.view}) p.stack->addWidget(each);
  setContent(p.stack);
  p.message = new ElidingLabel;
  p.message->setObjectName(QStringLiteral("studyMessage"));
  addFooterWidget(p.message, 100);
  p.workersLabel = new QLabel(tr("Workers"));
  p.workers = new QSpinBox;
  p.workers->setObjectName(QStringLiteral("studyWorkers"));
  p.workers->setAccessibleName(tr("Workers"));
  p.workers->setRange(1, std::max(1, QThread::idealThreadCount()));
  addFooterWidget(p.workersLabel);
  addFooterWidget(p.workers);
  addButton(p.recent)->setMenu(p.recentMenu);
  for (QAction* action : {p.begin, p.open, p.back, p.savePlan, p.copy, p.exportAll, p.retry, p.stop}) addButton(action);
  addButton(p.run, true);
  addButton(p.missing, true);
  connectParts();
  refresh();
}

StudiesPage::~StudiesPage() {
  // What children still say while they go would reach a page that is gone.
  private_->plan->disconnect(this);
  private_->view->disconnect(this);
  private_->process.disconnect(this);
  private_->view->setWatch(nullptr);
}

QAction* StudiesPage::makeAction(const QString& text, const QString& tip, void (StudiesPage::*slot)()) {
  auto* action = new QAction(text, this);
  action->setToolTip(tip);
  connect(action, &QAction::triggered, this, slot);
  return action;
}

void StudiesPage::buildActions() {
  Private& p = *private_;
  p.begin = makeAction(tr("Plan a study"), tr("Students by teachers by methods by seeds, over the models of the shelf"),
                       &StudiesPage::showPlan);
  p.open = makeAction(tr("Open study…"), tr("Shows the study in a folder and follows it, whoever fills it"),
                      &StudiesPage::openWithDialog);
  p.exportAll = makeAction(tr("Export all…"), {}, &StudiesPage::exportAll);
  p.exportOne = makeAction(tr("Export figure…"), {}, &StudiesPage::exportChosen);
  p.retry = makeAction(tr("Retry failed"), {}, &StudiesPage::retryFailed);
  p.missing = makeAction(tr("Run missing"), {}, &StudiesPage::runMissing);
  p.stop = makeAction(tr("Stop"), tr("Ends at the next step; everything is kept, and Run missing goes on from there"),
                      &StudiesPage::stopWorkers);
  p.recent = new QAction(tr("Recent"), this);
  p.recent->setToolTip(tr("Studies that were open"));
  p.recentMenu = new QMenu(this);
  p.recentMenu->setToolTipsVisible(true);
  connect(p.recentMenu, &QMenu::aboutToShow, this, &StudiesPage::fillRecent);
}

void StudiesPage::buildPlanActions() {
  Private& p = *private_;
  p.savePlan = makeAction(tr("Save plan…"), {}, &StudiesPage::savePlan);
  p.copy = makeAction(tr("Copy command line"), {}, &StudiesPage::copyCommand);
  p.run = makeAction(tr("Run"), {}, &StudiesPage::runPlan);
  p.back = makeAction(tr("Back"), tr("To the study that is open"), &StudiesPage::showStudy);
}

QWidget* StudiesPage::buildEmpty() {
  auto* empty = new EmptyPanel;
  empty->setText(tr(
      "No study is open. A study is many transfers under one plan: put one together from the models of the shelf, or "
      "open the folder of one to see how it stands and what came of it."));
  empty->addAction(private_->begin);
  empty->addAction(private_->open);
  empty->setHint(tr("A study that another program or machine fills can be watched as well."));
  return empty;
}

void StudiesPage::connectParts() {
  Private& p = *private_;
  connect(p.plan, &PlanView::changed, this, &StudiesPage::refresh);
  connect(p.view, &StudyView::changed, this, &StudiesPage::refresh);
  connect(p.view, &StudyView::resultRequested, this, &StudiesPage::resultRequested);
  connect(p.view, &StudyView::problem, &workspace_, &Workspace::problem);
  connect(&p.process, &StudyProcess::changed, this, &StudiesPage::refresh);
  connect(&p.process, &StudyProcess::ended, this, &StudiesPage::ended);
}

// --- which study -----------------------------------------------------------------------------------------------------

void StudiesPage::fillRecent() {
  QMenu& menu = *private_->recentMenu;
  menu.clear();
  for (const QString& folder : recentStudies()) {
    QAction* action = menu.addAction(QFileInfo(folder).fileName(), this, [this, folder] { open(folder); });
    action->setToolTip(folder);
  }
}

void StudiesPage::openWithDialog() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Open the folder of a study"));
  if (!folder.isEmpty()) open(folder);
}

void StudiesPage::open(const QString& folder) {
  Private& p = *private_;
  p.problem.clear();
  p.remembered = false;
  p.view->setWatch(nullptr);
  p.watch = std::make_unique<StudyWatch>(QFileInfo(folder).absoluteFilePath());
  p.stack->setCurrentWidget(p.view);
  p.message->say({});
  p.view->setWatch(p.watch.get());
  refresh();
}

bool StudiesPage::openResult(const QString& path) {
  const QFileInfo info(path);
  open(info.isDir() ? path : info.absolutePath());
  return true;
}

void StudiesPage::showPlan() {
  private_->message->say({});
  private_->stack->setCurrentWidget(private_->plan);
  refresh();
}

void StudiesPage::showStudy() {
  private_->stack->setCurrentWidget(private_->watch ? static_cast<QWidget*>(private_->view) : private_->empty);
  refresh();
}

// --- a plan ----------------------------------------------------------------------------------------------------------

void StudiesPage::savePlan() {
  const QString file =
      QFileDialog::getSaveFileName(this, tr("Save the plan"), QStringLiteral("plan.json"), tr("JSON (*.json)"));
  if (file.isEmpty()) return;
  try {
    private_->plan->saveTo(file);
    private_->message->say(tr("Written to %1").arg(file));
  } catch (const Error& error) {
    emit workspace_.problem(tr("The plan was not saved"), QString::fromUtf8(error.what()));
  }
}

void StudiesPage::copyCommand() {
  try {
    QGuiApplication::clipboard()->setText(private_->plan->commandLine());
    private_->message->say(tr("Copied; the plan it names was written for it."));
  } catch (const Error& error) {
    emit workspace_.problem(tr("The command was not copied"), QString::fromUtf8(error.what()));
  }
}

void StudiesPage::runPlan() {
  Private& p = *private_;
  if (!p.run->isEnabled()) return;
  try {
    const StudyProcess::Request request{p.plan->keptPlan(), p.plan->folder(), p.plan->workers(), false};
    p.workers->setValue(request.workers);
    open(request.folder);
    p.process.start(request);
  } catch (const Error& error) {
    emit workspace_.problem(tr("The study was not started"), QString::fromUtf8(error.what()));
  }
}

// --- workers ---------------------------------------------------------------------------------------------------------

bool StudiesPage::busy() const {
  return private_->process.running();
}

bool StudiesPage::stopping() const {
  return private_->process.stopping();
}

qint64 StudiesPage::workerId() const {
  return private_->process.id();
}

QString StudiesPage::busyFolder() const {
  return private_->process.request().folder;
}

void StudiesPage::stopWorkers() {
  private_->process.stop();
}

/// The plan that a study keeps beside its cells.
QString StudiesPage::planOf(const QString& folder) const {
  const QString kept = folder + QStringLiteral("/plan.json");
  return QFileInfo::exists(kept) ? kept : QString();
}

QString StudiesPage::workBlocked() const {
  const Private& p = *private_;
  if (!p.watch) return tr("Open a study first.");
  if (p.process.running())
    return p.process.request().folder == p.watch->folder()
               ? tr("Workers are at it.")
               : tr("Workers are at the study in %1; stop them first.").arg(p.process.request().folder);
  if (!p.watch->now()) return tr("The study was not read yet.");
  if (planOf(p.watch->folder()).isEmpty())
    return tr(
        "The folder keeps no plan.json, so its cells cannot be made from here. Run its plan again with this "
        "folder.");
  return {};
}

void StudiesPage::startWorkers(bool retryFailed) {
  Private& p = *private_;
  if (!workBlocked().isEmpty()) return;
  p.message->say({});
  p.process.start({planOf(p.watch->folder()), p.watch->folder(), p.workers->value(), retryFailed});
}

void StudiesPage::runMissing() {
  startWorkers(false);
}

void StudiesPage::retryFailed() {
  startWorkers(true);
}

void StudiesPage::ended(const QString& problem) {
  Private& p = *private_;
  p.message->say(problem.isEmpty() ? tr("The workers have ended.") : problem);
  if (!problem.isEmpty()) emit workspace_.problem(tr("The workers of a study ended"), problem);
  if (p.watch) p.watch->look();
  refresh();
  emit workersEnded();
}

// --- what is shown ---------------------------------------------------------------------------------------------------

void StudiesPage::refresh() {
  Private& p = *private_;
  if (!p.missing || !p.stack) return;
  const bool planning = p.planning(), watching = p.watching();
  const std::pair<QAction*, bool> shown[] = {
      {p.savePlan, planning},        {p.copy, planning},   {p.run, planning},
      {p.back, planning && p.watch}, {p.begin, !planning}, {p.exportAll, watching},
      {p.retry, watching},           {p.stop, watching},   {p.missing, watching}};
  // What goes goes first: all at once would need a wider window.
  for (const bool pass : {false, true}) {
    for (const auto& [action, on] : shown)
      if (on == pass) action->setVisible(on);
    for (QWidget* each : std::initializer_list<QWidget*>{p.workers, p.workersLabel})
      if (watching == pass) each->setVisible(watching);
  }
  p.recent->setEnabled(!recentStudies().isEmpty());
  if (planning) {
    refreshPlan();
  } else if (watching) {
    refreshStudy();
  } else {
    setSentence(tr("Many transfers under one plan: students by teachers by methods by seeds."));
  }
  emit inspectorChanged();
}

void StudiesPage::refreshPlan() {
  Private& p = *private_;
  setSentence(tr("Tick who learns, who teaches and how; the grid shows the pairs that run, with what they take."));
  const QString blocked = p.plan->blocked();
  const QString none = p.plan->plan().is_null() ? blocked : QString();
  allow(p.savePlan, none, tr("Writes the plan as JSON, for study run"));
  allow(p.copy, none, tr("Copies the command that does the same in a terminal"));
  const QString at =
      p.process.running() ? tr("Workers are at the study in %1.").arg(p.process.request().folder) : blocked;
  allow(p.run, at, tr("Starts the workers and shows the study"));
  p.message->say(at);
}

void StudiesPage::refreshStudy() {
  Private& p = *private_;
  setSentence(p.view->sentence());
  if (!p.remembered && p.watch->now() && p.watch->problem().isEmpty()) {
    rememberStudy(p.watch->folder());
    p.remembered = true;
  }
  const bool here = p.process.running() && p.process.request().folder == p.watch->folder();
  p.view->setWorkers(here ? p.process.request().workers : 0);
  if (p.watch->problem() != p.problem && !here) {
    p.problem = p.watch->problem();
    if (!p.problem.isEmpty()) emit workspace_.problem(tr("The study cannot be read"), p.problem);
  }
  const StateCounts counts = p.watch->now() ? p.watch->now()->counts : StateCounts();
  const QString blocked = workBlocked();
  const QString nothing = counts.missing > 0 ? QString() : tr("No cell is missing.");
  allow(p.missing, blocked.isEmpty() ? nothing : blocked, tr("Starts workers for the cells that are missing"));
  allow(p.retry, blocked.isEmpty() ? (counts.failed > 0 ? QString() : tr("No cell has failed.")) : blocked,
        tr("Takes up the cells that failed, and those that are missing"));
  allow(p.stop,
        !p.process.running() ? tr("No workers of this window run.")
                             : (p.process.stopping() ? tr("They are stopping.") : QString()),
        tr("Ends at the next step; everything is kept, and Run missing goes on from there"));
  p.stop->setText(p.process.stopping() ? tr("Stopping…") : tr("Stop"));
  p.workers->setEnabled(!p.process.running());
  const QString empty = p.view->exportBlocked();
  allow(p.exportAll, empty, tr("Writes every figure and table, study.md and cells.csv into a new folder"));
  allow(p.exportOne, empty, tr("Writes the figure or table that is chosen (Ctrl+E)"));
}

// --- what the window asks --------------------------------------------------------------------------------------------

void StudiesPage::exportChosen() {
  private_->view->exportChosen();
}

void StudiesPage::exportAll() {
  const QString parent = QFileDialog::getExistingDirectory(this, tr("Export all into a new folder in"));
  if (parent.isEmpty()) return;
  try {
    private_->message->say(tr("Written to %1").arg(private_->view->exportAllInto(parent)));
  } catch (const Error& error) {
    emit workspace_.problem(tr("The study was not exported"), QString::fromUtf8(error.what()));
  }
}

QAction* StudiesPage::primaryAction() {
  const Private& p = *private_;
  return p.planning() ? p.run : (p.watching() ? p.missing : p.begin);
}

QAction* StudiesPage::exportAction() {
  return private_->watching() ? private_->exportOne : nullptr;
}

bool StudiesPage::focusFilter() {
  if (!private_->watching()) return false;
  private_->view->focusFilter();
  return true;
}

InspectorContent StudiesPage::inspector() const {
  if (private_->watching()) return private_->view->inspector();
  return {tr("Studies"), {}, tr("A study keeps each transfer in a folder of its own; it can be stopped and goes on.")};
}

}  // namespace gf
