// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/workspace/progress_panel.h"

namespace gf {

class Workspace;

/// What stands in the place of the views of meaning while there are none: how far the answer is, why it failed, or that
/// nobody was asked.
class MeaningNotice final : public ProgressPanel {
  Q_OBJECT
 public:
  explicit MeaningNotice(Workspace& workspace, QWidget* parent = nullptr);
  void refresh();

 private:
  void showHowFar();

  Workspace& workspace_;
  QPushButton *ask_, *cancel_;
};

}  // namespace gf
