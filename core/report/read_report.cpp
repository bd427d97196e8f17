// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "options/option_table.h"
#include "report/json_text.h"
#include "report/report.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;
constexpr double kAny = std::numeric_limits<double>::infinity();
constexpr std::int64_t kMany = std::numeric_limits<std::int64_t>::max();

struct Sizes {
  std::size_t teachers = 0, classes = 0;
  std::int64_t samples = 0;
};

void checkModel(const JsonReader& model) {
  model.text("name");
  model.text("family");
  model.text("path");
  model.text("sha256");
  model.whole("parameters", 0, kMany);
  model.number("accuracy", 0, 1);
}

void checkManifest(const JsonReader& manifest, const Sizes& sizes, const std::string& subject) {
  manifest.text("created");
  const auto versions = manifest.object("versions");
  for (const auto& [name, value] : versions.json().items()) {
    if (!value.is_string()) versions.fail(name, "must be text", shortText(value));
  }
  manifest.text("device");
  manifest.whole("threads", 0, 1'000'000);
  if (manifest.isNull("options")) {
    manifest.text("options_reason");
    manifest.text("seed_reason");
  } else {
    manifest.whole("seed", 0, kMany);
    TransferOptions options;
    applyJson(options, nlohmann::json(manifest.object("options").json()), subject);
  }
  const auto hashes = manifest.object("sha256");
  hashes.text("student");
  hashes.text("data");
  for (const auto& hash : hashes.array("teachers", sizes.teachers)) {
    if (!hash.is_string()) hashes.fail("teachers", "must hold text", shortText(hash));
  }
  const auto data = manifest.object("data");
  data.text("path");
  data.text("kind");
}

/// The four outcome counts, which must sum to `samples`.
std::int64_t checkCounts(const JsonReader& holder, const char* key, std::int64_t samples) {
  const auto counts = holder.object(key);
  std::int64_t sum = 0;
  for (const char* part : {"both_right", "only_teacher", "only_student", "both_wrong"}) {
    sum += counts.whole(part, 0, samples);
  }
  if (sum != samples) {
    holder.fail(key, "must sum to " + std::to_string(samples), std::to_string(sum));
  }
  return sum;
}

/// `left` must equal `right` but for rounding.
void checkEqual(const JsonReader& holder, const char* key, const char* rule, double left, double right) {
  constexpr double kRounding = 1e-9;
  if (std::abs(left - right) <= kRounding) return;
  holder.fail(key, rule, shortText(Json(left)) + " instead of " + shortText(Json(right)));
}

void checkMoment(const JsonReader& moment, const Sizes& sizes) {
  moment.number("accuracy", 0, 1);
  moment.array("teachers", sizes.teachers);
  for (std::size_t t = 0; t < sizes.teachers; ++t) {
    const auto entry = moment.element("teachers", t);
    entry.text("name");
    const double positive = entry.number("positive_flips", 0, 1), negative = entry.number("negative_flips", 0, 1);
    checkEqual(entry, "delta_accuracy", "must be positive_flips − negative_flips",
               entry.number("delta_accuracy", -1, 1), positive - negative);
    entry.numberOrReason("flip_entropy", 0, kAny);
    entry.number("flip_entropy_limit", 0, kAny);
    checkCounts(entry, "counts", sizes.samples);
  }
}

void checkRate(const JsonReader& rate) {
  rate.numberOrReason("paper", 0, kAny);
  rate.numberOrReason("strict", 0, 1);
}

/// Names of some of the teachers, at least one.
void checkNames(const JsonReader& holder, const char* key, std::size_t most) {
  const auto& names = holder.array(key);
  if (names.empty() || names.size() > most) {
    holder.fail(key, "must hold 1 to " + std::to_string(most) + " names", std::to_string(names.size()));
  }
  for (const auto& name : names) {
    if (!name.is_string()) holder.fail(key, "must hold text", shortText(name));
  }
}

void checkRule(const JsonReader& routing) {
  if (routing.isNull("rule")) {
    routing.text("rule_reason");
    return;
  }
  const std::string rule = routing.text("rule");
  if (rule != "supervised" && rule != "unsupervised") {
    routing.fail("rule", "must be supervised or unsupervised", rule);
  }
}

void checkRouted(const JsonReader& routing, bool partitioned) {
  for (const char* key : {"positive", "negative", "overall"}) routing.numberOrReason(key, 0, 1);
  const std::int64_t samples = routing.whole("samples", 0, kMany);
  if (!partitioned) return;
  const auto outcomes = routing.object("outcomes");
  checkCounts(outcomes, "all", samples);
  const auto all = outcomes.object("all"), sent = outcomes.object("to_teacher");
  for (const char* part : {"both_right", "only_teacher", "only_student", "both_wrong"}) {
    sent.whole(part, 0, all.whole(part, 0, kMany));
  }
}

