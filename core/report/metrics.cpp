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

/// Stages and class counts that no run reaches, so that sums of them cannot overflow.
constexpr std::int64_t kMostStages = 1'000'000, kMostSamples = std::int64_t{1} << 40;

/// Counts of samples.
std::vector<std::int64_t> wholeNumbers(const JsonReader& holder, const char* key) {
  std::vector<std::int64_t> numbers;
  const Json& array = holder.array(key);
  numbers.reserve(array.size());
  for (const auto& each : array) {
    const bool whole = each.is_number_unsigned() || (each.is_number_integer() && each.get<std::int64_t>() >= 0);
    if (!whole || each.get<std::uint64_t>() > static_cast<std::uint64_t>(kMostSamples)) {
      holder.fail(key, "must hold numbers of samples", shortText(each));
    }
    numbers.push_back(each.get<std::int64_t>());
  }
  return numbers;
}

void put(Json& object, const char* key, double value) {
  if (std::isfinite(value)) {
    object[key] = value;
  } else {
    object[key] = nullptr;
    object[std::string(key) + "_reason"] = "not a finite number";
  }
}

double term(const JsonReader& line, const char* key, double minimum = -kAny) {
  return line.numberOrReason(key, minimum, kAny) ? line.number(key, minimum, kAny)
                                                 : std::numeric_limits<double>::quiet_NaN();
}

Json routingJson(const std::vector<Routing>& routing) {
  Json all = Json::array();
  for (const auto& each : routing) {
    const OutcomeCounts &total = each.total, &sent = each.toTeacher;
    all.push_back({{"both_right", {total.bothRight, sent.bothRight}},
                   {"positive", {total.onlyTeacher, sent.onlyTeacher}},
                   {"negative", {total.onlyStudent, sent.onlyStudent}},
                   {"both_wrong", {total.bothWrong, sent.bothWrong}}});
  }
  return all;
}

/// [samples of an outcome, those of them that follow the teacher]
void readCounts(const JsonReader& entry, const char* key, std::int64_t OutcomeCounts::*part, Routing& routing) {
  const auto counts = wholeNumbers(entry, key);
  if (counts.size() != 2) entry.fail(key, "must hold two counts", std::to_string(counts.size()));
  if (counts[1] > counts[0]) {
    entry.fail(key, "must send at most its samples to the teacher",
               std::to_string(counts[1]) + " of " + std::to_string(counts[0]));
  }
  routing.total.*part = counts[0];
  routing.toTeacher.*part = counts[1];
  routing.total.samples += counts[0];
  routing.toTeacher.samples += counts[1];
}

std::vector<Routing> routingFrom(const JsonReader& line, const char* key) {
  constexpr std::size_t kMostTeachers = 10'000;
  std::vector<Routing> all;
  if (!line.has(key)) return all;
  const std::size_t teachers = line.array(key).size();
  if (teachers == 0 || teachers > kMostTeachers)
    line.fail(key, "must hold 1 to 10000 teachers", std::to_string(teachers));
  for (std::size_t t = 0; t < teachers; ++t) {
    const JsonReader entry = line.element(key, t);
    Routing routing;
    readCounts(entry, "both_right", &OutcomeCounts::bothRight, routing);
    readCounts(entry, "positive", &OutcomeCounts::onlyTeacher, routing);
    readCounts(entry, "negative", &OutcomeCounts::onlyStudent, routing);
    readCounts(entry, "both_wrong", &OutcomeCounts::bothWrong, routing);
    all.push_back(routing);
  }
  return all;
}

void requireKind(const JsonReader& line, const std::string& kind) {
  const std::string found = line.text("kind");
  if (found != kind) line.fail("kind", "must be " + kind, found);
}

}  // namespace

