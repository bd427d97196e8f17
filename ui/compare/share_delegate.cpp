// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/share_delegate.h"

#include <QPainter>

#include "ui/style/theme.h"

namespace gf {

void ShareDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem number = option;
  QStyledItemDelegate::paint(painter, number, index);
  const double room = option.fontMetrics.horizontalAdvance(QStringLiteral("100.0")) + space::kS;
  const double start = option.rect.left() + room + space::kS, full = option.rect.right() - start - space::kS;
  const double share = index.data(barRole_).toDouble();
  if (full < 4 || !(share > 0)) return;
  const double half = option.rect.height() * 0.28;
  painter->save();
  painter->setPen(Qt::NoPen);
  painter->setBrush(Theme::instance().colours().of(meaning));
  painter->drawRect(QRectF(start, option.rect.center().y() + 0.5 - half, full * share, 2 * half));
  painter->restore();
}

void ShareDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  // The style aligns the number in the cell; padded with figure spaces it ends where its bar begins.
  option->displayAlignment = Qt::AlignLeft | Qt::AlignVCenter;
  option->text = option->text.rightJustified(5, QChar(0x2007));
}

}  // namespace gf
