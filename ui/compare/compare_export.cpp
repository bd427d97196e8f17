// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_export.h"

#include "base/files.h"
#include "jobs/meaning_job.h"
#include "report/meaning_report.h"
#include "report/text.h"
#include "ui/compare/sample_text.h"
#include "ui/report/result_export.h"
#include "ui/workspace/command_text.h"
#include "ui/workspace/shelf_model.h"

namespace gf {

namespace {

std::string stemOf(const std::string& student, const std::string& teacher) {
  return "compare-" + fileNameText(student) + "-" + fileNameText(teacher);
}

}  // namespace

QString exportComparison(const Comparison& comparison, const PairMeaning* meaning, const QString& parent) {
  const std::string stem = stemOf(studentName(comparison).toStdString(), teacherName(comparison).toStdString());
  const QString folder = freshFolder(parent, QString::fromStdString(stem));
  Result result{folder.toStdString(), comparison.report, {}, {}, {}};
  makeResultFolder(result.folder, false);
  if (meaning) {
    result.report["meaning"] = meaning->json;
    result.similarity = meaning->similarity;
    writeSimilarity(result.folder, meaning->classes.semantics, result.report);
  }
  result.figures = figuresOf(result.report, {}, result.similarity);
  exportResult(result);
  return folder;
}

QString compareCommand(Workspace& workspace) {
  const QString student = workspace.pathIn(Slot::Student), teacher = workspace.pathIn(Slot::Teacher);
  const auto nameOf = [](const Inspection* model) {
    return model && model->metadata ? model->metadata->name : "model";
  };
  const std::string stem = stemOf(nameOf(workspace.student()), nameOf(workspace.teacher()));
  QStringList words{QStringLiteral("gainfinder"), QStringLiteral("compare"),
                    QStringLiteral("--student"),  student,
                    QStringLiteral("--teacher"),  teacher,
                    QStringLiteral("--data"),     workspace.dataPath(),
                    QStringLiteral("--out"),      QString::fromStdString(stem)};
  std::vector<ModelChoice> models;
  for (const QString& path : {student, teacher}) {
    if (const ShelfModel::Row* row = workspace.shelf().find(path)) models.push_back(row->choice);
  }
  if (!workspace.semantics().isEmpty()) words << QStringLiteral("--semantics") << workspace.semantics();
  if (workspace.badImages() == BadImages::Skip) words << QStringLiteral("--bad-images") << QStringLiteral("skip");
  words << metadataWords(models, stem);
  return commandText(words);
}

}  // namespace gf
