// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fit/fit_setup.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include "base/error.h"
#include "base/files.h"
#include "report/text.h"
#include "ui/style/numbers.h"
#include "ui/workspace/command_text.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(gf::FitDialog)
};

}  // namespace

FitOptions withRecipe(FitOptions options, FitRecipe recipe) {
  options.head = FitHead::Auto;
  options.classes = FitClasses::All;
  if (recipe == FitRecipe::OtherData) options.layers = FitLayers::Head;
  if (recipe == FitRecipe::DomainShift) {
    options.layers = FitLayers::All;
    options.classes = FitClasses::Shared;
    options.training.learningRate = 0.001;  // the weights are to move a little, not to be learnt anew
  }
  return options;
}

QString recipeText(FitRecipe recipe) {
  switch (recipe) {
    case FitRecipe::OtherData:
      return Words::tr(
          "The head of student and of teacher is fitted to the open data, one after the other; then they are compared "
          "and the transfer runs on the same data (CUB-200-2011, Caltech-256 and Stanford Cars in the paper).");
    case FitRecipe::DomainShift:
      return Words::tr(
          "Step 1: this model learns the open data's pictures (DomainNet's Infograph in the paper) of the classes that "
          "it knows; its outputs stay. Step 2: it becomes the teacher, and teaches on ImageNet.");
    case FitRecipe::OwnData:
      break;
  }
  return Words::tr("The model is trained with the labels of the open data; no teacher takes part.");
}

FitRequest fitOf(Workspace& workspace, const QString& model, const FitOptions& options) {
  FitRequest request;
  const ShelfModel::Row* row = workspace.shelf().find(model);
  if (row) request.model = row->choice;
  request.data = workspace.dataPath().toStdString();
  request.options = options;
  return request;
}

QString fitBlocked(Workspace& workspace, const QString& model, const FitOptions& options, QString& plan) {
  plan.clear();
  const ShelfModel::Row* row = workspace.shelf().find(model);
  if (!row || row->pending) return Words::tr("The model has not been read yet.");
  if (!row->inspection.usable()) return shelfExplanation(*row);
  if (row->inspection.traced)
    return Words::tr(
        "Traced models cannot be trained: their training mode is baked in. Export it with torch.jit.script.");
  if (!workspace.data()) return Words::tr("No data are open. Open the images to train on, on the Data page.");
  try {
    const FitPreview preview = previewFit(model.toStdString(), *row->inspection.metadata, *workspace.data(), options);
    plan = Words::tr("%1 %2 images, %3 steps.")
               .arg(QString::fromStdString(preview.plan), countText(preview.samples), countText(preview.steps));
    return {};
  } catch (const Error& error) {
    QString text = QString::fromStdString(error.rule());
    if (!error.observed().empty()) text += QStringLiteral(": ") + QString::fromStdString(error.observed());
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text.endsWith(QLatin1Char('.')) ? text : text + QLatin1Char('.');
  }
}

QString freshFitFolder(const FitRequest& request) {
  const auto data = request.data.has_filename() ? request.data : request.data.parent_path();
  const std::string name =
      fileNameText(request.model.path.stem().string()) + "-on-" + fileNameText(data.filename().string());
  const QString base = QString::fromStdString((dataFolder() / "fits" / name).string());
  QString folder = base;
  for (int i = 2; QDir(folder).exists(); ++i) folder = base + QLatin1Char('-') + QString::number(i);
  return folder;
}

QString fitCommand(const FitRequest& request) {
  QStringList words{QStringLiteral("gainfinder"), QStringLiteral("fit"),
                    QStringLiteral("--model"),    QString::fromStdString(request.model.path.string()),
                    QStringLiteral("--data"),     QString::fromStdString(request.data.string())};
  for (const auto& flag : toFlags(request.options)) words << QString::fromStdString(flag);
  words << QStringLiteral("--out") << QString::fromStdString(request.out.string());
  words << metadataWords({request.model}, request.out.filename().string());
  return commandText(words);
}

}  // namespace gf
