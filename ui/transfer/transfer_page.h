// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "jobs/preview_job.h"
#include "ui/workspace/page.h"
#include "ui/workspace/workspace.h"

namespace gf {

/// Configures one transfer: method, presets and settings, the objective as a formula, how the partition would route the
/// transfer set, what it will cost; then runs or queues it.
class TransferPage final : public Page {
  Q_OBJECT
 public:
  explicit TransferPage(Workspace& workspace, QWidget* parent = nullptr);
  ~TransferPage() override;

  QAction* primaryAction() override;
  QAction* exportAction() override;
  bool focusFilter() override;
  InspectorContent inspector() const override;

  /// What Run would start now, but for its result folder.
  TransferRequest request() const;
  /// The command that does the same in a terminal.
  QString commandLine() const;

 signals:
  void runStarted(quint64 id);

 private:
  struct Private;
  QWidget* buildForm();
  QWidget* buildSide();
  void buildActions();
  void takePreset(int index);
  void takeSuggestion();
  void optionsChanged();
  void refresh();
  QString blocked() const;
  void run();
  void preview();
  void showPreview(const JobStatus& status, const PreviewJob& job);
  void saveJson();
  void loadJson();

  Workspace& workspace_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
