// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shelf/shelf_export.h"

#include "base/files.h"
#include "jobs/shelf_job.h"
#include "report/result_folder.h"
#include "report/shelf_report.h"
#include "ui/charts/figure_view.h"
#include "ui/report/report_pages.h"
#include "ui/workspace/command_text.h"
#include "ui/workspace/workspace.h"

namespace gf {

namespace {

std::string stemOf(const Shelf& shelf) {
  return "shelf-" + std::to_string(shelf.models.size()) + "-models";
}

}  // namespace

QString exportShelf(const Shelf& shelf, const QString& parent) {
  const std::filesystem::path base(parent.toStdString());
  std::filesystem::path folder = base / stemOf(shelf);
  for (int n = 2; std::filesystem::exists(folder); ++n) folder = base / (stemOf(shelf) + "-" + std::to_string(n));
  makeResultFolder(folder, false);
  Result result;
  result.folder = folder;
  result.report = shelf.report;
  result.figures = shelfFigures(result.report);
  writeReport(folder, result.report, result.figures);
  for (const Figure& figure : result.figures) {
    const QString name = QString::fromStdString((folder / "figures" / figure.id).string());
    const QSizeF size = naturalSize(figure);
    exportFigure(figure, name + QStringLiteral(".svg"), FigureFormat::Svg, size);
    exportFigure(figure, name + QStringLiteral(".pdf"), FigureFormat::Pdf, size);
    exportFigure(figure, name + QStringLiteral(".png"), FigureFormat::Png, size);
  }
  writeReportHtml(result, QString::fromStdString((folder / "report.html").string()));
  return QString::fromStdString(folder.string());
}

QString shelfCommand(const Workspace& workspace, const Shelf& shelf) {
  QStringList words{QStringLiteral("gainfinder"), QStringLiteral("compare"), QStringLiteral("--shelf")};
  for (const ModelChoice& model : shelf.request.models) words << QString::fromStdString(model.path.string());
  words << QStringLiteral("--data") << workspace.dataPath() << QStringLiteral("--out")
        << QString::fromStdString(stemOf(shelf));
  words << metadataWords(shelf.request.models, stemOf(shelf));
  return commandText(words);
}

}  // namespace gf
