// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "ui/workspace/page.h"
#include "ui/workspace/workspace.h"

namespace gf {

/// Queue and history of transfers, and what is chosen of it: live while it goes on, its report when it has ended.
class RunsPage final : public Page {
  Q_OBJECT
 public:
  explicit RunsPage(Workspace& workspace, QWidget* parent = nullptr);
  ~RunsPage() override;

  /// Run again, for the chosen run.
  QAction* primaryAction() override;
  QAction* exportAction() override;
  /// Pause, or resume where the run is paused: Ctrl+. of the window.
  QAction* pauseAction();
  bool focusFilter() override;
  bool openResult(const QString& path) override;
  InspectorContent inspector() const override;

  void choose(quint64 id);
  std::vector<std::uint64_t> chosen() const;

 private:
  struct Private;
  QWidget* buildList();
  void buildActions();
  void selectionChanged();
  void refreshActions();
  void perform(JobAction action);
  void exportAll();

  Workspace& workspace_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
