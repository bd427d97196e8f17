// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "ui/workspace/page.h"
#include "ui/workspace/workspace.h"

namespace gf {

struct RunRow;

/// Queue and history of transfers, and what is chosen of it: live while it goes on, its report when it has ended.
class RunsPage final : public Page {
  Q_OBJECT
 public:
  explicit RunsPage(Workspace& workspace, QWidget* parent = nullptr);
  ~RunsPage() override;

  /// What the chosen run needs next: Pause, Resume (also from the state that an ended run saved), or Run again.
  QAction* primaryAction() override;
  QAction* exportAction() override;
  bool focusFilter() override;
  bool openResult(const QString& path) override;
  InspectorContent inspector() const override;

  void choose(quint64 id);
  std::vector<std::uint64_t> chosen() const;
  /// Writes every figure shown in every format into a new folder below `parent` and answers it; empty when that failed,
  /// which is told as a problem of the workspace.
  QString exportAllInto(const QString& parent);

 private:
  struct Private;
  QWidget* buildList();
  QWidget* buildEmpty();
  void buildActions();
  void buildMenu();
  void showOrHideList();
  void selectionChanged();
  void refreshActions();
  void refreshPrimary(const RunRow* row, const QString& chooseOne);
  QString againBlocked(const RunRow* row, const QString& chooseOne) const;
  void takePrimary();
  void perform(JobAction action);
  void exportAll();

  Workspace& workspace_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
