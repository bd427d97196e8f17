// SPDX-License-Identifier: GPL-3.0-or-later
#include <QBuffer>
#include <QImage>
#include <QMarginsF>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "report/json_text.h"
#include "ui/charts/drawing.h"
#include "ui/charts/figure_view.h"

namespace gf {

namespace {

constexpr double kUnitsPerMm = 96 / 25.4;
constexpr int kPngDpi = 300;
constexpr int kVectorDpi = 960;  // Ten times the units of the painters: sizes stay exact to a hundredth of an inch.

QByteArray renderSvg(const Figure& figure, QSizeF millimetres, bool all) {
  const double scale = kVectorDpi / 96.0;
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setResolution(kVectorDpi);
  const QSizeF size = millimetres * kUnitsPerMm * scale;
  svg.setSize(QSize(static_cast<int>(std::lround(size.width())), static_cast<int>(std::lround(size.height()))));
  svg.setViewBox(QRectF(QPointF(0, 0), QSizeF(svg.size())));
  svg.setTitle(toQString(figure.title));
  svg.setDescription(toQString(figure.sentence));
  QPainter painter;
  if (!painter.begin(&svg)) failRun(figure.id, "the SVG writer must start", "it did not");
  painter.scale(scale, scale);
  paintFigure(painter, figure, millimetres, all);
  painter.end();
  // Where the shipped font is not installed, the next best sans serif stands in.
  const QByteArray family = Theme::instance().font(TextStyle::Body).family().toUtf8();
  bytes.replace("font-family=\"" + family + "\"",
                "font-family=\"" + family + ", Inter, Helvetica, Arial, sans-serif\"");
  return bytes;
}

QByteArray renderPdf(const Figure& figure, QSizeF millimetres, bool all) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter pdf(&buffer);
  pdf.setResolution(kVectorDpi);
  pdf.setPageSize(QPageSize(millimetres, QPageSize::Millimeter, {}, QPageSize::ExactMatch));
  pdf.setPageMargins(QMarginsF());
  pdf.setTitle(toQString(figure.title));
  pdf.setCreator(QStringLiteral("Gainfinder"));
  QPainter painter;
  if (!painter.begin(&pdf)) failRun(figure.id, "the PDF writer must start", "it did not");
  painter.scale(kVectorDpi / 96.0, kVectorDpi / 96.0);
  paintFigure(painter, figure, millimetres, all);
  painter.end();
  return bytes;
}

QByteArray renderPng(const Figure& figure, QSizeF millimetres, bool all) {
  const QSizeF size = millimetres / 25.4 * kPngDpi;
  QImage image(static_cast<int>(std::lround(size.width())), static_cast<int>(std::lround(size.height())),
               QImage::Format_RGB32);
  if (image.isNull()) {
    failRun(figure.id, "an image needs memory", std::to_string(millimetres.width()) + " mm wide",
            "Choose a smaller size.");
  }
  image.fill(Theme::publication().surface);
  image.setDotsPerMeterX(static_cast<int>(std::lround(kPngDpi / 0.0254)));
  image.setDotsPerMeterY(image.dotsPerMeterX());
  QPainter painter(&image);
  painter.scale(kPngDpi / 96.0, kPngDpi / 96.0);
  paintFigure(painter, figure, millimetres, all);
  painter.end();
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  if (!image.save(&buffer, "PNG")) failRun(figure.id, "the PNG writer must succeed", "it did not");
  return bytes;
}

}  // namespace

void paintFigure(QPainter& painter, const Figure& figure, QSizeF millimetres, bool allBars) {
  const QRectF page(QPointF(0, 0), millimetres * kUnitsPerMm);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  painter.fillRect(page, Theme::publication().surface);
  const ChartFonts fonts = publicationFonts();
  FigureLook look;
  look.all = allBars;
  const std::unique_ptr<FigurePainter> kind = FigurePainter::of(figure.kind);
  const double margin = 0.5 * textHeight(fonts.label);
  kind->paint(painter, page.adjusted(margin, margin, -margin, -margin), figure, Theme::publication(), fonts, look);
}

QSizeF naturalSize(const Figure& figure) {
  constexpr double kWidth = 170, kHeight = 100;
  const auto rows = static_cast<double>(figure.labels.size()), series = static_cast<double>(figure.series.size());
  switch (figure.kind) {
    case FigureKind::Stack:
      return {kWidth, 34};
    case FigureKind::Heat:
      if (!figure.namedColumns) return {kWidth, std::clamp(32 + 3.2 * rows, 60.0, 220.0)};
      return {kWidth, std::clamp(50 + 5 * rows, 70.0, 150.0)};
    case FigureKind::Scatter:
      return {kWidth, 110};
    case FigureKind::Grid:
      return {kWidth, std::clamp(36 + 1.6 * rows, 40.0, 140.0)};
    case FigureKind::Bars:
      return {kWidth, std::min(kHeight, 26 + 2.5 * rows + 5.5 * rows * std::max(series, 1.0))};
    case FigureKind::Lines:
    case FigureKind::Columns:
      break;
  }
  return {kWidth, kHeight};
}

void exportFigure(const Figure& figure, const QString& file, FigureFormat format, QSizeF millimetres, bool allBars) {
  if (!(millimetres.width() >= 20 && millimetres.height() >= 15 && millimetres.width() <= 2000 &&
        millimetres.height() <= 2000)) {
    failUsage("size of the figure", "20 to 2000 mm wide and 15 to 2000 mm high",
              std::to_string(millimetres.width()) + " × " + std::to_string(millimetres.height()) + " mm");
  }
  std::string bytes;
  switch (format) {
    case FigureFormat::Svg:
      bytes = renderSvg(figure, millimetres, allBars).toStdString();
      break;
    case FigureFormat::Pdf:
      bytes = renderPdf(figure, millimetres, allBars).toStdString();
      break;
    case FigureFormat::Png:
      bytes = renderPng(figure, millimetres, allBars).toStdString();
      break;
    case FigureFormat::Csv:
      bytes = toCsv(figure);
      break;
    case FigureFormat::Json:
      bytes = fileText(toJson(figure));
      break;
  }
  writeAtomically(std::filesystem::path(file.toStdString()), bytes);
}

}  // namespace gf
