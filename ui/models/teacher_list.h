// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/workspace/workspace.h"

class QLabel;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace gf {

/// The further teachers, below the one in the slot: their order, to be changed, and files dropped here join them.
class TeacherList final : public QWidget {
  Q_OBJECT
 public:
  explicit TeacherList(Workspace& workspace, QWidget* parent = nullptr);

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void refresh();
  QWidget* makeRow(int place, const QString& path, bool last);
  QToolButton* makeButton(const QString& text, const QString& tip, const QString& name);
  void setHovered(bool on);

  Workspace& workspace_;
  QStringList shown_;
  QScrollArea* area_;
  QLabel* hint_;
  bool hovered_ = false;
};

}  // namespace gf
