// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

#include "ui/workspace/page.h"

class QScrollArea;

namespace gf {

/// Details of what is selected on the current page.
class InspectorDock final : public QDockWidget {
  Q_OBJECT
 public:
  explicit InspectorDock(QWidget* parent = nullptr);
  void showContent(const InspectorContent& content);

 private:
  QScrollArea* scroll_;
  InspectorContent shown_;
};

}  // namespace gf
