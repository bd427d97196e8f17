// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/transfer_setup.h"

#include <QCoreApplication>
#include <QFileInfo>

#include "options/option_table.h"
#include "ui/workspace/command_text.h"
#include "ui/workspace/label_map.h"
#include "ui/workspace/run_center.h"
#include "ui/workspace/shelf_model.h"

namespace gf {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(gf::TransferPage)
};

QString nameOf(const Inspection* model) {
  return model && model->metadata ? QString::fromStdString(model->metadata->name) : Words::tr("none chosen");
}

QString featuresBlocked(const Workspace& workspace, const QString& method) {
  std::vector<const Inspection*> models = workspace.teachers();
  models.push_back(workspace.student());
  for (const Inspection* model : models) {
    if (model->featuresProblem.empty()) continue;
    return Words::tr("%1 compares penultimate features, and %2 offers none: %3.")
        .arg(method, nameOf(model), QString::fromStdString(model->featuresProblem));
  }
  return {};
}

}  // namespace

TransferRequest transferOf(Workspace& workspace, const TransferOptions& options) {
  TransferRequest request;
  const auto choiceOf = [&workspace](const QString& path) {
    const ShelfModel::Row* row = workspace.shelf().find(path);
    return row ? row->choice : ModelChoice{};
  };
  request.student = choiceOf(workspace.pathIn(Slot::Student));
  for (const QString& path : workspace.teacherPaths()) request.teachers.push_back(choiceOf(path));
  request.data = workspace.dataPath().toStdString();
  request.options = options;
  return request;
}

QString transferCommand(const TransferRequest& request) {
  QStringList words{QStringLiteral("gainfinder"), QStringLiteral("transfer"), QStringLiteral("--student"),
                    QString::fromStdString(request.student.path.string())};
  std::vector<ModelChoice> models{request.student};
  for (const ModelChoice& teacher : request.teachers) {
    words << QStringLiteral("--teacher") << QString::fromStdString(teacher.path.string());
    models.push_back(teacher);
  }
  words << QStringLiteral("--data") << QString::fromStdString(request.data.string());
  for (const auto& flag : toFlags(request.options)) words << QString::fromStdString(flag);
  const QString out = RunCenter::freshFolder(request);
  words << QStringLiteral("--out") << out;
  words << metadataWords(models, QFileInfo(out).fileName().toStdString());
  return commandText(words);
}

QString methodBlocked(const Workspace& workspace, const TransferOptions& options) {
  const std::string conflict = conflictIn(options, workspace.teachers().size());
  if (!conflict.empty()) return QCoreApplication::translate("options", conflict.c_str());
  if (usesFeatures(options.method))
    return featuresBlocked(workspace, QString::fromUtf8(displayName(options.method).data()));
  for (const LabelMap& map : workspace.labelMaps()) {
    if (map.role != ModelRole::Teacher || map.missing.isEmpty()) continue;
    return Words::tr("%1 lacks classes of the data (%2): only CD and CRD, which compare features, can learn from it.")
        .arg(map.model, listText(map.missing, 3));
  }
  return {};
}

QString pairText(const Workspace& workspace, const TransferOptions& options) {
  const QString student = nameOf(workspace.student());
  const QString path = workspace.dataPath();
  const QString images = path.isEmpty() ? Words::tr("none") : QFileInfo(path).fileName();
  const auto teachers = workspace.teachers();
  if (teachers.size() < 2)
    return Words::tr("Teacher: %1. Student: %2. Data: %3.").arg(nameOf(workspace.teacher()), student, images);
  const bool given = options.teachers == TeacherMode::Sequential && options.teacherOrder == TeacherOrder::Given;
  QStringList names;
  for (std::size_t i = 0; i < teachers.size(); ++i)
    names << (given ? Words::tr("%1. %2").arg(i + 1).arg(nameOf(teachers[i])) : nameOf(teachers[i]));
  return Words::tr("Teachers: %1. Student: %2. Data: %3.").arg(names.join(QStringLiteral(", ")), student, images);
}

}  // namespace gf
