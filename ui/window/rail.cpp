// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/rail.h"

#include <QApplication>
#include <QButtonGroup>
#include <QFontMetrics>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/style/colours.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr int kMarker = 3;  // width of the bar beside the current page
constexpr int kHeight = 40;

QFont labelFont(bool current) {
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setWeight(current ? QFont::DemiBold : QFont::Normal);
  return font;
}

int numberWidth() {
  return QFontMetrics(Theme::instance().font(TextStyle::Small)).horizontalAdvance(u'0') + space::kM;
}

}  // namespace

RailButton::RailButton(int number, const QString& text, QWidget* parent) : QAbstractButton(parent), number_(number) {
  setText(text);
  setCheckable(true);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(text);
  setToolTip(tr("%1 (Ctrl+%2)").arg(text).arg(number));
  setAttribute(Qt::WA_Hover);
}

QSize RailButton::sizeHint() const {
  const int text = QFontMetrics(labelFont(true)).horizontalAdvance(this->text());
  return {kMarker + space::kM + numberWidth() + text + space::kXl, kHeight};
}

void RailButton::paintEvent(QPaintEvent*) {
  const Colours& colours = Theme::instance().colours();
  QPainter painter(this);
  if (isChecked() || underMouse()) {
    painter.fillRect(rect(), blended(colours.accent, colours.surface, isChecked() ? 0.14 : 0.06));
  }
  if (isChecked()) painter.fillRect(QRect(0, 0, kMarker, height()), colours.accent);
  QRect area = rect().adjusted(kMarker + space::kM, 0, -space::kS, 0);
  painter.setFont(Theme::instance().font(TextStyle::Small));
  painter.setPen(colours.mutedText);
  painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, QString::number(number_));
  area.setLeft(area.left() + numberWidth());
  painter.setFont(labelFont(isChecked()));
  painter.setPen(colours.text);
  painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, text());
  if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
    painter.setPen(QPen(colours.accent, 1));
    painter.drawRect(rect().adjusted(kMarker + 1, 1, -2, -2));
  }
}

Rail::Rail(const QStringList& pages, QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Pages"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, space::kL, 1, space::kL);
  layout->setSpacing(0);
  auto* group = new QButtonGroup(this);
  for (int i = 0; i < pages.size(); ++i) {
    auto* button = new RailButton(i + 1, pages[i], this);
    buttons_ << button;
    group->addButton(button, i);
    layout->addWidget(button);
  }
  layout->addStretch(1);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
  connect(group, &QButtonGroup::idToggled, this, [this](int page, bool on) {
    if (on) emit chosen(page);
  });
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Rail::setCurrent(int page) {
  if (isAncestorOf(QApplication::focusWidget())) buttons_[page]->setFocus();
  buttons_[page]->setChecked(true);
}

int Rail::current() const {
  for (int i = 0; i < buttons_.size(); ++i)
    if (buttons_[i]->isChecked()) return i;
  return 0;
}

void Rail::paintEvent(QPaintEvent*) {
  const Colours& colours = Theme::instance().colours();
  QPainter painter(this);
  painter.fillRect(rect(), colours.surface);
  painter.fillRect(QRect(width() - 1, 0, 1, height()), colours.line);
}

}  // namespace gf
