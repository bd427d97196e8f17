// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/segments.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>

#include "ui/style/colours.h"
#include "ui/style/theme.h"

namespace gf {

SegmentButton::SegmentButton(const QString& text, const QString& tip, QWidget* parent) : QAbstractButton(parent) {
  setText(text);
  setCheckable(true);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(text);
  setToolTip(tip);
  setAccessibleDescription(tip);
  setAttribute(Qt::WA_Hover);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize SegmentButton::sizeHint() const {
  return {fontMetrics().horizontalAdvance(text()) + 2 * space::kM, fontMetrics().height() + 2 * 5};
}

/// What is down is filled with a breath of the accent; weight and width of the words stay, so that nothing moves.
void SegmentButton::paintEvent(QPaintEvent*) {
  const Colours& colours = Theme::instance().colours();
  QPainter painter(this);
  QColor ground = colours.surface;
  if (isChecked()) {
    ground = blended(colours.accent, colours.surface, colours.dark ? 0.35 : 0.2);
  } else if (underMouse() && isEnabled()) {
    ground = blended(colours.accent, colours.surface, 0.06);
  }
  // Neighbours share the line between them.
  const QRect box = rect().adjusted(0, 0, 0, -1);
  painter.fillRect(box, ground);
  painter.setPen(isChecked() ? colours.accent : colours.line);
  painter.drawRect(box.adjusted(0, 0, -1, 0));
  painter.setPen(!isEnabled() ? colours.mutedText : colours.text);
  painter.drawText(rect(), Qt::AlignCenter, text());
  if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
    painter.setPen(QPen(colours.accent, 2));
    painter.drawRect(box.adjusted(2, 2, -3, -2));
  }
}

Segments::Segments(const QString& accessibleName, QWidget* parent)
    : QWidget(parent), layout_(new QHBoxLayout(this)), group_(new QButtonGroup(this)) {
  setAccessibleName(accessibleName);
  setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(0);
  // An exclusive group lets arrow keys go from one to the next and Tab into the one that is down.
  group_->setExclusive(true);
  connect(group_, &QButtonGroup::idToggled, this, [this](int id, bool down) {
    if (down && !signalsBlocked()) emit chosen(id);
  });
}

void Segments::add(const QString& text, const QString& tip) {
  auto* button = new SegmentButton(text, tip, this);
  if (buttons_.empty()) button->setChecked(true);
  group_->addButton(button, static_cast<int>(buttons_.size()));
  buttons_.push_back(button);
  layout_->addWidget(button);
}

int Segments::current() const {
  return group_->checkedId();
}

void Segments::setCurrent(int index) {
  const QSignalBlocker silent(this);
  if (QAbstractButton* button = group_->button(index)) button->setChecked(true);
}

}  // namespace gf
