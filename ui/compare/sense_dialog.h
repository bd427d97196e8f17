// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <memory>

#include "jobs/meaning_job.h"
#include "semantics/wordnet.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace gf {

class SenseFilter;
class SenseModel;
class Workspace;

/// Which sense of each class name counts, and another one by hand. What is chosen is kept in a file and asked for at
/// once.
class SenseDialog final : public QDialog {
  Q_OBJECT
 public:
  /// `net` may be null: then WordNet is read in the background, and netRead() tells of it.
  SenseDialog(Workspace& workspace, const Comparison& comparison, std::shared_ptr<const WordNet> net,
              QWidget* parent = nullptr);
  QTableView& table() { return *table_; }
  SenseModel& model() { return *model_; }

  void accept() override;

 signals:
  void netRead(std::shared_ptr<const WordNet> net);

 private:
  void build();
  void readWordNet();
  void take(std::shared_ptr<const WordNet> net);
  void say();

  Workspace& workspace_;
  QString file_, damaged_;  ///< Where senses are kept, and why it could not be read; empty where it could.
  SenseModel* model_;
  SenseFilter* filter_;
  QTableView* table_;
  QLineEdit* search_;
  QCheckBox* uncertain_;
  QComboBox* measure_;
  QLabel* message_;
  QPushButton *reset_, *use_ = nullptr;
};

}  // namespace gf
