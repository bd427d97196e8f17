// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/workspace/page.h"
#include "ui/workspace/progress_panel.h"

namespace gf {

class Workspace;

/// What stands in the shelf's place while there is no result: what to do next, how far it is, or why it failed.
class ShelfNotice final : public ProgressPanel {
  Q_OBJECT
 public:
  explicit ShelfNotice(Workspace& workspace, QWidget* parent = nullptr);
  void refresh();

 signals:
  void pageRequested(gf::PageId page);

 private:
  void showHowFar();
  QString invitation() const;

  Workspace& workspace_;
  QPushButton *compare_, *models_, *data_, *sample_, *cancel_;
};

}  // namespace gf
