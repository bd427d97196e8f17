// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/importing/import_words.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/workspace/command_text.h"

namespace gf {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(gf::ImportDialog)
};

ImportRequest emptyRequest(const ImportPlan& plan, const std::string& library) {
  ImportRequest request;
  request.library = library;
  request.out = plan.out.toStdString();
  request.python = plan.python.toStdString();
  request.overwrite = plan.overwrite;
  request.randomInit = plan.from == WeightsFrom::Random;
  if (request.randomInit) request.seed = plan.seed;
  if (plan.from == WeightsFrom::File) {
    request.checkpoint = plan.weights.toStdString();
    request.metadata = plan.metadata.toStdString();
  }
  return request;
}

QString commandOf(const ImportRequest& request) {
  QStringList words{QStringLiteral("gainfinder"), QStringLiteral("import"), QString::fromStdString(request.library)};
  const auto add = [&words](const char* flag, const std::string& value) {
    if (!value.empty()) words << QLatin1String(flag) << QString::fromStdString(value);
  };
  for (const std::string& name : request.names) words << QString::fromStdString(name);
  add("--out", request.out.string());
  add("--checkpoint", request.checkpoint.string());
  add("--model-meta", request.metadata.string());
  if (request.randomInit) words << QStringLiteral("--random-init");
  if (request.randomInit) add("--seed", std::to_string(request.seed));
  add("--python", request.python.string());
  if (request.overwrite) words << QStringLiteral("--overwrite");
  return commandText(words);
}

}  // namespace

std::vector<ImportRequest> requestsOf(const ImportPlan& plan) {
  std::vector<ImportRequest> requests;
  if (plan.models.empty() && plan.from == WeightsFrom::File) requests.push_back(emptyRequest(plan, "timm"));
  for (const Importable& model : plan.models) {
    auto request = std::find_if(requests.begin(), requests.end(),
                                [&](const ImportRequest& each) { return each.library == model.library; });
    if (request == requests.end()) request = requests.insert(request, emptyRequest(plan, model.library));
    request->names.push_back(model.name);
  }
  return requests;
}

QString commandOf(const std::vector<ImportRequest>& requests) {
  QStringList lines;
  for (const ImportRequest& request : requests) lines << commandOf(request);
  return lines.join(u'\n');
}

QString failureText(const ImportOutcome& outcome) {
  QString words = QString::fromStdString(outcome.rule);
  if (!words.isEmpty()) words[0] = words[0].toUpper();
  if (!outcome.observed.empty()) words += Words::tr("; found %1").arg(QString::fromStdString(outcome.observed));
  words += u'.';
  if (!outcome.remedy.empty()) words += u' ' + QString::fromStdString(outcome.remedy) + u'.';
  return words;
}

}  // namespace gf
