// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/export_study.h"

#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "study/study_page.h"
#include "study/table_text.h"
#include "ui/charts/figure_view.h"

namespace gf {
namespace {

/// Waits for what it does on the GUI thread, and says so.
struct Waiting {
  Waiting() { QGuiApplication::setOverrideCursor(Qt::WaitCursor); }
  ~Waiting() { QGuiApplication::restoreOverrideCursor(); }
};

constexpr std::pair<FigureFormat, const char*> kFormats[] = {{FigureFormat::Svg, ".svg"},
                                                             {FigureFormat::Pdf, ".pdf"},
                                                             {FigureFormat::Png, ".png"},
                                                             {FigureFormat::Csv, ".csv"},
                                                             {FigureFormat::Json, ".json"}};

}  // namespace

QString exportStudy(const StudyResults& results, const std::vector<Figure>& figures,
                    const std::vector<StudyTableText>& tables, const QString& parent, const QString& name) {
  const Waiting waiting;
  QString folder = parent + '/' + name;
  for (int i = 2; QFileInfo::exists(folder); ++i) folder = parent + '/' + name + '-' + QString::number(i);
  for (const char* below : {"/figures", "/tables"})
    if (!QDir().mkpath(folder + QLatin1String(below)))
      failRun((folder + QLatin1String(below)).toStdString(), "the folder must be made", "a refusal");
  for (const Figure& figure : figures)
    for (const auto& [format, ending] : kFormats)
      exportFigure(figure, folder + "/figures/" + QString::fromStdString(figure.id) + QLatin1String(ending), format,
                   naturalSize(figure));
  const std::filesystem::path root = folder.toStdString();
  for (const StudyTableText& table : tables) {
    writeAtomically(root / "tables" / (table.id + ".md"), toMarkdown(table.table));
    writeAtomically(root / "tables" / (table.id + ".tex"), toLatex(table.table));
    writeAtomically(root / "tables" / (table.id + ".csv"), toCsv(table.table));
  }
  writeAtomically(root / "study.md", studyPage(results.table, figures, tables, results.table.leftOut));
  writeAtomically(root / "cells.csv", cellsCsv(results.cells));
  return folder;
}

}  // namespace gf
