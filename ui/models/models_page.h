// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/workspace/page.h"
#include "ui/workspace/workspace.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace gf {

class ImportDialog;

/// The shelf and the two slots: who teaches, who learns.
class ModelsPage final : public Page {
  Q_OBJECT
 public:
  explicit ModelsPage(Workspace& workspace, QWidget* parent = nullptr);

  QAction* primaryAction() override { return compare_; }
  bool focusFilter() override;
  InspectorContent inspector() const override;

 signals:
  void fitRequested(const QString& model);  ///< A usable model of the shelf.

 private:
  void makeActions();
  QAction* makeAction(const QString& text, const QString& tip, void (ModelsPage::*slot)());
  QWidget* makeSlots();
  QWidget* makeTools();
  QTableView* makeTable();
  QWidget* makeEmptyState();
  QWidget* makeSampleBanner();

  QString currentPath() const;
  QStringList chosenPaths() const;
  void openSample();
  void addFiles();
  void addFolder();
  void importModels();
  void importWeights(const QString& file);
  void removeChosen();
  void giveDetails();
  void useAsTeacher();
  void addAsTeacher();
  QString addBlocked() const;
  void useAsStudent();
  void startComparing();
  void startSampleTransfer();
  void refresh();

  Workspace& workspace_;
  QSortFilterProxyModel* sorted_;
  QStackedWidget* stack_;
  QTableView* table_;
  QLineEdit* filter_;
  QWidget* banner_;
  QLabel* count_;
  QPushButton* swap_;
  QString lastFolder_;
  QAction *compare_, *useTeacher_, *addTeacher_, *useStudent_, *details_, *remove_, *fit_, *addFiles_, *addFolder_,
      *import_;
  ImportDialog* importing_ = nullptr;  ///< Made when it is first asked for; it keeps the list of the libraries.
};

}  // namespace gf
