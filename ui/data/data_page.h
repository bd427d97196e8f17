// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>

#include "ui/workspace/page.h"
#include "ui/workspace/workspace.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace gf {

class CheckDialog;
class ClassTable;
class EmptyPanel;
class PackDialog;
class ThumbnailModel;

/// The images on which both models are judged: what lies in the folder, class by class, and whether the models mean the
/// same by it.
class DataPage final : public Page {
  Q_OBJECT
 public:
  explicit DataPage(Workspace& workspace, QWidget* parent = nullptr);

  QAction* primaryAction() override { return compare_; }
  bool focusFilter() override;
  InspectorContent inspector() const override;

 private:
  void makeActions();
  QWidget* makeEmptyState();
  QWidget* makeTools();
  QTableView* makeTable();
  QWidget* makeImages();
  void openFolder();
  void openPacked();
  void openInstalled();
  void checkImages();
  void packImages();
  void startComparing();
  void refresh();
  void refreshWords();
  void refreshImages();
  std::set<int> chosenClasses() const;
  QString emptyWords() const;

  Workspace& workspace_;
  ClassTable* classes_;
  QSortFilterProxyModel* sorted_;
  ThumbnailModel* images_;
  QStackedWidget* stack_;
  EmptyPanel* empty_;
  QLabel *mismatches_, *notes_;
  QLineEdit* filter_;
  QCheckBox* leaveOut_;
  QTableView* table_;
  QComboBox* split_;
  QLabel* imageCount_;
  QListView* list_;
  QLabel* subset_;
  QString lastFolder_;
  QAction *compare_, *open_, *packed_, *installed_, *check_, *pack_;
  QPointer<CheckDialog> checking_;
  QPointer<PackDialog> packing_;
};

}  // namespace gf
