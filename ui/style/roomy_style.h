// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace gf {

/// Fusion with room around the words of buttons and with check boxes whose outline can be seen on a dark ground.
class RoomyStyle final : public QProxyStyle {
  Q_OBJECT
 public:
  RoomyStyle();
  QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                         const QWidget* widget) const override;
  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
};

}  // namespace gf
