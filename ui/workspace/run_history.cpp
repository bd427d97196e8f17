// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/run_history.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/files.h"
#include "base/log.h"
#include "options/option_table.h"
#include "report/result_folder.h"

namespace gf {
namespace {

constexpr std::size_t kLargestHistory = std::size_t{64} << 20;
constexpr int kFormat = 2;  // 1 had a single "teacher"

nlohmann::json modelJson(const ModelChoice& choice) {
  return {{"path", choice.path.string()}, {"metadata", choice.metadata}};
}

ModelChoice modelFrom(const nlohmann::json& object) {
  return {object.at("path").get<std::string>(), object.value("metadata", nlohmann::json())};
}

nlohmann::ordered_json rowJson(const RunRow& row) {
  nlohmann::json teachers = nlohmann::json::array();
  std::vector<std::string> names;
  for (const QString& name : row.teachers) names.push_back(name.toStdString());
  for (const ModelChoice& teacher : row.request.teachers) teachers.push_back(modelJson(teacher));
  nlohmann::ordered_json object{{"id", row.id},
                                {"title", row.title.toStdString()},
                                {"teacher_names", names},
                                {"state", idOf(row.state)},
                                {"started", row.startedUnix},
                                {"repeatable", row.repeatable},
                                {"student", modelJson(row.request.student)},
                                {"teachers", teachers},
                                {"data", row.request.data.string()},
                                {"out", row.request.out.string()},
                                {"options", toJson(row.request.options)}};
  if (row.last) object["last"] = toJson(*row.last);
  object["done"] = row.progress.fraction;
  if (row.failure) {
    object["failure"] = {{"subject", row.failure->subject()},
                         {"rule", row.failure->rule()},
                         {"observed", row.failure->observed()},
                         {"remedy", row.failure->remedy()}};
  }
  return object;
}

RunRow rowFrom(const nlohmann::json& object, const std::string& subject) {
  RunRow row;
  row.id = object.at("id").get<std::uint64_t>();
  row.title = QString::fromStdString(object.at("title").get<std::string>());
  const auto state = jobStateOf(object.at("state").get<std::string>());
  // What had not ended when it was last written cannot be going on in this process.
  row.state = state && isFinal(*state) ? *state : JobState::Interrupted;
  row.startedUnix = object.at("started").get<double>();
  row.repeatable = object.at("repeatable").get<bool>();
  row.request.student = modelFrom(object.at("student"));
  if (object.contains("teacher")) {
    row.request.teachers = {modelFrom(object["teacher"])};
  } else {
    for (const auto& teacher : object.at("teachers")) row.request.teachers.push_back(modelFrom(teacher));
  }
  for (const auto& name : object.value("teacher_names", nlohmann::json::array()))
    row.teachers << QString::fromStdString(name.get<std::string>());
  row.request.data = object.at("data").get<std::string>();
  row.request.out = object.at("out").get<std::string>();
  applyJson(row.request.options, object.at("options"), subject);
  row.progress.fraction = std::clamp(object.value("done", row.state == JobState::Done ? 1.0 : 0.0), 0.0, 1.0);
  if (object.contains("last")) row.last = evaluationFromJson(object["last"]);
  if (object.contains("failure")) {
    const auto& failure = object["failure"];
    const auto text = [&](const char* key) { return failure.at(key).get<std::string>(); };
    row.failure = Error(ErrorKind::Run, text("subject"), text("rule"), text("observed"), text("remedy"));
  }
  return row;
}

}  // namespace

std::vector<RunRow> readHistory(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  try {
    const nlohmann::json object = nlohmann::json::parse(readFile(file, kLargestHistory));
    if (const auto& format = object.at("format"); format != kFormat && format != 1)
      failInput(file.string(), "format must be 1 or 2", format.dump());
    std::vector<RunRow> rows;
    for (const auto& each : object.at("runs")) rows.push_back(rowFrom(each, file.string()));
    return rows;
  } catch (const std::exception& error) {
    const auto aside = std::filesystem::path(file).concat(".damaged");
    std::filesystem::rename(file, aside, ignored);
    logLine(LogLevel::Warning,
            "The run history could not be read and was moved to " + aside.string() + ": " + error.what());
  }
  return {};
}

void writeHistory(const std::filesystem::path& file, const std::vector<RunRow>& rows) {
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  for (const auto& row : rows) runs.push_back(rowJson(row));
  const nlohmann::ordered_json object{{"format", kFormat}, {"runs", runs}};
  writeAtomically(file, object.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void appendThinned(std::vector<StepRecord>& steps, const std::vector<StepRecord>& more) {
  steps.insert(steps.end(), more.begin(), more.end());
  if (steps.size() <= RunRow::kMostSteps) return;
  // One of each equal stretch of the run: leaving out every other one again and again would thin the beginning most.
  // Stretches double in length, so that what stayed once stays while they are as long, and they merge in pairs.
  const StepRecord last = steps.back();
  const std::int64_t first = steps.front().step;
  constexpr auto kStretches = static_cast<std::int64_t>(RunRow::kMostSteps / 2);
  std::int64_t length = 1;
  while ((last.step - first) / length >= kStretches) length *= 2;
  const auto stretchOf = [&](const StepRecord& each) { return (each.step - first) / length; };
  std::size_t kept = 1;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (stretchOf(steps[i]) != stretchOf(steps[kept - 1])) steps[kept++] = steps[i];
  }
  steps.resize(kept);
  if (steps.back().step != last.step) steps.push_back(last);
}

}  // namespace gf
