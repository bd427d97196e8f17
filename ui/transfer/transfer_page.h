// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "jobs/transfer_job.h"
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
  /// Why Run is disabled, as one sentence; empty when it is not.
  QString blocked() const;
  /// Settings as JSON; what goes wrong is told as a problem of the workspace.
  void saveTo(const QString& file);
  void loadFrom(const QString& file);

 signals:
  void runStarted(quint64 id);

 private:
  struct Private;
  QWidget* buildForm();
  QWidget* buildPresets();
  QWidget* buildSide();
  void buildActions();
  void takePreset(int index);
  void takeSuggestion();
  void slotsChanged();
  void optionsChanged();
  void takeBadImages();
  void refresh();
  void refreshActions(const QString& reason);
  void showPresets();
  void run();
  void preview();
  void saveJson();
  void loadJson();

  Workspace& workspace_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
