// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/role_delegate.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>

#include "ui/style/colours.h"
#include "ui/style/theme.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

constexpr int kBadge = 16;

}  // namespace

RoleDelegate::RoleDelegate(Workspace& workspace, QObject* parent)
    : QStyledItemDelegate(parent), workspace_(workspace) {}

QSize RoleDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  return QStyledItemDelegate::sizeHint(option, index) + QSize(2 * (kBadge + space::kXs), 0);
}

void RoleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem row = option;
  initStyleOption(&row, index);
  const QString path = index.data(ShelfModel::PathRole).toString();
  const QStringList teachers = workspace_.teacherPaths();
  const qsizetype place = teachers.indexOf(path);
  const bool teacher = place >= 0, student = workspace_.pathIn(Slot::Student) == path;
  if (teacher || student) row.font.setWeight(QFont::DemiBold);
  const QString text = row.text;
  row.text.clear();
  QStyle* style = row.widget ? row.widget->style() : QApplication::style();
  style->drawControl(QStyle::CE_ItemViewItem, &row, painter, row.widget);

  QRect area = option.rect.adjusted(space::kXs, 0, -space::kXs, 0);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const auto badge = [&](const QString& letter, Role role) {
    const QColor colour = Theme::instance().colours().of(role);
    const int width =
        std::max(kBadge, QFontMetrics(Theme::instance().font(TextStyle::Small)).horizontalAdvance(letter) + 6);
    const QRect box(area.right() - width + 1, area.center().y() - kBadge / 2 + 1, width, kBadge);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    painter->drawRoundedRect(box, 3, 3);
    painter->setPen(readableOn(colour));
    painter->setFont(Theme::instance().font(TextStyle::Small));
    painter->drawText(box, Qt::AlignCenter, letter);
    area.setRight(box.left() - space::kXs);
  };
  if (student) badge(tr("S", "badge of the student"), Role::Student);
  if (teacher) {
    const QString letter = tr("T", "badge of the teacher");
    badge(teachers.size() > 1 ? letter + QString::number(place + 1) : letter, Role::Teacher);
  }
  const bool chosen = option.state.testFlag(QStyle::State_Selected);
  painter->setPen(row.palette.color(chosen ? QPalette::HighlightedText : QPalette::Text));
  painter->setFont(row.font);
  painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft,
                    QFontMetrics(row.font).elidedText(text, Qt::ElideMiddle, area.width()));
  painter->restore();
}

}  // namespace gf
