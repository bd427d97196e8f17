// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <optional>

#include "jobs/job_runner.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace gf {

class Workspace;

/// What stands in the page's place while there is no comparison: what to do next, how far it is, or why it failed.
class CompareNotice final : public QWidget {
  Q_OBJECT
 public:
  explicit CompareNotice(Workspace& workspace, QWidget* parent = nullptr);
  void refresh();

 signals:
  void modelsRequested();
  void dataRequested();

 private:
  void showProgress();

  Workspace& workspace_;
  QLabel *heading_, *text_;
  QProgressBar* bar_;
  QLabel* left_;
  QPushButton *models_, *data_, *sample_, *cancel_;
};

}  // namespace gf
