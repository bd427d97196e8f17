// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QMainWindow>

#include "ui/workspace/page.h"

class QMenu;
class QStackedWidget;

namespace gf {

class FitDialog;
class InspectorDock;
class LogDock;
class Rail;
class StatusBar;
class StudiesPage;
class Workspace;

/// The window: rail, pages, Inspector, log, status bar. It only puts them together and hands shortcuts to the page in
/// view; the Workspace holds the state and must outlive it.
class MainWindow final : public QMainWindow {
  Q_OBJECT
 public:
  explicit MainWindow(Workspace& workspace, QWidget* parent = nullptr);
  ~MainWindow() override;

  void goTo(PageId page);
  PageId currentPage() const;
  Page* page(PageId page) const;

  /// Models go to the shelf, data folders to the Data page, runs to the Runs page, studies to theirs, other results to the Figures page.
  void openPaths(const QStringList& paths);

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void makePages();
  void makeFileMenu();
  void makeRunMenu();
  void makeViewMenu();
  void makeHelpMenu();
  QAction* addCommand(QMenu* menu, const QString& text, const QKeySequence& key, void (MainWindow::*slot)());

  void openFiles();
  void openFolder();
  void openOn(PageId page, const QString& path);
  void openResult(const QString& path);
  void runPage();
  void pauseOrResume();
  void exportPage();
  void filterPage();
  void showHelp();
  void showPage(int index);
  void showInspector();
  void trigger(QAction* action, const QString& nothing);
  void runEnded(quint64 id);
  bool mayLeaveRuns();
  bool mayLeaveStudy();
  void showFit(const QString& model);

  Workspace& workspace_;
  Rail* rail_ = nullptr;
  QStackedWidget* stack_ = nullptr;
  QList<Page*> pages_;
  InspectorDock* inspector_ = nullptr;
  LogDock* log_ = nullptr;
  StatusBar* status_ = nullptr;
  StudiesPage* studies_ = nullptr;
  FitDialog* fit_ = nullptr;  ///< Made when it is first asked for.
  QString lastFolder_;
  bool leaving_ = false;
};

}  // namespace gf
