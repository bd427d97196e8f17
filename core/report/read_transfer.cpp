// SPDX-License-Identifier: Apache-2.0
// The key `transfer` of a report, checked.
#include "report/read_parts.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

void checkRate(const JsonReader& rate, const ReportSizes& sizes) {
  if (rate.isNull("positive_flips")) {
    rate.text("positive_flips_reason");
  } else {
    rate.whole("positive_flips", 0, sizes.samples);
  }
  rate.numberOrReason("paper", 0, kAnyNumber);
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
  const std::int64_t samples = routing.whole("samples", 0, kAnyCount / 8);  // four of them are summed
  if (!partitioned) return;
  const auto outcomes = routing.object("outcomes");
  checkCounts(outcomes, "all", samples);
  const auto all = outcomes.object("all"), sent = outcomes.object("to_teacher");
  for (const char* part : {"both_right", "only_teacher", "only_student", "both_wrong"}) {
    sent.whole(part, 0, all.whole(part, 0, kAnyCount));
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

void checkRates(const JsonReader& rate, const ReportSizes& sizes) {
  checkRate(rate, sizes);
  for (std::size_t i = 0; i < rate.array("top_classes").size(); ++i) {
    const auto entry = rate.element("top_classes", i);
    entry.number("percent", 0, 100);
    entry.whole("classes", 0, static_cast<std::int64_t>(sizes.classes));
    checkRate(entry, sizes);
  }
}

/// Gained and lost samples, their shares and the difference; answers it.
double checkChange(const JsonReader& holder, const ReportSizes& sizes) {
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
void checkFlips(const JsonReader& holder, double delta, const ReportSizes& sizes) {
  const double positive = holder.number("delta_positive_flips", -1, 1);
  const double negative = holder.number("delta_negative_flips", -1, 1);
  checkEqual(holder, "delta_negative_flips", "must be delta_positive_flips + delta", negative, positive + delta);
  checkRates(holder.object("transfer_rate"), sizes);
}

void checkStages(const JsonReader& transfer, const ReportSizes& sizes) {
  const std::size_t stages = transfer.array("stages").size();
  std::size_t named = 0;
  if (stages == 0) transfer.fail("stages", "must hold at least one", "none");
  for (std::size_t s = 0; s < stages; ++s) {
    const auto stage = transfer.element("stages", s);
    checkNames(stage, "teachers", sizes.teachers);
    named += stage.array("teachers").size();
    stage.whole("steps", 0, kAnyCount);
    stage.number("epochs", 0, kAnyNumber);
    stage.number("seconds", 0, kAnyNumber);
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

}  // namespace

void checkPrecision(const JsonReader& run) {
  if (!run.has("precision")) return;  // a report from before it could be left open
  const std::string precision = run.text("precision");
  if (precision != "fp32" && precision != "bf16") run.fail("precision", "must be fp32 or bf16", precision);
}

namespace {

/// Whether a measurement is there; if not, the reason must be.
bool wasRecorded(const JsonReader& transfer, const char* key) {
  if (!transfer.isNull(key)) return true;
  transfer.text((std::string(key) + "_reason").c_str());
  return false;
}

void checkMeasured(const JsonReader& transfer) {
  for (const char* key : {"weight_distance", "memory_bytes", "device_memory_bytes"}) {
    transfer.numberOrReason(key, 0, kAnyNumber);
  }
  for (const char* key : {"micro_batch", "resumed"}) {
    if (wasRecorded(transfer, key)) transfer.whole(key, 0, kAnyCount);
  }
  checkPrecision(transfer);
  if (!wasRecorded(transfer, "layout")) return;
  const std::string layout = transfer.text("layout");
  if (layout != "contiguous" && layout != "channels-last") {
    transfer.fail("layout", "must be contiguous or channels-last", layout);
  }
}

/// Who taught, and what became of the student in between.
void checkTeaching(const JsonReader& transfer, double delta, const ReportSizes& sizes) {
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

}  // namespace

void checkTransfer(const JsonReader& transfer, const ReportSizes& sizes) {
  transfer.text("teacher");
  transfer.text("method");
  transfer.boolean("finished");
  transfer.boolean("success");
  transfer.whole("steps", 0, kAnyCount);
  transfer.whole("transfer_samples", 0, kAnyCount);
  checkLeftOut(transfer);
  for (const char* key : {"epochs", "seconds", "training_seconds", "samples_per_second"}) {
    transfer.number(key, 0, kAnyNumber);
  }
  const double delta = checkChange(transfer, sizes);
  checkFlips(transfer, delta, sizes);
  const auto routing = transfer.object("routing");
  checkRule(routing);
  checkRouted(routing, !routing.isNull("rule"));
  transfer.number("mcnemar_p", 0, 1);
  checkInterval(transfer, "delta_ci95");
  checkTeaching(transfer, delta, sizes);
  checkMeasured(transfer);
}

}  // namespace gf
