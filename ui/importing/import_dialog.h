// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <set>

#include "ui/importing/import_words.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace gf {

class ElidingLabel;
class ImportChoice;
class ImportNotice;
class ImportOutcomes;
struct JobStatus;
class Workspace;

/// Makes checkpoints of the classifiers of timm and torchvision: asks for the list once, lets models and weights be
/// chosen, and imports in the background, also while the dialog is closed. What was imported joins the shelf.
class ImportDialog final : public QDialog {
  Q_OBJECT
 public:
  explicit ImportDialog(Workspace& workspace, QWidget* parent = nullptr);
  /// Shows it; with a file of weights it is filled in for them, unless an import goes on.
  void open(const QString& weights);
  bool importing() const { return !jobs_.empty(); }

 private:
  enum Page { Listing, Choosing, Importing };
  void build();
  QWidget* makeButtons();
  void askForList();
  void choosePython();
  void startImport();
  void stopImport();
  void take(const ImportRequest& request, const ImportOutcome& outcome);
  void jobEnded(std::uint64_t id, const JobStatus& status);
  std::vector<ImportRequest> requests() const;
  void copyCommand();
  void showProgress();
  void showPage(Page page);
  void refresh();

  Workspace& workspace_;
  QStackedWidget* stack_;
  ImportNotice* notice_;
  ImportChoice* choice_;
  ImportOutcomes* outcomes_;
  ElidingLabel* message_;
  QPushButton *python_, *copy_, *close_, *stop_, *more_, *import_;
  QString pythonPath_, libraries_;
  std::uint64_t listId_ = 0;
  bool listed_ = false;
  std::set<std::uint64_t> jobs_;  ///< Imports that are queued or going on.
};

}  // namespace gf
