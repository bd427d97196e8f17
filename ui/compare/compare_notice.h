// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/workspace/progress_panel.h"

namespace gf {

class Workspace;

/// What stands in the page's place while there is no comparison: what to do next, how far it is, or why it failed.
class CompareNotice final : public ProgressPanel {
  Q_OBJECT
 public:
  explicit CompareNotice(Workspace& workspace, QWidget* parent = nullptr);
  void refresh();

 signals:
  void modelsRequested();
  void dataRequested();

 private:
  void showHowFar();

  Workspace& workspace_;
  QPushButton *models_, *data_, *sample_, *cancel_;
};

}  // namespace gf
