// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/main_window.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDateTime>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QStackedWidget>

#include "ui/compare/compare_page.h"
#include "ui/data/data_page.h"
#include "ui/figures/figures_page.h"
#include "ui/fit/fit_dialog.h"
#include "ui/models/models_page.h"
#include "ui/runs/runs_page.h"
#include "ui/studies/studies_page.h"
#include "ui/style/theme.h"
#include "ui/transfer/transfer_page.h"
#include "ui/window/help_dialog.h"
#include "ui/window/inspector_dock.h"
#include "ui/window/layout_memory.h"
#include "ui/window/log_dock.h"
#include "ui/window/rail.h"
#include "ui/window/run_commands.h"
#include "ui/window/status_bar.h"
#include "ui/window/storage_dialog.h"
#include "ui/workspace/run_center.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

constexpr int kMessageMs = 8000;
constexpr double kLongRunSeconds = 60;

}  // namespace

MainWindow::MainWindow(Workspace& workspace, QWidget* parent) : QMainWindow(parent), workspace_(workspace) {
  Theme::instance().apply(rememberedTheme());
  setWindowTitle(QStringLiteral("Gainfinder"));
  setAcceptDrops(true);
  status_ = new StatusBar(workspace_, this);
  setStatusBar(status_);
  inspector_ = new InspectorDock(this);
  log_ = new LogDock(this);
  addDockWidget(Qt::RightDockWidgetArea, inspector_);
  addDockWidget(Qt::BottomDockWidgetArea, log_);
  makePages();
  makeFileMenu();
  makeRunMenu();
  makeViewMenu();
  makeHelpMenu();
  connect(&workspace_, &Workspace::problem, this, [this](const QString& title, const QString& details) {
    log_->addProblem(title, details);
    status_->showMessage(title, kMessageMs);
  });
  connect(&workspace_, &Workspace::sampleOpened, this, [this] { goTo(PageId::Compare); });
  connect(&workspace_.runs(), &RunCenter::runEnded, this, &MainWindow::runEnded);
  restoreLayout(*this, *log_);
  goTo(rememberedPage());
  workspace_.restore();
}

MainWindow::~MainWindow() = default;

void MainWindow::makePages() {
  auto* transfer = new TransferPage(workspace_, this);
  auto* runs = new RunsPage(workspace_, this);
  auto* models = new ModelsPage(workspace_, this);
  connect(models, &ModelsPage::fitRequested, this, &MainWindow::showFit);
  studies_ = new StudiesPage(workspace_, this);
  pages_ = {models,   new DataPage(workspace_, this),   new ComparePage(workspace_, this), transfer, runs,
            studies_, new FiguresPage(workspace_, this)};
  connect(studies_, &StudiesPage::resultRequested, this, [this](const QString& folder) { openPaths({folder}); });
  connect(studies_, &StudiesPage::workersEnded, this, [this] {
    if (leaving_) close();
  });
  connect(transfer, &TransferPage::runStarted, this, [this, runs](quint64 id) {
    runs->choose(id);
    goTo(PageId::Runs);
  });
  QStringList titles;
  stack_ = new QStackedWidget(this);
  for (Page* page : pages_) {
    titles << page->title();
    stack_->addWidget(page);
    connect(page, &Page::pageRequested, this, &MainWindow::goTo);
    connect(page, &Page::inspectorChanged, this, [this, page] {
      if (page == stack_->currentWidget()) showInspector();
    });
  }
  rail_ = new Rail(titles, this);
  connect(rail_, &Rail::chosen, this, &MainWindow::showPage);
  auto* centre = new QWidget(this);
  auto* layout = new QHBoxLayout(centre);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(rail_);
  layout->addWidget(stack_, 1);
  setCentralWidget(centre);
}

QAction* MainWindow::addCommand(QMenu* menu, const QString& text, const QKeySequence& key, void (MainWindow::*slot)()) {
  QAction* action = menu->addAction(text);
  action->setShortcut(key);
  connect(action, &QAction::triggered, this, slot);
  return action;
}

void MainWindow::makeFileMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&File"));
  addCommand(menu, tr("&Open files…"), QKeySequence(tr("Ctrl+O")), &MainWindow::openFiles);
  addCommand(menu, tr("Open f&older…"), QKeySequence(tr("Ctrl+Shift+O")), &MainWindow::openFolder);
  connect(menu->addAction(tr("Open the &sample")), &QAction::triggered, &workspace_, &Workspace::openSample);
  menu->addSeparator();
  addCommand(menu, tr("&Export…"), QKeySequence(tr("Ctrl+E")), &MainWindow::exportPage);
  connect(menu->addAction(tr("S&torage…")), &QAction::triggered, this, [this] { StorageDialog(this).exec(); });
  menu->addSeparator();
  QAction* quit = menu->addAction(tr("&Quit"));
  quit->setShortcut(QKeySequence(tr("Ctrl+Q")));
  connect(quit, &QAction::triggered, this, &QWidget::close);
}

