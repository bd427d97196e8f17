// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QBoxLayout;
class QLabel;
class QPushButton;

namespace gf {

/// What a page shows while it has nothing to show: one or two sentences on what to do next, and the buttons that do it.
class EmptyPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit EmptyPanel(QWidget* parent = nullptr);
  void setText(const QString& text);
  QString text() const;
  /// The first one is the main one. Each follows its action.
  void addAction(QAction* action);
  /// A quieter line below the buttons.
  void setHint(const QString& hint);

 private:
  QLabel* text_;
  QLabel* hint_;
  QBoxLayout* buttons_;
};

/// A button that follows its action: text, tool tip, whether it is enabled and visible.
QPushButton* makeActionButton(QAction* action, QWidget* parent);

}  // namespace gf
