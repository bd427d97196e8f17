// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/files.h"
#include "report/json_text.h"
#include "report/result_folder.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;
constexpr double kAny = std::numeric_limits<double>::infinity();
constexpr std::int64_t kMany = std::numeric_limits<std::int64_t>::max();
constexpr const char* kSubject = "metrics line";

void put(Json& object, const char* key, double value) {
  if (std::isfinite(value)) {
    object[key] = value;
  } else {
    object[key] = nullptr;
    object[std::string(key) + "_reason"] = "not a finite number";
  }
}

double term(const JsonReader& line, const char* key) {
  return line.numberOrReason(key, -kAny, kAny) ? line.number(key, -kAny, kAny)
                                               : std::numeric_limits<double>::quiet_NaN();
}

void requireKind(const JsonReader& line, const std::string& kind) {
  const std::string found = line.text("kind");
  if (found != kind) line.fail("kind", "must be " + kind, found);
}

}  // namespace

nlohmann::ordered_json toJson(const StepRecord& record) {
  Json line{{"kind", "step"}, {"step", record.step}, {"epoch", record.epoch}};
  put(line, "total", record.total);
  put(line, "distillation", record.distillation);
  if (record.crossEntropy) put(line, "cross_entropy", *record.crossEntropy);
  if (record.teacherShare) line["teacher_share"] = *record.teacherShare;
  line["samples_per_second"] = record.samplesPerSecond;
  return line;
}

nlohmann::ordered_json toJson(const EvaluationRecord& record) {
  return {{"kind", "evaluation"},
          {"step", record.step},
          {"epoch", record.epoch},
          {"accuracy", record.accuracy},
          {"gain", record.gain},
          {"loss", record.loss},
          {"delta", record.delta},
          {"positive_flips", record.positiveFlips},
          {"negative_flips", record.negativeFlips},
          {"seconds", record.seconds}};
}

EvaluationRecord evaluationFromJson(const nlohmann::json& json) {
  const Json copy(json);
  const JsonReader line(copy, kSubject);
  requireKind(line, "evaluation");
  EvaluationRecord record;
  record.step = line.whole("step", 0, kMany);
  record.epoch = line.number("epoch", 0, kAny);
  record.accuracy = line.number("accuracy", 0, 1);
  record.gain = line.number("gain", 0, 1);
  record.loss = line.number("loss", 0, 1);
  record.delta = line.number("delta", -1, 1);
  record.positiveFlips = line.number("positive_flips", 0, 1);
  record.negativeFlips = line.number("negative_flips", 0, 1);
  record.seconds = line.number("seconds", 0, kAny);
  return record;
}

StepRecord stepFromJson(const nlohmann::json& json) {
  const Json copy(json);
  const JsonReader line(copy, kSubject);
  requireKind(line, "step");
  StepRecord record;
  record.step = line.whole("step", 0, kMany);
  record.epoch = line.number("epoch", 0, kAny);
  record.total = term(line, "total");
  record.distillation = term(line, "distillation");
  if (line.has("cross_entropy")) record.crossEntropy = term(line, "cross_entropy");
  if (line.has("teacher_share")) record.teacherShare = line.number("teacher_share", 0, 1);
  record.samplesPerSecond = line.number("samples_per_second", 0, kAny);
  return record;
}

std::vector<nlohmann::json> readMetrics(const std::filesystem::path& file) {
  constexpr std::size_t kLargest = std::size_t{256} << 20, kLongestLine = 65536;
  const std::string text = readFile(file, kLargest);
  std::vector<nlohmann::json> lines;
  std::size_t start = 0, number = 0;
  while (start < text.size()) {
    const std::size_t end = text.find('\n', start);
    const bool torn = end == std::string::npos;
    const std::string_view line = std::string_view(text).substr(start, torn ? std::string_view::npos : end - start);
    start = torn ? text.size() : end + 1;
    const std::string subject = file.string() + ", line " + std::to_string(++number);
    if (line.size() > kLongestLine) failInput(subject, "must be at most 65536 bytes", std::to_string(line.size()));
    try {
      const Json ordered = parseJson(line, subject);
      const JsonReader reader(ordered, subject);
      nlohmann::json json(ordered);
      const std::string kind = reader.text("kind");
      if (kind == "step") {
        stepFromJson(json);
      } else if (kind == "evaluation") {
        evaluationFromJson(json);
      } else {
        reader.fail("kind", "must be step or evaluation", kind);
      }
      lines.push_back(std::move(json));
    } catch (const Error& error) {
      if (torn) break;  // the program died while it wrote this line
      failInput(subject, error.rule(), error.observed());
    }
  }
  return lines;
}

}  // namespace gf
