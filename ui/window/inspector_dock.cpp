// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/inspector_dock.h"

#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include "ui/style/colours.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

/// File names and hashes have no blanks to break at: a zero-width space after separators and every few characters.
QString breakable(QString text) {
  constexpr int kLongest = 24;
  QString result;
  int run = 0;
  for (const QChar c : text) {
    result += c;
    run = c.isSpace() ? 0 : run + 1;
    if (c == u'/' || c == u'_' || c == u',' || run >= kLongest) {
      result += QChar(0x200B);
      run = 0;
    }
  }
  return result;
}

QLabel* noteLabel(const InspectorContent& content, QWidget* parent) {
  QLabel* note = sentenceLabel(breakable(content.note), parent);
  if (content.warning) {
    QPalette palette = note->palette();
    palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
    note->setPalette(palette);
  }
  return note;
}

QWidget* bodyOf(const InspectorContent& content) {
  auto* body = new QWidget;
  auto* layout = new QVBoxLayout(body);
  layout->setContentsMargins(space::kM, space::kS, space::kM, space::kM);
  layout->setSpacing(space::kXs);
  if (!content.title.isEmpty()) {
    QLabel* title = sentenceLabel(breakable(content.title), body);
    QFont font = Theme::instance().font(TextStyle::Body);
    font.setWeight(QFont::DemiBold);
    title->setFont(font);
    layout->addWidget(title);
  }
  if (!content.note.isEmpty() && content.warning) layout->addWidget(noteLabel(content, body));
  for (const InspectorContent::Row& row : content.rows) {
    QLabel* label = mutedLabel(row.label, body);
    label->setWordWrap(true);
    label->setFont(Theme::instance().font(TextStyle::Small));
    label->setContentsMargins(0, space::kXs, 0, 0);
    QLabel* value = sentenceLabel(breakable(row.value), body);
    value->setAccessibleName(row.label);
    layout->addWidget(label);
    layout->addWidget(value);
  }
  if (!content.note.isEmpty() && !content.warning) {
    QLabel* note = noteLabel(content, body);
    note->setContentsMargins(0, space::kS, 0, 0);
    layout->addWidget(note);
  }
  // The dock decides how wide the text is, never the text how wide the dock.
  for (QLabel* label : body->findChildren<QLabel*>()) {
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    label->setSizePolicy(policy);
  }
  layout->addStretch(1);
  return body;
}

}  // namespace

InspectorDock::InspectorDock(QWidget* parent) : QDockWidget(tr("Inspector"), parent) {
  setObjectName(QStringLiteral("inspector"));
  setAccessibleName(windowTitle());
  scroll_ = new QScrollArea(this);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setMinimumWidth(180);
  setWidget(scroll_);
  showContent({});
  connect(&Theme::instance(), &Theme::changed, this, [this] {
    delete scroll_->takeWidget();
    showContent(shown_);
  });
}

void InspectorDock::showContent(const InspectorContent& content) {
  if (scroll_->widget() && content == shown_) return;
  shown_ = content;
  const bool empty = content.title.isEmpty() && content.rows.isEmpty() && content.note.isEmpty();
  InspectorContent filled = content;
  if (empty) filled.note = tr("Choose something on the page to see its details here.");
  const int position = scroll_->verticalScrollBar()->value();
  scroll_->setWidget(bodyOf(filled));
  scroll_->verticalScrollBar()->setValue(position);
}

}  // namespace gf
