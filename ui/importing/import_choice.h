// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/importing/import_words.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace gf {

class ElidingLabel;
class EmptyPanel;
class ImportFilter;
class ImportListModel;
class WeightsChoice;

/// Which models are imported, with which weights, and where to.
class ImportChoice final : public QWidget {
  Q_OBJECT
 public:
  explicit ImportChoice(QWidget* parent = nullptr);
  void setList(ImportList list);
  WeightsChoice& weights() { return *weights_; }
  /// Why an import cannot start; empty when it can.
  QString blocked() const;
  /// Without Python and metadata.
  ImportPlan plan() const;
  void focusSearch();

 signals:
  void changed();

 private:
  QWidget* makeTools();
  QTableView* makeTable();
  QWidget* makeEmpty();
  QWidget* makeTicks();
  QWidget* makeTarget();
  void chooseFolder();
  void tickShown(bool on);
  void fillGroups();
  void refresh();
  QString emptyWords() const;

  ImportListModel* model_;
  ImportFilter* filter_;
  std::vector<std::string> places_;
  QComboBox* group_;
  QLineEdit* search_;
  QCheckBox* onlyHere_;
  QStackedWidget* stack_;
  QTableView* table_;
  EmptyPanel* empty_;
  ElidingLabel* ticked_;
  QPushButton *tickAll_, *untick_;
  WeightsChoice* weights_;
  QLineEdit* out_;
  QCheckBox* overwrite_;
  QAction *showAll_, *fromFile_, *random_;
};

}  // namespace gf
