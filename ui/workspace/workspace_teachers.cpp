// SPDX-License-Identifier: GPL-3.0-or-later
// Workspace: several teachers. The first stands in the slot and is compared; the others follow in their order.
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace_private.h"

namespace gf {

QStringList Workspace::teacherPaths() const {
  QStringList paths;
  if (teacher()) paths << pathIn(Slot::Teacher);
  for (const QString& path : private_->further)
    if (slotBlocked(Slot::Teacher, path).isEmpty()) paths << path;
  return paths;
}

std::vector<const Inspection*> Workspace::teachers() const {
  std::vector<const Inspection*> models;
  for (const QString& path : teacherPaths()) models.push_back(&shelf_->find(path)->inspection);
  return models;
}

QString Workspace::addTeacherBlocked(const QString& path) const {
  const QString reason = slotBlocked(Slot::Teacher, path);
  if (!reason.isEmpty()) return reason;
  if (teacherPaths().contains(path)) return tr("This model is a teacher already.");
  if (pathIn(Slot::Student) == path) return tr("This model is the student.");
  return {};
}

bool Workspace::addTeacher(const QString& path) {
  if (!addTeacherBlocked(path).isEmpty()) return false;
  if (pathIn(Slot::Teacher).isEmpty()) return setTeacher(path);
  private_->further << path;
  teachersChanged();
  return true;
}

void Workspace::takeTeacher(const QString& file) {
  const QString path = absolute(file);
  const ShelfModel::Row* row = shelf_->find(path);
  if (!row || row->pending) {
    if (pathIn(Slot::Teacher).isEmpty()) return take(Slot::Teacher, path);
    if (!private_->further.contains(path)) private_->further << path;  // it counts once it was read
    addModels({path});
    return;
  }
  const QString reason = addTeacherBlocked(path);
  if (reason.isEmpty())
    addTeacher(path);
  else
    emit problem(tr("%1 was not added to the teachers").arg(QFileInfo(path).fileName()), reason);
}

void Workspace::removeTeacher(const QString& path) {
  if (private_->further.removeAll(path) > 0) return teachersChanged();
  if (pathIn(Slot::Teacher) != path || path.isEmpty()) return;
  QString next;
  for (const QString& each : private_->further)
    if (next.isEmpty() && slotBlocked(Slot::Teacher, each).isEmpty()) next = each;
  choose(Slot::Teacher, next);
}

void Workspace::moveTeacher(const QString& path, int by) {
  QStringList order = teacherPaths();
  const qsizetype from = order.indexOf(path), to = from + by;
  if (from < 0 || to < 0 || to >= order.size() || by == 0) return;
  const QString first = order.first();
  order.move(from, to);
  QStringList further = order.mid(1);
  for (const QString& each : private_->further)
    if (!order.contains(each)) further << each;  // still being read
  private_->further = further;
  if (order.first() == first) return teachersChanged();
  choose(Slot::Teacher, order.first());
}

void Workspace::teachersChanged() {
  private_->labelMaps.reset();
  remember();
  emit slotsChanged();
}

}  // namespace gf
