// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>
#include <QString>

class QCheckBox;
class QPlainTextEdit;
class QSortFilterProxyModel;
class QTableView;

namespace gf {

class LogModel;

/// What the program noted, and what went wrong, in full and ready to be copied.
class LogDock final : public QDockWidget {
  Q_OBJECT
 public:
  explicit LogDock(QWidget* parent = nullptr);

  /// Lists a problem and brings it into view.
  void addProblem(const QString& title, const QString& details);
  LogModel& model() { return *model_; }

 private:
  QWidget* makeTools();
  void showCurrent();
  void copy();

  LogModel* model_;
  QSortFilterProxyModel* filtered_;
  QTableView* table_;
  QPlainTextEdit* details_;
  QCheckBox* problemsOnly_;
};

}  // namespace gf
