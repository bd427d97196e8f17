// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/workspace/page.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace gf {

class Workspace;

/// What stands in the shelf's place while there is no result: what to do next, how far it is, or why it failed.
class ShelfNotice final : public QWidget {
  Q_OBJECT
 public:
  explicit ShelfNotice(Workspace& workspace, QWidget* parent = nullptr);
  void refresh();

 signals:
  void pageRequested(gf::PageId page);

 private:
  void build();
  void showProgress();

  Workspace& workspace_;
  QLabel *heading_, *text_, *left_;
  QProgressBar* bar_;
  QPushButton *compare_, *models_, *data_, *sample_, *cancel_;
};

}  // namespace gf