nlohmann::ordered_json toJson(const StepRecord& record) {
  Json line{{"kind", "step"}, {"step", record.step}, {"epoch", record.epoch}, {"stage", record.stage}};
  put(line, "total", record.total);
  put(line, "distillation", record.distillation);
  if (record.crossEntropy) put(line, "cross_entropy", *record.crossEntropy);
  if (record.teacherShare) line["teacher_share"] = *record.teacherShare;
  if (!record.routing.empty()) line["routing"] = routingJson(record.routing);
  if (!record.adaptingRouting.empty()) line["adapting_routing"] = routingJson(record.adaptingRouting);
  line["lr"] = record.learningRate;
  if (record.gradientNorm) put(line, "gradient_norm", *record.gradientNorm);
  line["samples_per_second"] = record.samplesPerSecond;
  line["memory_bytes"] = record.memoryBytes;
  if (record.deviceMemoryBytes > 0) line["device_memory_bytes"] = record.deviceMemoryBytes;
  return line;
}

nlohmann::ordered_json toJson(const EvaluationRecord& record) {
  Json line{{"kind", "evaluation"},
            {"step", record.step},
            {"epoch", record.epoch},
            {"stage", record.stage},
            {"accuracy", record.accuracy},
            {"gain", record.gain},
            {"loss", record.loss},
            {"delta", record.delta},
            {"positive_flips", record.positiveFlips},
            {"negative_flips", record.negativeFlips}};
  put(line, "weight_distance", record.weightDistance);
  if (!record.classGained.empty() || !record.classLost.empty()) {
    line["class_gained"] = record.classGained;
    line["class_lost"] = record.classLost;
  }
  line["seconds"] = record.seconds;
  return line;
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
  // What follows is absent from files of the first version.
  if (line.has("stage")) record.stage = static_cast<int>(line.whole("stage", 0, kMostStages));
  if (line.has("weight_distance")) record.weightDistance = term(line, "weight_distance", 0);
  if (line.has("class_gained") || line.has("class_lost")) {
    record.classGained = wholeNumbers(line, "class_gained");
    record.classLost = wholeNumbers(line, "class_lost");
    if (record.classGained.size() != record.classLost.size()) {
      line.fail("class_lost", "must be as long as class_gained (" + std::to_string(record.classGained.size()) + ")",
                std::to_string(record.classLost.size()));
    }
  }
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
  // What follows is absent from files of the first version, and where a run has none of it.
  if (line.has("stage")) record.stage = static_cast<int>(line.whole("stage", 0, kMostStages));
  record.routing = routingFrom(line, "routing");
  record.adaptingRouting = routingFrom(line, "adapting_routing");
  if (line.has("lr")) record.learningRate = line.number("lr", 0, kAny);
  if (line.has("gradient_norm")) record.gradientNorm = term(line, "gradient_norm", 0);
  if (line.has("memory_bytes")) record.memoryBytes = line.number("memory_bytes", 0, kAny);
  if (line.has("device_memory_bytes")) record.deviceMemoryBytes = line.number("device_memory_bytes", 0, kAny);
  return record;
}

std::vector<nlohmann::json> readMetrics(const std::filesystem::path& file) {
  // Gained and lost counts of ImageNet-21k's 21,843 classes, ten digits each, take half of the longest line.
  constexpr std::size_t kLargest = std::size_t{256} << 20, kLongestLine = std::size_t{1} << 20;
  const std::string text = readFile(file, kLargest);
  std::vector<nlohmann::json> lines;
  std::size_t start = 0, number = 0;
  while (start < text.size()) {
    const std::size_t end = text.find('\n', start);
    const bool torn = end == std::string::npos;
    const std::string_view line = std::string_view(text).substr(start, torn ? std::string_view::npos : end - start);
    start = torn ? text.size() : end + 1;
    const std::string subject = file.string() + ", line " + std::to_string(++number);
    if (line.size() > kLongestLine) {
      failInput(subject, "must be at most " + std::to_string(kLongestLine) + " bytes", std::to_string(line.size()));
    }
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
