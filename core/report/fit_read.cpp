// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "report/fit_report.h"
#include "report/json_text.h"
#include "report/read_parts.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::int64_t kMostSamples = std::int64_t{1} << 40;

void checkManifest(const JsonReader& manifest, const std::string& subject) {
  manifest.text("created");
  const auto versions = manifest.object("versions");
  for (const auto& [name, value] : versions.json().items()) {
    if (!value.is_string()) versions.fail(name, "must be text", shortText(value));
  }
  versions.text("gainfinder");
  manifest.text("device");
  manifest.whole("threads", 0, 1'000'000);
  manifest.whole("seed", 0, kAnyCount);
  FitOptions options;
  const auto given = manifest.object("options");
  applyJson(options, nlohmann::json(given.json()), subject);
  const Json complete = toJson(options);
  for (const auto& [name, value] : complete.items()) given.at(name.c_str());
  const auto hashes = manifest.object("sha256");
  for (const char* key : {"model", "fitted", "training_data", "evaluation_data"}) hashes.text(key);
  const auto data = manifest.object("data");
  data.text("path");
  data.text("kind");
}

void checkModel(const JsonReader& model) {
  for (const char* key : {"name", "family", "path", "sha256"}) model.text(key);
  model.whole("parameters", 0, kAnyCount);
}

void checkTraining(const JsonReader& training) {
  training.whole("samples", 1, kMostSamples);
  training.boolean("finished");
  checkPrecision(training);
  training.boolean("channels_last");
  for (const char* key : {"trained_parameters", "steps", "micro_batch", "resumed"}) training.whole(key, 0, kAnyCount);
  for (const char* key :
       {"epochs", "seconds", "samples_per_second", "memory_bytes", "device_memory_bytes", "weight_distance"}) {
    training.number(key, 0, kAnyNumber);
  }
  checkLeftOut(training);
}

/// Every class, and what they sum to.
void checkClasses(const JsonReader& report, std::int64_t outputs, std::int64_t samples, std::int64_t training) {
  std::int64_t seen = 0, trained = 0, last = -1;
  double before = 0, after = 0;
  for (std::size_t k = 0; k < report.array("classes").size(); ++k) {
    const auto entry = report.element("classes", k);
    entry.text("name");
    last = entry.whole("output", last + 1, outputs - 1);
    const std::int64_t here = entry.whole("samples", 0, samples);
    seen += here;
    trained += entry.whole("training_samples", 0, training);
    const bool known = entry.numberOrReason("before", 0, 1);
    if (entry.numberOrReason("after", 0, 1) != known || known != (here > 0)) {
      entry.fail("after", "must be a number where there are images, else null", shortText(entry.at("after")));
    }
    if (!known) continue;
    before += entry.number("before", 0, 1) * static_cast<double>(here);
    after += entry.number("after", 0, 1) * static_cast<double>(here);
  }
  if (seen != samples || trained != training) {
    report.fail("classes", "must hold " + std::to_string(samples) + " and " + std::to_string(training) + " images",
                std::to_string(seen) + " and " + std::to_string(trained));
  }
  const double all = static_cast<double>(samples);
  checkEqual(report, "classes", "must make up the accuracy before", before / all,
             report.object("before").number("accuracy", 0, 1));
  checkEqual(report, "classes", "must make up the accuracy after", after / all,
             report.object("after").number("accuracy", 0, 1));
}

void checkCourse(const JsonReader& report) {
  std::int64_t last = 0;
  for (std::size_t i = 0; i < report.array("course").size(); ++i) {
    const auto entry = report.element("course", i);
    last = entry.whole("step", last, kAnyCount);
    entry.number("epoch", 0, kAnyNumber);
    entry.number("accuracy", 0, 1);
  }
}

}  // namespace

nlohmann::ordered_json readFitReport(const std::filesystem::path& file) {
  constexpr std::size_t kLargest = std::size_t{64} << 20;
  Json json = parseJsonFile(file, kLargest);
  const JsonReader report(json, file.string());
  if (const std::string schema = report.text("schema"); schema != kFitSchema) {
    report.fail("schema", "must be " + std::string(kFitSchema) + ", the version that this program reads", schema);
  }
  checkManifest(report.object("manifest"), file.string());
  checkModel(report.object("model"));
  checkModel(report.object("fitted"));
  const auto head = report.object("head");
  head.boolean("new");
  head.text("plan");
  const std::int64_t outputs = head.whole("outputs", 1, 1'000'000);
  head.whole("used_classes", 1, head.whole("data_classes", 1, 1'000'000));
  const auto training = report.object("training");
  checkTraining(training);
  const auto evaluation = report.object("evaluation");
  evaluation.text("name");
  const std::int64_t samples = evaluation.whole("samples", 1, kMostSamples);
  checkLeftOut(evaluation);
  const auto after = report.object("after");
  const std::int64_t gained = after.whole("gained", 0, samples), lost = after.whole("lost", 0, samples);
  checkEqual(after, "delta_accuracy", "must be (gained − lost) / samples", after.number("delta_accuracy", -1, 1),
             static_cast<double>(gained - lost) / static_cast<double>(samples));
  checkInterval(after, "delta_accuracy_ci95");
  after.number("mcnemar_p", 0, 1);
  checkClasses(report, outputs, samples, training.whole("samples", 1, kMostSamples));
  checkCourse(report);
  return json;
}

}  // namespace gf
