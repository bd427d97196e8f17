// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/inspector_dock.h"

#include <QScrollBar>
#include <QTextBrowser>

#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr int kMinimumWidth = 180;

QString paragraph(const QString& text, const QString& style) {
  const QString lines = text.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>"));
  return QStringLiteral("<p style='margin:0; %1'>%2</p>").arg(style, lines);
}

QString htmlOf(const InspectorContent& content) {
  const Colours& colours = Theme::instance().colours();
  const QString small = QStringLiteral("margin-top:%1px; color:%2; font-size:%3pt")
                            .arg(space::kS)
                            .arg(colours.mutedText.name())
                            .arg(Theme::instance().font(TextStyle::Small).pointSizeF());
  const QString note = QStringLiteral("margin-top:%1px; color:%2")
                           .arg(content.rows.isEmpty() && content.title.isEmpty() ? 0 : space::kS)
                           .arg((content.warning ? colours.danger : colours.text).name());
  QString html;
  if (!content.title.isEmpty()) html += paragraph(content.title, QStringLiteral("font-weight:600"));
  if (!content.note.isEmpty() && content.warning) html += paragraph(content.note, note);
  for (const InspectorContent::Row& row : content.rows)
    html += paragraph(row.label, small) + paragraph(row.value, QString());
  if (!content.note.isEmpty() && !content.warning) html += paragraph(content.note, note);
  return html;
}

}  // namespace

InspectorDock::InspectorDock(QWidget* parent) : QDockWidget(tr("Inspector"), parent) {
  setObjectName(QStringLiteral("inspector"));
  setAccessibleName(windowTitle());
  text_ = new QTextBrowser(this);
  text_->setAccessibleName(tr("Details of what is selected"));
  text_->setFrameShape(QFrame::NoFrame);
  text_->setOpenLinks(false);
  // Paths and hashes have no blanks to break at.
  text_->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  text_->document()->setDocumentMargin(space::kM);
  text_->viewport()->setAutoFillBackground(false);
  text_->setMinimumWidth(kMinimumWidth);
  setWidget(text_);
  connect(&Theme::instance(), &Theme::changed, this, &InspectorDock::render);
  render();
}

void InspectorDock::showContent(const InspectorContent& content) {
  if (content == shown_) return;  // live numbers come often: what is selected in the text stays
  shown_ = content;
  render();
}

void InspectorDock::render() {
  InspectorContent content = shown_;
  if (content == InspectorContent{}) content.note = tr("Choose something on the page to see its details here.");
  const int position = text_->verticalScrollBar()->value();
  text_->setHtml(htmlOf(content));
  text_->verticalScrollBar()->setValue(position);
}

}  // namespace gf
