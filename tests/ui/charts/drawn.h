// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTemporaryDir>
#include <memory>

#include "sample_figures.h"
#include "ui/charts/figure_view.h"

namespace gf {

/// A figure drawn on white, with what drew it.
struct Drawn {
  Drawn(const Figure& figure, QSize size, const FigureLook& look = {})
      : image(size, QImage::Format_RGB32), kind(FigurePainter::of(figure.kind)) {
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    kind->paint(painter, QRectF(QPointF(0, 0), size), figure, Theme::publication(), publicationFonts(), look);
  }
  QImage image;
  std::unique_ptr<FigurePainter> kind;
};

inline QStringList svgTexts(const Figure& figure, QSizeF millimetres) {
  QTemporaryDir folder;
  exportFigure(figure, folder.filePath("a.svg"), FigureFormat::Svg, millimetres);
  return textsOf(bytesOf(folder.filePath("a.svg")));
}

}  // namespace gf
