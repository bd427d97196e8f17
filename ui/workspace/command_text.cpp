// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/command_text.h"

#include <QRegularExpression>
#include <nlohmann/json.hpp>

#include "base/files.h"

namespace gf {

QString commandText(const QStringList& words) {
  static const QRegularExpression plain(QStringLiteral("\\A[A-Za-z0-9_./:=,+-]+\\z"));
  QStringList quoted;
  for (QString word : words) {
    if (!plain.match(word).hasMatch()) {
      word = '\'' + word.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + '\'';
    }
    quoted << word;
  }
  return quoted.join(' ');
}

QStringList metadataWords(const std::vector<ModelChoice>& models, const std::string& stem) {
  nlohmann::json supplied = nlohmann::json::object();
  for (const ModelChoice& model : models) {
    if (model.metadata.is_object()) supplied[model.path.filename().string()] = model.metadata;
  }
  if (supplied.empty()) return {};
  const std::filesystem::path file = dataFolder() / (stem + "-metadata.json");
  writeAtomically(file, supplied.dump(2) + "\n");
  return {QStringLiteral("--model-meta"), QString::fromStdString(file.string())};
}

}  // namespace gf
