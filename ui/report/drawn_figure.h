// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QSizeF>

#include "report/figure.h"

class QPainter;
class QRectF;

namespace gf {

/// A figure whose texts can be drawn and written anywhere: control characters, which XML knows nothing of, are spaces.
Figure printable(Figure figure);
QString printable(const std::string& text);

/// In millimetres, as wide as naturalSize(): low where there is little to show, so that a page holds several.
QSizeF pageSize(const Figure& figure);

/// The figure as an <svg> element for an HTML page: its size on the page as view box, no namespace, no reference to
/// anything outside; `number` keeps its ids apart from other figures'. Too many marks for vectors: an <img> with the
/// picture inside.
QByteArray figureElement(const Figure& figure, int number);

/// What paintFigure() draws, in vectors or, with too many marks for a page, as a picture.
void paintOnPage(QPainter& painter, const Figure& figure, QSizeF millimetres);

}  // namespace gf
