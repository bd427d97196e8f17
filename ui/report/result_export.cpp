// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/result_export.h"

#include <QDir>
#include <QFileInfo>

#include "ui/charts/figure_view.h"
#include "ui/report/report_pages.h"

namespace gf {

QString freshFolder(const QString& parent, const QString& name) {
  const QString base = QDir(parent).filePath(name);
  QString folder = base;
  for (int i = 2; QFileInfo::exists(folder); ++i) folder = base + QStringLiteral("-%1").arg(i);
  return folder;
}

void exportResult(const Result& result) {
  writeReport(result.folder, result.report, result.figures);
  for (const Figure& figure : result.figures) {
    const QString name = QString::fromStdString((result.folder / "figures" / figure.id).string());
    const QSizeF size = naturalSize(figure);
    exportFigure(figure, name + QStringLiteral(".svg"), FigureFormat::Svg, size);
    exportFigure(figure, name + QStringLiteral(".pdf"), FigureFormat::Pdf, size);
    exportFigure(figure, name + QStringLiteral(".png"), FigureFormat::Png, size);
  }
  writeReportHtml(result, QString::fromStdString((result.folder / "report.html").string()));
  writeReportPdf(result, QString::fromStdString((result.folder / "report.pdf").string()));
}

}  // namespace gf
