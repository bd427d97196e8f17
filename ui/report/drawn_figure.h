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

/// The figure as an <svg> element for an HTML page: its natural size as view box, no namespace, no reference to
/// anything outside; `number` keeps its ids apart from other figures'. Too many marks for vectors: an <img> with the
/// picture inside.
QByteArray figureElement(const Figure& figure, int number);

/// What paintFigure() draws, in vectors or, with too many marks for a page, as a picture.
void paintOnPage(QPainter& painter, const Figure& figure, QSizeF millimetres);

}  // namespace gf
