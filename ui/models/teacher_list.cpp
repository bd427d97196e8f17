// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/teacher_list.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/models/dropped_files.h"
#include "ui/style/colours.h"
#include "ui/style/eliding_label.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/shelf_model.h"

namespace gf {
namespace {

constexpr int kMostRows = 4;  // then the list scrolls
constexpr int kRow = 26;

}  // namespace

TeacherList::TeacherList(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
  setAcceptDrops(true);
  setObjectName(QStringLiteral("furtherTeachers"));
  setAccessibleName(tr("Further teachers"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 2, 0, 2);
  layout->setSpacing(2);
  area_ = new QScrollArea;
  area_->setWidgetResizable(true);
  area_->setFrameShape(QFrame::NoFrame);
  area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area_->setFocusPolicy(Qt::NoFocus);
  area_->viewport()->setAutoFillBackground(false);
  layout->addWidget(area_);
  auto* hint = new ElidingLabel(this);
  hint->say(tr("Drop a model here to add a further teacher"));
  hint->setFont(Theme::instance().font(TextStyle::Small));
  layout->addWidget(hint_ = hint);
  connect(&workspace_, &Workspace::slotsChanged, this, &TeacherList::refresh);
  refresh();
}

void TeacherList::refresh() {
  const QStringList teachers = workspace_.teacherPaths();
  setVisible(!teachers.isEmpty());
  if (teachers == shown_) return;
  shown_ = teachers;
  QWidget* focused = QApplication::focusWidget();
  const QString focusName = focused && isAncestorOf(focused) ? focused->objectName() : QString();
  auto* rows = new QWidget;
  auto* layout = new QVBoxLayout(rows);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  for (int i = 1; i < teachers.size(); ++i) layout->addWidget(makeRow(i + 1, teachers[i], i + 1 == teachers.size()));
  // A button of the old rows may be the one whose click is being answered.
  if (QWidget* old = area_->takeWidget()) old->deleteLater();
  area_->setWidget(rows);
  rows->setAutoFillBackground(false);  // the area had just set it
  const int count = static_cast<int>(teachers.size()) - 1;
  area_->setFixedHeight(kRow * std::min(count, kMostRows));
  area_->setVisible(count > 0);
  if (auto* again = focusName.isEmpty() ? nullptr : rows->findChild<QWidget*>(focusName)) again->setFocus();
  updateGeometry();
}

QToolButton* TeacherList::makeButton(const QString& text, const QString& tip, const QString& name) {
  auto* button = new QToolButton;
  button->setText(text);
  button->setAutoRaise(true);
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  button->setObjectName(name);
  button->setFixedSize(kRow - 2, kRow - 2);
  return button;
}

QWidget* TeacherList::makeRow(int place, const QString& path, bool last) {
  auto* row = new QWidget;
  row->setFixedHeight(kRow);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kXs);
  const ShelfModel::Row* model = workspace_.shelf().find(path);
  const QString name = QString::fromStdString(model->inspection.metadata->name);
  layout->addWidget(mutedLabel(tr("%1.").arg(place)));
  auto* label = new ElidingLabel;
  label->setForegroundRole(QPalette::WindowText);
  label->say(name);
  label->setToolTip(path);
  layout->addWidget(label, 1);
  QToolButton* up =
      makeButton(QStringLiteral("▲"),
                 place == 2 ? tr("Move %1 up into the slot, to be compared").arg(name) : tr("Move %1 up").arg(name),
                 QStringLiteral("up:") + path);
  QToolButton* down = makeButton(QStringLiteral("▼"), tr("Move %1 down").arg(name), QStringLiteral("down:") + path);
  QToolButton* remove =
      makeButton(QStringLiteral("✕"), tr("Take %1 out of the teachers").arg(name), QStringLiteral("remove:") + path);
  down->setEnabled(!last);
  connect(up, &QToolButton::clicked, this, [this, path] { workspace_.moveTeacher(path, -1); });
  connect(down, &QToolButton::clicked, this, [this, path] { workspace_.moveTeacher(path, 1); });
  connect(remove, &QToolButton::clicked, this, [this, path] { workspace_.removeTeacher(path); });
  for (QToolButton* button : {up, down, remove}) layout->addWidget(button);
  return row;
}

void TeacherList::setHovered(bool on) {
  hovered_ = on;
  update();
}

void TeacherList::dragEnterEvent(QDragEnterEvent* event) {
  if (droppedFiles(event->mimeData()).isEmpty()) return;
  event->setDropAction(Qt::CopyAction);
  event->accept();
  setHovered(true);
}

void TeacherList::dragLeaveEvent(QDragLeaveEvent*) {
  setHovered(false);
}

void TeacherList::dropEvent(QDropEvent* event) {
  setHovered(false);
  const QStringList files = droppedFiles(event->mimeData());
  if (files.isEmpty()) return;
  event->setDropAction(Qt::CopyAction);
  event->accept();
  for (const QString& file : files) workspace_.takeTeacher(file);
}

void TeacherList::paintEvent(QPaintEvent*) {
  if (!hovered_) return;
  const Colours& colours = Theme::instance().colours();
  QPainter painter(this);
  painter.fillRect(rect(), blended(colours.of(Role::Teacher), colours.surface, 0.2));
}

}  // namespace gf
