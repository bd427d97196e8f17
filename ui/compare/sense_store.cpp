// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sense_store.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace gf {

namespace {

constexpr QLatin1String kPrefix("wordnet:");

}  // namespace

QString senseFile(const QString& provider) {
  if (provider.startsWith(kPrefix)) return provider.mid(kPrefix.size());
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation);
  return folder + QStringLiteral("/wordnet-senses.json");
}

WordNetSettings readSenses(const QString& file) {
  if (!QFileInfo::exists(file)) return {};
  return readWordNetSettings(file.toStdString());
}

void writeSenses(const QString& file, const WordNetSettings& settings) {
  const QString folder = QFileInfo(file).absolutePath();
  if (!QDir().mkpath(folder)) failRun(folder.toStdString(), "the folder of senses must be writable", "it is not");
  nlohmann::ordered_json json = {{"measure", nameOf(settings.measure)}, {"senses", nlohmann::ordered_json::object()}};
  for (const auto& [name, sense] : settings.senses) json["senses"][name] = sense;
  writeAtomically(file.toStdString(),
                  std::string_view(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"));
}

QString senseProvider(const QString& file, const WordNetSettings& settings) {
  if (settings.senses.empty() && settings.measure == WordNetSettings{}.measure) return QStringLiteral("wordnet");
  return kPrefix + file;
}

}  // namespace gf
