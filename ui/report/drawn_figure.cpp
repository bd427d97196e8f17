// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/drawn_figure.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "ui/charts/figure_view.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr double kUnitsPerMm = 96 / 25.4;

std::string plain(const std::string& text) {
  std::string result = text;
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return result;
}

void makePlain(std::vector<std::string>& texts) {
  for (std::string& text : texts) text = plain(text);
}

std::size_t marksOf(const Figure& figure) {
  std::size_t marks = 0;
  for (const FigureSeries& series : figure.series) marks += series.y.size();
  return marks;
}

/// Curves are thinned and bars summed up by their painters; of tables and points every mark is drawn.
bool isHeavy(const Figure& figure) {
  constexpr std::size_t kMost = 12'000;
  const bool each =
      figure.kind == FigureKind::Heat || figure.kind == FigureKind::Grid || figure.kind == FigureKind::Scatter;
  return each && marksOf(figure) > kMost;
}

QImage pictureOf(const Figure& figure, QSizeF millimetres, double dpi) {
  const QSizeF size = millimetres / 25.4 * dpi;
  QImage image(static_cast<int>(std::lround(size.width())), static_cast<int>(std::lround(size.height())),
               QImage::Format_RGB32);
  if (image.isNull()) failRun(figure.id, "an image needs memory", "too little");
  image.fill(Theme::publication().surface);
  QPainter painter(&image);
  painter.scale(dpi / 96, dpi / 96);
  paintFigure(painter, figure, millimetres);
  return image;
}

QByteArray labelOf(const Figure& figure) {
  const QString text = QString::fromStdString(plain(figure.title) + ". " + plain(figure.sentence));
  return text.toHtmlEscaped().toUtf8();
}

QByteArray pngOf(const Figure& figure, double dpi) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  if (!pictureOf(figure, pageSize(figure), dpi).save(&buffer, "PNG")) {
    failRun(figure.id, "the PNG writer must succeed", "it did not");
  }
  return bytes;
}

QByteArray imageElement(const Figure& figure) {
  constexpr double kFine = 192, kCoarse = 120;
  constexpr qsizetype kMost = 600'000;  // what has more in it is noise, which a coarser picture shows as well
  QByteArray bytes = pngOf(figure, kFine);
  if (bytes.size() > kMost) bytes = pngOf(figure, kCoarse);
  return "<img alt=\"" + labelOf(figure) + "\" src=\"data:image/png;base64," + bytes.toBase64() + "\"/>";
}

QByteArray svgOf(const Figure& figure, QSizeF millimetres) {
  constexpr int kDpi = 960;
  const QSizeF size = millimetres / 25.4 * kDpi;
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setResolution(kDpi);
  svg.setSize({static_cast<int>(std::lround(size.width())), static_cast<int>(std::lround(size.height()))});
  svg.setViewBox(QRectF(QPointF(0, 0), QSizeF(svg.size())));
  QPainter painter;
  if (!painter.begin(&svg)) failRun(figure.id, "the SVG writer must start", "it did not");
  painter.scale(kDpi / 96.0, kDpi / 96.0);
  paintFigure(painter, figure, millimetres);
  painter.end();
  return bytes;
}

}  // namespace

QString printable(const std::string& text) {
  return QString::fromStdString(plain(text));
}

Figure printable(Figure figure) {
  for (std::string* text :
       {&figure.title, &figure.sentence, &figure.xTitle, &figure.yTitle, &figure.valueTitle, &figure.zeroLineLabel}) {
    *text = plain(*text);
  }
  makePlain(figure.labels);
  makePlain(figure.details);
  for (FigureSeries& series : figure.series) series.name = plain(series.name);
  for (FigureMark& mark : figure.marks) mark.label = plain(mark.label);
  for (FigureGuide& guide : figure.guides) guide.label = plain(guide.label);
  return figure;
}

QSizeF pageSize(const Figure& figure) {
  constexpr double kCurves = 74;
  const QSizeF natural = naturalSize(figure);
  if (figure.kind == FigureKind::Lines) return {natural.width(), std::min(natural.height(), kCurves)};
  return natural;
}

QByteArray figureElement(const Figure& figure, int number) {
  if (isHeavy(figure)) return imageElement(figure);
  const QSizeF size = pageSize(figure);
  constexpr qsizetype kLargest = 400'000;
  QByteArray svg = svgOf(figure, size);
  if (svg.size() > kLargest) return imageElement(figure);
  // The page is HTML: neither prolog nor namespaces, and each id once on the page.
  const qsizetype begin = svg.indexOf('>', svg.indexOf("<svg")) + 1, end = svg.lastIndexOf("</svg>");
  QByteArray inside = svg.mid(begin, end - begin);
  for (const char* element : {"title", "desc"}) {
    const QByteArray open = QByteArray("<") + element + ">", close = QByteArray("</") + element + ">";
    const qsizetype from = inside.indexOf(open);
    if (from >= 0) inside.remove(from, inside.indexOf(close, from) + close.size() - from);
  }
  // Where the shipped font is not installed, the next best sans serif stands in.
  const QByteArray family = Theme::instance().font(TextStyle::Body).family().toUtf8();
  inside.replace("font-family=\"" + family + "\"",
                 "font-family=\"" + family + ", Inter, Helvetica, Arial, sans-serif\"");
  const QByteArray own = "f" + QByteArray::number(number) + "-";
  inside.replace(" id=\"", " id=\"" + own).replace("=\"url(#", "=\"url(#" + own).replace(" xlink:href=\"", " href=\"");
  const QSizeF units = size / 25.4 * 960;
  const QByteArray box =
      "0 0 " + QByteArray::number(std::lround(units.width())) + " " + QByteArray::number(std::lround(units.height()));
  return "<svg viewBox=\"" + box + "\" role=\"img\" aria-label=\"" + labelOf(figure) + "\">" + inside + "</svg>";
}

void paintOnPage(QPainter& painter, const Figure& figure, QSizeF millimetres) {
  constexpr double kDpi = 220;
  if (!isHeavy(figure)) {
    paintFigure(painter, figure, millimetres);
    return;
  }
  painter.setRenderHint(QPainter::LosslessImageRendering);
  painter.drawImage(QRectF(QPointF(0, 0), millimetres * kUnitsPerMm), pictureOf(figure, millimetres, kDpi));
}

}  // namespace gf
