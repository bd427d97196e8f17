// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shelf/shelf_export.h"

#include "base/files.h"
#include "jobs/shelf_job.h"
#include "ui/report/result_export.h"
#include "ui/workspace/command_text.h"
#include "ui/workspace/workspace.h"

namespace gf {

namespace {

std::string stemOf(const Shelf& shelf) {
  return "shelf-" + std::to_string(shelf.models.size()) + "-models";
}

}  // namespace

QString exportShelf(const Shelf& shelf, const QString& parent) {
  const QString folder = freshFolder(parent, QString::fromStdString(stemOf(shelf)));
  Result result;
  result.folder = folder.toStdString();
  result.report = shelf.report;
  result.figures = shelf.figures;
  makeResultFolder(result.folder, false);
  exportResult(result);
  return folder;
}

QString shelfCommand(const Workspace& workspace, const Shelf& shelf) {
  QStringList words{QStringLiteral("gainfinder"), QStringLiteral("compare"), QStringLiteral("--shelf")};
  for (const ModelChoice& model : shelf.request.models) words << QString::fromStdString(model.path.string());
  words << QStringLiteral("--data") << workspace.dataPath() << QStringLiteral("--out")
        << QString::fromStdString(stemOf(shelf));
  if (shelf.request.badImages == BadImages::Skip) words << QStringLiteral("--bad-images") << QStringLiteral("skip");
  words << metadataWords(shelf.request.models, stemOf(shelf));
  return commandText(words);
}

}  // namespace gf
