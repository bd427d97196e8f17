// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "ui/workspace/workspace.h"

class QLabel;
class QPushButton;

namespace gf {

class ElidingLabel;

/// The teacher's or the student's place: shows who is there, takes rows of the shelf and files that are dropped on it.
class SlotCard final : public QFrame {
  Q_OBJECT
 public:
  SlotCard(Workspace& workspace, Slot slot, QWidget* parent = nullptr);
  QSize minimumSizeHint() const override;

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void refresh();
  void setHovered(bool on);

  Workspace& workspace_;
  Slot slot_;
  ElidingLabel* role_;
  ElidingLabel* name_;
  ElidingLabel* facts_;
  bool hovered_ = false;
};

}  // namespace gf
