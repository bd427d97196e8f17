// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/roomy_style.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

#include "ui/style/colours.h"

namespace gf {

namespace {

void drawCheckBox(const QStyleOption& option, QPainter& painter) {
  const bool enabled = option.state & QStyle::State_Enabled;
  const bool marked = option.state & (QStyle::State_On | QStyle::State_NoChange);
  const QPalette& palette = option.palette;
  const QColor ground = marked && enabled ? palette.color(QPalette::Highlight) : palette.color(QPalette::Base);
  const QColor edge = enabled ? palette.color(QPalette::PlaceholderText) : palette.color(QPalette::Mid);
  const QRectF box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(marked && enabled ? ground : edge);
  painter.setBrush(ground);
  painter.drawRoundedRect(box, 2, 2);
  const QColor sign = enabled ? readableOn(ground) : edge;
  painter.setPen(QPen(sign, box.width() * 0.14, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.setBrush(Qt::NoBrush);
  const auto at = [&box](double x, double y) {
    return QPointF(box.left() + x * box.width(), box.top() + y * box.height());
  };
  if (option.state & QStyle::State_On) painter.drawPolyline(QPolygonF({at(0.24, 0.52), at(0.43, 0.7), at(0.76, 0.3)}));
  if (option.state & QStyle::State_NoChange) painter.drawLine(at(0.26, 0.5), at(0.74, 0.5));
  painter.restore();
}

}  // namespace

RoomyStyle::RoomyStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

QSize RoomyStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                   const QWidget* widget) const {
  const QSize needed = QProxyStyle::sizeFromContents(type, option, size, widget);
  return type == CT_PushButton ? needed + QSize(space::kM, 2) : needed;
}

void RoomyStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const {
  if (option && (element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck)) {
    return drawCheckBox(*option, *painter);
  }
  QProxyStyle::drawPrimitive(element, option, painter, widget);
}

}  // namespace gf
