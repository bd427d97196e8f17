// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/workspace_memory.h"

#include <QFileInfo>
#include <QSettings>

namespace gf {
namespace {

constexpr auto kModels = "workspace/models";
constexpr auto kTeacher = "workspace/teacher";
constexpr auto kStudent = "workspace/student";
constexpr auto kFurther = "workspace/further-teachers";
constexpr auto kData = "workspace/data";
constexpr auto kSemantics = "workspace/semantics";
constexpr auto kSkipBad = "workspace/skip-bad-images";
constexpr int kMostModels = 10000;

/// One model a line: {"path": …, "metadata": …}.
QString lineOf(const ModelChoice& choice) {
  const nlohmann::json line{{"path", choice.path.string()}, {"metadata", choice.metadata}};
  return QString::fromStdString(line.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

bool readLine(const QString& line, ModelChoice& choice) {
  const nlohmann::json object = nlohmann::json::parse(line.toStdString(), nullptr, false);
  if (!object.is_object() || !object.contains("path") || !object["path"].is_string()) return false;
  choice.path = object["path"].get<std::string>();
  if (object.contains("metadata") && object["metadata"].is_object()) choice.metadata = object["metadata"];
  return choice.path.is_absolute();
}

QString absoluteOrEmpty(const QVariant& value) {
  const QString path = value.toString();
  return QFileInfo(path).isAbsolute() ? path : QString();
}

}  // namespace

void keep(const Remembered& state) {
  QStringList lines;
  for (const ModelChoice& choice : state.models) lines << lineOf(choice);
  QSettings settings;
  settings.setValue(kModels, lines);
  settings.setValue(kTeacher, state.teacher);
  settings.setValue(kStudent, state.student);
  settings.setValue(kFurther, state.further);
  settings.setValue(kData, state.data);
  settings.setValue(kSemantics, state.semantics);
  settings.setValue(kSkipBad, state.badImages == BadImages::Skip);
}

Remembered recall() {
  const QSettings settings;
  Remembered state;
  for (const QString& line : settings.value(kModels).toStringList().mid(0, kMostModels)) {
    ModelChoice choice;
    if (readLine(line, choice)) state.models.push_back(std::move(choice));
  }
  state.teacher = absoluteOrEmpty(settings.value(kTeacher));
  state.student = absoluteOrEmpty(settings.value(kStudent));
  for (const QString& path : settings.value(kFurther).toStringList().mid(0, kMostModels))
    if (const QString further = absoluteOrEmpty(path); !further.isEmpty()) state.further << further;
  state.data = absoluteOrEmpty(settings.value(kData));
  state.semantics = settings.value(kSemantics).toString();
  state.badImages = settings.value(kSkipBad).toBool() ? BadImages::Skip : BadImages::Stop;
  return state;
}

}  // namespace gf
