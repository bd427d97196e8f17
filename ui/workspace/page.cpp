// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/page.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/empty_panel.h"

namespace gf {

Page::Page(const QString& title, const QString& sentence, QWidget* parent) : QWidget(parent), title_(title) {
  setAccessibleName(title);
  layout_ = new QVBoxLayout(this);
  layout_->setContentsMargins(space::kXl, space::kL, space::kXl, space::kL);
  layout_->setSpacing(space::kM);

  QLabel* heading = titleLabel(title, this);
  heading->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  sentence_ = sentenceLabel(sentence, this);
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  policy.setHeightForWidth(true);  // setting a policy forgets that the label had asked for it
  sentence_->setSizePolicy(policy);
  auto* head = new QVBoxLayout;
  head->setSpacing(space::kXs);
  titleRow_ = new QHBoxLayout;
  titleRow_->addWidget(heading);
  titleRow_->addStretch(1);
  head->addLayout(titleRow_);
  head->addWidget(sentence_);
  layout_->addLayout(head);

  footer_ = new QHBoxLayout;
  footer_->setSpacing(space::kS);
  footer_->addStretch(1);
  layout_->addLayout(footer_);
}

void Page::setSentence(const QString& sentence) {
  sentence_->setText(sentence);
}

void Page::setContent(QWidget* content) {
  delete content_;
  content_ = content;
  layout_->insertWidget(1, content, 1);
}

void Page::addTitleWidget(QWidget* widget) {
  titleRow_->addWidget(widget);
}

QPushButton* Page::addButton(QAction* action, bool primary) {
  QPushButton* button = makeActionButton(action, this);
  if (primary) makePrimary(button);
  footer_->addWidget(button);
  return button;
}

void Page::addFooterWidget(QWidget* widget, int stretch) {
  footer_->insertWidget(footer_->count() - 1, widget, stretch);
}

}  // namespace gf
