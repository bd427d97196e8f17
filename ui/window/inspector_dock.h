// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

#include "ui/workspace/page.h"

class QTextBrowser;

namespace gf {

/// Details of what is selected on the current page, as one text that can be selected and copied.
class InspectorDock final : public QDockWidget {
  Q_OBJECT
 public:
  explicit InspectorDock(QWidget* parent = nullptr);
  void showContent(const InspectorContent& content);

 private:
  void render();

  QTextBrowser* text_;
  InspectorContent shown_;
};

}  // namespace gf
