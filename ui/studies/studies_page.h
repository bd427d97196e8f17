// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "ui/workspace/page.h"

namespace gf {

class Workspace;

/// Many transfers as one study: puts a plan together and says what it takes, runs it in processes of its own, or opens
/// the folder of one and watches it, whoever fills it.
class StudiesPage final : public Page {
  Q_OBJECT
 public:
  explicit StudiesPage(Workspace& workspace, QWidget* parent = nullptr);
  ~StudiesPage() override;

  QAction* primaryAction() override;
  QAction* exportAction() override;
  bool focusFilter() override;
  /// A study's folder or its study.json.
  bool openResult(const QString& path) override;
  InspectorContent inspector() const override;

  /// Whether workers run that this window started; they end with it.
  bool busy() const;
  bool stopping() const;
  QString busyFolder() const;
  qint64 workerId() const;  ///< The process at the head of the workers; 0 while none runs.
  /// Asks them to end with their states saved; workersEnded() follows.
  void stopWorkers();

 signals:
  void resultRequested(const QString& folder);  ///< The report of a cell, for whoever shows reports.
  void workersEnded();

 private:
  struct Private;
  QAction* makeAction(const QString& text, const QString& tip, void (StudiesPage::*slot)());
  void buildActions();
  void buildPlanActions();
  QWidget* buildEmpty();
  void connectParts();
  void fillRecent();
  void openWithDialog();
  void open(const QString& folder);
  void showPlan();
  void showStudy();
  void savePlan();
  void copyCommand();
  void runPlan();
  void runMissing();
  void retryFailed();
  void startWorkers(bool retryFailed);
  void exportChosen();
  void exportAll();
  void ended(const QString& problem);
  void refresh();
  void refreshPlan();
  void refreshStudy();
  QString workBlocked() const;
  QString planOf(const QString& folder) const;

  Workspace& workspace_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
