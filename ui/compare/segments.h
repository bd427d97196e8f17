// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QWidget>
#include <vector>

class QButtonGroup;
class QHBoxLayout;

namespace gf {

/// A part of a segmented switch.
class SegmentButton final : public QAbstractButton {
  Q_OBJECT
 public:
  SegmentButton(const QString& text, const QString& tip, QWidget* parent);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;
};

/// A segmented switch: buttons side by side, of which exactly one is down. Arrow keys go from one to the next.
class Segments final : public QWidget {
  Q_OBJECT
 public:
  explicit Segments(const QString& accessibleName, QWidget* parent = nullptr);
  /// The first one is chosen at once.
  void add(const QString& text, const QString& tip);
  int current() const;
  /// Chooses without a signal.
  void setCurrent(int index);
  SegmentButton& button(int index) { return *buttons_[static_cast<std::size_t>(index)]; }

 signals:
  void chosen(int index);  ///< By the user.

 private:
  QHBoxLayout* layout_;
  QButtonGroup* group_;
  std::vector<SegmentButton*> buttons_;
};

}  // namespace gf