/// The routing of each teacher on its own.
void checkTeacherRouting(const JsonReader& holder, std::size_t stages) {
  for (std::size_t t = 0; t < holder.array("teachers").size(); ++t) {
    const auto entry = holder.element("teachers", t);
    entry.text("name");
    entry.whole("stage", 0, static_cast<std::int64_t>(stages) - 1);
    checkRouted(entry, true);
  }
}

void checkRates(const JsonReader& rate, const Sizes& sizes) {
  checkRate(rate);
  for (std::size_t i = 0; i < rate.array("top_classes").size(); ++i) {
    const auto entry = rate.element("top_classes", i);
    entry.number("percent", 0, 100);
    entry.whole("classes", 0, static_cast<std::int64_t>(sizes.classes));
    checkRate(entry);
  }
}

/// Gained and lost samples, their shares and the difference; answers it.
double checkChange(const JsonReader& holder, const Sizes& sizes) {
  const auto gained = holder.whole("gained", 0, sizes.samples), lost = holder.whole("lost", 0, sizes.samples);
  const double gain = holder.number("gain", 0, 1), loss = holder.number("loss", 0, 1);
  const double delta = holder.number("delta", -1, 1);
  const auto samples = static_cast<double>(sizes.samples);
  checkEqual(holder, "gain", "must be gained / samples", gain, static_cast<double>(gained) / samples);
  checkEqual(holder, "loss", "must be lost / samples", loss, static_cast<double>(lost) / samples);
  checkEqual(holder, "delta", "must be gain − loss", delta, gain - loss);
  return delta;
}

/// What changed against a teacher, or against all as one.
void checkFlips(const JsonReader& holder, double delta, const Sizes& sizes) {
  const double positive = holder.number("delta_positive_flips", -1, 1);
  const double negative = holder.number("delta_negative_flips", -1, 1);
  checkEqual(holder, "delta_negative_flips", "must be delta_positive_flips + delta", negative, positive + delta);
  checkRates(holder.object("transfer_rate"), sizes);
}

void checkStages(const JsonReader& transfer, const Sizes& sizes) {
  const std::size_t stages = transfer.array("stages").size();
  std::size_t named = 0;
  if (stages == 0) transfer.fail("stages", "must hold at least one", "none");
  for (std::size_t s = 0; s < stages; ++s) {
    const auto stage = transfer.element("stages", s);
    checkNames(stage, "teachers", sizes.teachers);
    named += stage.array("teachers").size();
    stage.whole("steps", 0, kMany);
    stage.number("epochs", 0, kAny);
    stage.number("seconds", 0, kAny);
    stage.number("accuracy", 0, 1);
    checkChange(stage, sizes);
    stage.number("delta_stage", -1, 1);
    const auto routing = stage.object("routing");
    checkRule(routing);
    if (!routing.isNull("rule")) checkTeacherRouting(routing, stages);
  }
  transfer.array("teachers", named);
  const auto routing = transfer.object("routing");
  if (sizes.teachers > 1 && !routing.isNull("rule")) checkTeacherRouting(routing, stages);
}

void checkCurve(const JsonReader& transfer) {
  for (std::size_t i = 0; i < transfer.array("curve").size(); ++i) {
    const auto point = transfer.element("curve", i);
    point.text("from");
    point.text("to");
    point.number("position", 0, 1);
    point.number("accuracy", 0, 1);
    const double gain = point.number("gain", 0, 1), loss = point.number("loss", 0, 1);
    checkEqual(point, "delta", "must be gain − loss", point.number("delta", -1, 1), gain - loss);
  }
}

/// Keys that reports of the first programs lack: either all of them are there or none.
void checkLater(const JsonReader& transfer, double delta, const Sizes& sizes) {
  const char* const keys[] = {
      "teachers", "against", "stages", "weight_distance", "memory_bytes", "device_memory_bytes", "micro_batch",
      "layout",   "resumed", "fast",   "curve",           "per_teacher"};
  if (!transfer.has("mode")) {
    for (const char* key : keys) {
      if (transfer.has(key)) transfer.fail("mode", "must be there beside \"" + std::string(key) + "\"", "no such key");
    }
    if (sizes.teachers > 1) transfer.fail("mode", "must be there with several teachers", "no such key");
    return;
  }
  const std::string mode = transfer.text("mode");
  const bool several = mode == "sequential" || mode == "parallel" || mode == "soup";
  if (!several && mode != "single") transfer.fail("mode", "must be single, sequential, parallel or soup", mode);
  if (several != (sizes.teachers > 1)) {
    transfer.fail("mode", "must fit the number of teachers (" + std::to_string(sizes.teachers) + ")", mode);
  }
  checkNames(transfer, "teachers", sizes.teachers);
  const std::string against = transfer.text("against"), expected = several ? "any teacher" : "teacher";
  if (against != expected) transfer.fail("against", "must be " + expected, against);
  checkStages(transfer, sizes);
  transfer.numberOrReason("weight_distance", 0, kAny);
  transfer.number("memory_bytes", 0, kAny);
  transfer.number("device_memory_bytes", 0, kAny);
  transfer.whole("micro_batch", 0, kMany);
  transfer.whole("resumed", 0, kMany);
  const std::string layout = transfer.text("layout");
  if (layout != "contiguous" && layout != "channels-last") {
    transfer.fail("layout", "must be contiguous or channels-last", layout);
  }
  if (transfer.has("fast")) {
    const auto fast = transfer.object("fast");
    fast.number("accuracy", 0, 1);
    checkChange(fast, sizes);
  }
  if (transfer.has("curve")) checkCurve(transfer);
  if (!several) return;
  transfer.array("per_teacher", sizes.teachers);
  for (std::size_t t = 0; t < sizes.teachers; ++t) {
    const auto entry = transfer.element("per_teacher", t);
    entry.text("name");
    checkFlips(entry, delta, sizes);
  }
}

