// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/empty_panel.h"

#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

constexpr int kTextWidth = 520;  // longer lines are hard to read
constexpr int kMainHeight = 36;

}  // namespace

EmptyPanel::EmptyPanel(QWidget* parent) : QWidget(parent) {
  text_ = sentenceLabel({}, this);
  text_->setObjectName(QStringLiteral("emptyText"));
  hint_ = mutedLabel({}, this);
  hint_->setWordWrap(true);
  for (QLabel* label : {text_, hint_}) {
    label->setAlignment(Qt::AlignCenter);
    label->setMinimumWidth(kTextWidth);
    label->setMaximumWidth(kTextWidth);
  }
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(space::kL);
  buttons_ = new QHBoxLayout;
  buttons_->setSpacing(space::kS);
  // Rows with room at both ends: a layout asks wrapped text for its height only where nothing is aligned.
  const auto addRow = [layout](QWidget* widget, QLayout* inner) {
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    if (widget) row->addWidget(widget);
    if (inner) row->addLayout(inner);
    row->addStretch(1);
    layout->addLayout(row);
  };
  layout->addStretch(2);
  addRow(text_, nullptr);
  addRow(nullptr, buttons_);
  addRow(hint_, nullptr);
  layout->addStretch(3);
}

void EmptyPanel::setText(const QString& text) {
  text_->setText(text);
}

QString EmptyPanel::text() const {
  return text_->text();
}

void EmptyPanel::setHint(const QString& hint) {
  hint_->setText(hint);
}

void EmptyPanel::addAction(QAction* action) {
  QPushButton* button = makeActionButton(action, this);
  if (buttons_->isEmpty()) makePrimary(button);
  button->setMinimumHeight(kMainHeight);
  buttons_->addWidget(button);
}

QPushButton* makeActionButton(QAction* action, QWidget* parent) {
  auto* button = new QPushButton(parent);
  const auto follow = [button, action] {
    button->setText(action->text());
    button->setToolTip(action->toolTip());
    button->setAccessibleName(action->iconText());
    button->setAccessibleDescription(action->toolTip());
    button->setEnabled(action->isEnabled());
    button->setVisible(action->isVisible());
  };
  follow();
  QObject::connect(action, &QAction::changed, button, follow);
  QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
  return button;
}

}  // namespace gf