void MainWindow::makeRunMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Run"));
  QAction* run = addCommand(menu, tr("&Main action"), QKeySequence(tr("Ctrl+R")), &MainWindow::runPage);
  addCommand(menu, tr("&Pause or resume the run"), QKeySequence(tr("Ctrl+.")), &MainWindow::pauseOrResume);
  connect(menu, &QMenu::aboutToShow, this, [this, run] {
    const QAction* action = pages_[rail_->current()]->primaryAction();
    run->setText(action ? action->text() : tr("&Main action"));
  });
  menu->addSeparator();
  addCommand(menu, tr("&Filter the list"), QKeySequence(tr("Ctrl+F")), &MainWindow::filterPage);
}

void MainWindow::makeViewMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&View"));
  for (int i = 0; i < pages_.size(); ++i) {
    QAction* action = menu->addAction(pages_[i]->title());
    action->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)));
    connect(action, &QAction::triggered, this, [this, i] { goTo(PageId(i)); });
  }
  menu->addSeparator();
  menu->addAction(inspector_->toggleViewAction());
  menu->addAction(log_->toggleViewAction());
  menu->addSeparator();
  QMenu* themes = menu->addMenu(tr("&Theme"));
  auto* group = new QActionGroup(this);
  const QList<QPair<QString, ThemeChoice>> choices{{tr("As the &system"), ThemeChoice::System},
                                                   {tr("&Light"), ThemeChoice::Light},
                                                   {tr("&Dark"), ThemeChoice::Dark}};
  for (const auto& [text, choice] : choices) {
    QAction* action = themes->addAction(text);
    action->setCheckable(true);
    action->setChecked(Theme::instance().choice() == choice);
    group->addAction(action);
    connect(action, &QAction::triggered, this, [choice = choice] {
      Theme::instance().apply(choice);
      rememberTheme(choice);
    });
  }
}

void MainWindow::makeHelpMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Help"));
  addCommand(menu, tr("&Help"), QKeySequence(Qt::Key_F1), &MainWindow::showHelp);
}

void MainWindow::goTo(PageId page) {
  rail_->setCurrent(int(page));
}

PageId MainWindow::currentPage() const {
  return PageId(rail_->current());
}

Page* MainWindow::page(PageId page) const {
  return pages_[int(page)];
}

void MainWindow::showPage(int index) {
  stack_->setCurrentIndex(index);
  showInspector();
}

void MainWindow::showInspector() {
  inspector_->showContent(pages_[stack_->currentIndex()]->inspector());
}

void MainWindow::trigger(QAction* action, const QString& nothing) {
  if (action && action->isEnabled()) {
    action->trigger();
  } else {
    status_->showMessage(action && !action->toolTip().isEmpty() ? action->toolTip() : nothing, kMessageMs);
  }
}

void MainWindow::runPage() {
  trigger(pages_[rail_->current()]->primaryAction(), tr("This page has nothing to run."));
}

void MainWindow::exportPage() {
  trigger(pages_[rail_->current()]->exportAction(), tr("This page has nothing to export."));
}

void MainWindow::filterPage() {
  if (!pages_[rail_->current()]->focusFilter()) status_->showMessage(tr("This page has no filter."), kMessageMs);
}

void MainWindow::pauseOrResume() {
  const QString reason = pauseOrResumeRun(workspace_.runs());
  if (!reason.isEmpty()) status_->showMessage(reason, kMessageMs);
}

void MainWindow::showHelp() {
  HelpDialog help(this);
  help.exec();
}

void MainWindow::runEnded(quint64 id) {
  if (leaving_ && !workspace_.runs().busy()) {
    close();
    return;
  }
  const RunRow* run = workspace_.runs().row(id);
  const double seconds = run ? double(QDateTime::currentSecsSinceEpoch()) - run->startedUnix : 0;
  if (!isActiveWindow() && run && run->startedUnix > 0 && seconds > kLongRunSeconds) QApplication::alert(this);
}

void MainWindow::showFit(const QString& model) {
  if (!fit_) {
    fit_ = new FitDialog(workspace_, this);
    connect(fit_, &FitDialog::leaveAllowed, this, &QWidget::close);
  }
  fit_->openFor(model);
}

/// Asks while a transfer is going on; the last run's end closes the window then.
bool MainWindow::mayLeaveRuns() {
  if (!workspace_.runs().busy()) return true;
  if (leaving_) return false;  // asked already
  const Leave how = askHowToLeave(this, workspace_.runs());
  if (how == Leave::Stay) return false;
  leaving_ = true;
  stopAllRuns(workspace_.runs(), how == Leave::Discard);
  status_->showMessage(tr("Stopping the transfer; the window closes when its files are in order."));
  // It may have ended while the question was open.
  if (!workspace_.runs().busy()) QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);
  return false;
}

/// The same for workers of a study.
bool MainWindow::mayLeaveStudy() {
  if (!studies_->busy()) return true;
  if (studies_->stopping()) return false;
  if (!leaving_ && !askToStopStudy(this, studies_->busyFolder())) return false;
  leaving_ = true;
  studies_->stopWorkers();
  status_->showMessage(tr("Stopping the study; the window closes when its workers have saved their states."));
  if (!studies_->busy()) QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);
  return false;
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if ((fit_ && !fit_->mayLeave()) || !mayLeaveRuns() || !mayLeaveStudy()) {
    event->ignore();
    return;
  }
  rememberLayout(*this, currentPage());
  event->accept();
}

}  // namespace gf