void checkTransfer(const JsonReader& transfer, const Sizes& sizes) {
  transfer.text("teacher");
  transfer.text("method");
  transfer.boolean("finished");
  transfer.boolean("success");
  transfer.whole("steps", 0, kMany);
  transfer.whole("transfer_samples", 0, kMany);
  for (const char* key : {"epochs", "seconds", "training_seconds", "samples_per_second"}) transfer.number(key, 0, kAny);
  const double delta = checkChange(transfer, sizes);
  checkFlips(transfer, delta, sizes);
  const auto routing = transfer.object("routing");
  checkRule(routing);
  checkRouted(routing, !routing.isNull("rule"));
  transfer.number("mcnemar_p", 0, 1);
  const auto& interval = transfer.array("delta_ci95", 2);
  for (const auto& bound : interval) {
    if (!bound.is_number() || std::abs(bound.get<double>()) > 1) {
      transfer.fail("delta_ci95", "must hold numbers from -1 to 1", shortText(bound));
    }
  }
  if (interval[0].get<double>() > interval[1].get<double>()) {
    transfer.fail("delta_ci95", "must go from low to high", shortText(interval[0]) + " to " + shortText(interval[1]));
  }
  checkLater(transfer, delta, sizes);
}

void checkClasses(const JsonReader& report, const Sizes& sizes, bool transferred) {
  report.array("classes", sizes.classes);
  std::int64_t samples = 0;
  for (std::size_t k = 0; k < sizes.classes; ++k) {
    const auto entry = report.element("classes", k);
    entry.text("name");
    samples += entry.whole("samples", 0, sizes.samples);
    entry.array("teachers", sizes.teachers);
    for (std::size_t t = 0; t < sizes.teachers; ++t) {
      const auto flips = entry.element("teachers", t);
      flips.numberOrReason("positive_flips", 0, 1);
      flips.numberOrReason("negative_flips", 0, 1);
    }
    if (!transferred) continue;
    entry.numberOrReason("gain", 0, 1);
    entry.numberOrReason("loss", 0, 1);
  }
  if (samples != sizes.samples) {
    report.fail("classes", "must hold " + std::to_string(sizes.samples) + " samples together", std::to_string(samples));
  }
}

void checkSchema(const JsonReader& report) {
  const std::string schema = report.text("schema");
  if (schema == kReportSchema) return;
  report.fail("schema", "must be " + std::string(kReportSchema) + ", the version that this program reads", schema);
}

}  // namespace

nlohmann::ordered_json readReport(const std::filesystem::path& path) {
  constexpr std::size_t kLargest = std::size_t{64} << 20;
  Json json = parseJsonFile(path, kLargest);
  const JsonReader report(json, path.string());
  checkSchema(report);
  Sizes sizes;
  const auto evaluation = report.object("evaluation");
  evaluation.text("name");
  sizes.samples = evaluation.whole("samples", 1, std::int64_t{1} << 40);
  sizes.classes = static_cast<std::size_t>(evaluation.whole("classes", 1, 1'000'000));
  sizes.teachers = report.array("teachers").size();
  if (sizes.teachers == 0) report.fail("teachers", "must name at least one teacher", "none");
  for (std::size_t t = 0; t < sizes.teachers; ++t) checkModel(report.element("teachers", t));
  checkModel(report.object("student"));
  checkManifest(report.object("manifest"), sizes, path.string());
  checkMoment(report.object("before"), sizes);
  const bool transferred = report.has("transfer");
  if (transferred != report.has("after")) {
    report.fail(transferred ? "after" : "transfer", "must be there: after and transfer come together", "no such key");
  }
  if (transferred) {
    checkMoment(report.object("after"), sizes);
    checkTransfer(report.object("transfer"), sizes);
  }
  checkClasses(report, sizes, transferred);
  return json;
}

}  // namespace gf
