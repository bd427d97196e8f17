// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/slot_card.h"

#include <QDragEnterEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/models/dropped_files.h"
#include "ui/models/teacher_list.h"
#include "ui/style/colours.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

constexpr int kEdge = 4;  // width of the coloured edge that says which role it is
constexpr int kHeight = 84;

Role roleOf(Slot slot) {
  return slot == Slot::Teacher ? Role::Teacher : Role::Student;
}

QString factsOf(const Inspection& model) {
  const ModelMetadata& metadata = *model.metadata;
  QStringList facts;
  if (!metadata.family.empty()) facts << QString::fromStdString(metadata.family);
  facts << SlotCard::tr("%1 parameters").arg(countText(model.parameters));
  facts << SlotCard::tr("%1 classes").arg(countText(qint64(metadata.classes.size())));
  if (metadata.referenceAccuracy)
    facts << SlotCard::tr("%1 accuracy").arg(percentText(metadata.referenceAccuracy->value));
  return facts.join(QStringLiteral(" · "));
}

}  // namespace

SlotCard::SlotCard(Workspace& workspace, Slot slot, QWidget* parent)
    : QFrame(parent), workspace_(workspace), slot_(slot) {
  const bool teacher = slot == Slot::Teacher;
  setAcceptDrops(true);
  setObjectName(teacher ? QStringLiteral("teacherSlot") : QStringLiteral("studentSlot"));
  setAccessibleName(teacher ? tr("Teacher slot") : tr("Student slot"));
  setToolTip(tr("Drop a row of the list or a file here"));
  role_ = new ElidingLabel(this);
  role_->setFont(Theme::instance().font(TextStyle::Small));
  name_ = new ElidingLabel(this);
  name_->setTextFormat(Qt::PlainText);
  facts_ = new ElidingLabel(this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kEdge + space::kM, space::kS, space::kM, space::kS);
  layout->setSpacing(space::kXs);
  for (QWidget* label : std::initializer_list<QWidget*>{role_, name_, facts_}) layout->addWidget(label);
  if (teacher) layout->addWidget(new TeacherList(workspace_, this));
  layout->addStretch(1);
  connect(&workspace_, &Workspace::slotsChanged, this, &SlotCard::refresh);
  connect(&Theme::instance(), &Theme::changed, this, &SlotCard::refresh);
  refresh();
}

QSize SlotCard::minimumSizeHint() const {
  return {200, std::max(kHeight, QFrame::minimumSizeHint().height())};
}

void SlotCard::refresh() {
  const Inspection* model = slot_ == Slot::Teacher ? workspace_.teacher() : workspace_.student();
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setPointSizeF(font.pointSizeF() * 1.2);
  const bool first = slot_ == Slot::Teacher && workspace_.teacherPaths().size() > 1;
  role_->say(first                    ? tr("First teacher, the one that is compared")
             : slot_ == Slot::Teacher ? tr("Teacher, who knows something more")
                                      : tr("Student, who is to learn it"));
  font.setWeight(model ? QFont::DemiBold : QFont::Normal);
  name_->setFont(font);
  name_->setForegroundRole(model ? QPalette::WindowText : QPalette::PlaceholderText);
  name_->say(model ? QString::fromStdString(model->metadata->name) : tr("Nobody yet"));
  facts_->say(model ? factsOf(*model) : tr("Drop a model here, or choose one in the list"));
  name_->setToolTip(model ? workspace_.pathIn(slot_) : QString());
  setAccessibleDescription(name_->text() + QStringLiteral(". ") + facts_->text());
  update();
}

void SlotCard::setHovered(bool on) {
  hovered_ = on;
  update();
}

void SlotCard::dragEnterEvent(QDragEnterEvent* event) {
  if (droppedFiles(event->mimeData()).isEmpty()) return;
  event->setDropAction(Qt::CopyAction);
  event->accept();
  setHovered(true);
}

void SlotCard::dragLeaveEvent(QDragLeaveEvent*) {
  setHovered(false);
}

void SlotCard::dropEvent(QDropEvent* event) {
  setHovered(false);
  const QStringList files = droppedFiles(event->mimeData());
  if (files.isEmpty()) return;
  event->setDropAction(Qt::CopyAction);
  event->accept();
  workspace_.take(slot_, files.first());
}

void SlotCard::paintEvent(QPaintEvent*) {
  const Colours& colours = Theme::instance().colours();
  const QColor role = colours.of(roleOf(slot_));
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  painter.setPen(QPen(hovered_ ? role : colours.line, hovered_ ? 2 : 1));
  painter.setBrush(hovered_ ? blended(role, colours.surface, 0.12) : colours.surface);
  painter.drawRoundedRect(frame, space::kXs, space::kXs);
  painter.setPen(Qt::NoPen);
  painter.setBrush(role);
  painter.drawRoundedRect(QRectF(0, 0, kEdge, height()), 2, 2);
}

}  // namespace gf
