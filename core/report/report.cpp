// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "options/option_table.h"
#include "report/report_parts.h"
#include "report/text.h"

namespace gf {

using Json = nlohmann::ordered_json;

void put(Json& object, const std::string& key, const std::optional<double>& value, const char* reason) {
  if (value && std::isfinite(*value)) {
    object[key] = *value;
  } else {
    object[key] = nullptr;
    object[key + "_reason"] = value ? "not a finite number" : reason;
  }
}

void putLeftOut(Json& holder, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  const auto named = lines.begin() + static_cast<std::ptrdiff_t>(std::min(lines.size(), kLeftOutNamed));
  holder["left_out"] = {{"images", lines.size()}, {"named", std::vector<std::string>(lines.begin(), named)}};
}

Json countsJson(const OutcomeCounts& counts) {
  return {{"both_right", counts.bothRight},
          {"only_teacher", counts.onlyTeacher},
          {"only_student", counts.onlyStudent},
          {"both_wrong", counts.bothWrong}};
}

namespace {

void check(const ReportInput& input) {
  if (input.truth.empty()) failInput(input.dataPath, "the evaluation set must have samples", "none");
  if (input.teachers.empty() || input.teachers.size() != input.teacherPredictions.size()) {
    failInput("report", "needs the predictions of every teacher, and at least one",
              std::to_string(input.teacherPredictions.size()) + " for " + std::to_string(input.teachers.size()));
  }
  if (!input.outcome) return;
  if (input.outcome->stages.empty()) failInput("report", "a transfer must say its stages", "none");
  for (const auto& stage : input.outcome->stages) {
    const bool known = std::all_of(stage.teachers.begin(), stage.teachers.end(),
                                   [&](std::size_t t) { return t < input.teachers.size(); });
    if (stage.teachers.empty() || !known) failInput("report", "every stage must name its teachers", "another one");
  }
  if (!input.options) failInput("report", "a transfer must say its options", "none");
}

std::vector<PairKnowledge> compareAll(const ReportInput& input, const Predictions& student) {
  std::vector<PairKnowledge> all;
  for (const auto& teacher : input.teacherPredictions) {
    all.push_back(comparePredictions(input.truth, teacher.predicted, student.predicted,
                                     static_cast<int>(input.classNames.size())));
  }
  return all;
}

Json modelJson(const ReportModel& model, double accuracy) {
  return {{"name", model.name},     {"family", model.family},         {"path", model.path},
          {"sha256", model.sha256}, {"parameters", model.parameters}, {"accuracy", accuracy}};
}

Json manifestJson(const ReportInput& input) {
  Json manifest{{"created", utcNowText()}};
  manifest["versions"] = Json(input.versions);
  manifest["versions"]["gainfinder"] = GF_VERSION;
  manifest["device"] = input.device;
  manifest["threads"] = input.threads;
  if (input.options) {
    manifest["seed"] = input.options->seed;
    manifest["options"] = toJson(*input.options);
  } else {
    manifest["seed"] = nullptr;
    manifest["seed_reason"] = "a comparison draws nothing at random";
    manifest["options"] = nullptr;
    manifest["options_reason"] = "no transfer was run";
  }
  Json teachers = Json::array();
  for (const auto& teacher : input.teachers) teachers.push_back(teacher.sha256);
  manifest["sha256"] = {
      {"student", input.student.sha256}, {"teachers", std::move(teachers)}, {"data", input.dataSha256}};
  manifest["data"] = {{"path", input.dataPath}, {"kind", input.dataKind}};
  return manifest;
}

/// `before` or `after`: one student against every teacher; of the original student also what it knew in detail.
Json momentJson(const ReportInput& input, const std::vector<PairKnowledge>& knowledge, bool detailed) {
  Json moment{{"accuracy", knowledge.front().all.studentAccuracy()}, {"teachers", Json::array()}};
  for (std::size_t t = 0; t < knowledge.size(); ++t) {
    const auto& pair = knowledge[t];
    Json entry{{"name", input.teachers[t].name},
               {"positive_flips", pair.all.positiveFlips()},
               {"negative_flips", pair.all.negativeFlips()},
               {"delta_accuracy", pair.all.deltaAccuracy()}};
    putDifference(entry, pair.all, reportSeed(input));
    put(entry, "flip_entropy", pair.flipEntropy(), "there are no positive flips");
    entry["flip_entropy_limit"] = std::log(static_cast<double>(input.classNames.size()));
    entry["counts"] = countsJson(pair.all);
    if (detailed) {
      entry["said_instead"] = saidInsteadJson(input, t);
      putPartition(entry, input, t);
    }
    moment["teachers"].push_back(std::move(entry));
  }
  return moment;
}

Json classesJson(const ReportInput& input, const std::vector<PairKnowledge>& before, const Change* change) {
  constexpr const char* kReason = "no samples of this class";
  const auto shareOf = [](std::int64_t count, std::int64_t samples) -> std::optional<double> {
    if (samples == 0) return std::nullopt;
    return static_cast<double>(count) / static_cast<double>(samples);
  };
  Json classes = Json::array();
  for (std::size_t k = 0; k < input.classNames.size(); ++k) {
    const std::int64_t samples = before.front().classes[k].samples;
    Json entry{{"name", input.classNames[k]}, {"samples", samples}, {"teachers", Json::array()}};
    for (const auto& pair : before) {
      Json flips;
      put(flips, "positive_flips", shareOf(pair.classes[k].onlyTeacher, samples), kReason);
      put(flips, "negative_flips", shareOf(pair.classes[k].onlyStudent, samples), kReason);
      entry["teachers"].push_back(std::move(flips));
    }
    if (change) {
      put(entry, "gain", shareOf(change->classGained[k], samples), kReason);
      put(entry, "loss", shareOf(change->classLost[k], samples), kReason);
    }
    classes.push_back(std::move(entry));
  }
  return classes;
}

}  // namespace

nlohmann::ordered_json buildReport(const ReportInput& input) {
  check(input);
  const auto classes = static_cast<int>(input.classNames.size());
  const auto before = compareAll(input, input.studentBefore);
  Json report{{"schema", kReportSchema}, {"revision", kReportRevision}};
  report["manifest"] = manifestJson(input);
  report["student"] = modelJson(input.student, before.front().all.studentAccuracy());
  report["teachers"] = Json::array();
  for (std::size_t t = 0; t < input.teachers.size(); ++t) {
    report["teachers"].push_back(modelJson(input.teachers[t], before[t].all.teacherAccuracy()));
  }
  report["evaluation"] = {
      {"name", input.evalName}, {"samples", input.truth.size()}, {"classes", input.classNames.size()}};
  putLeftOut(report["evaluation"], input.leftOut);
  report["before"] = momentJson(input, before, true);
  if (!input.outcome) {
    report["classes"] = classesJson(input, before, nullptr);
    return report;
  }
  const auto after = compareAll(input, input.outcome->after);
  const Change change =
      changeBetween(input.truth, input.studentBefore.predicted, input.outcome->after.predicted, classes);
  report["after"] = momentJson(input, after, false);
  report["transfer"] = transferJson(input, change, before, after);
  report["classes"] = classesJson(input, before, &change);
  return report;
}

}  // namespace gf
