// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace gf {

class Workspace;

/// What stands in the place of the views of meaning while there are none: how far the answer is, why it failed, or that
/// nobody was asked.
class MeaningNotice final : public QWidget {
  Q_OBJECT
 public:
  explicit MeaningNotice(Workspace& workspace, QWidget* parent = nullptr);
  void refresh();

 private:
  void showProgress();

  Workspace& workspace_;
  QLabel *heading_, *text_;
  QProgressBar* bar_;
  QPushButton *ask_, *cancel_;
};

}  // namespace gf
