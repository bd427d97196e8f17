// SPDX-License-Identifier: Apache-2.0
#include "report/migrations.h"

#include <limits>
#include <utility>

#include "report/json_text.h"
#include "report/report_parts.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNotRecorded = "the program that wrote this report did not record it";

void putUnknown(Json& object, const std::string& key) {
  object[key] = nullptr;
  object[key + "_reason"] = kNotRecorded;
}

/// A key of a later revision shows that what tells the revision (`mark` of `marked`) is wrong.
void mustLack(const JsonReader& holder, const char* key, const JsonReader& marked, const char* mark) {
  if (!holder.has(key)) return;
  const std::string beside = " beside \"" + std::string(key) + "\"";
  if (marked.has(mark)) marked.fail(mark, "must be a later one" + beside, shortText(marked.at(mark)));
  marked.fail(mark, "must be there" + beside, "no such key");
}

/// The run as its only stage.
Json onlyStage(const JsonReader& report, const JsonReader& transfer) {
  Json stage{{"teachers", Json::array({transfer.text("teacher")})}};
  for (const char* key : {"steps", "epochs", "seconds"}) stage[key] = transfer.at(key);
  stage["accuracy"] = report.object("after").at("accuracy");
  for (const char* key : {"gained", "lost", "gain", "loss", "delta"}) stage[key] = transfer.at(key);
  stage["delta_stage"] = transfer.at("delta");
  const JsonReader routing = transfer.object("routing");
  stage["routing"] = {{"rule", routing.at("rule")}};
  if (routing.isNull("rule")) {
    stage["routing"]["rule_reason"] = routing.text("rule_reason");
    return stage;
  }
  Json entry{{"name", transfer.text("teacher")}, {"stage", 0}};
  for (const auto& [key, value] : routing.json().items()) {
    if (key != "rule") entry[key] = value;
  }
  stage["routing"]["teachers"] = Json::array({std::move(entry)});
  return stage;
}

OutcomeCounts countsOf(const JsonReader& pair) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  const JsonReader counts = pair.object("counts");
  const auto of = [&](const char* key) { return counts.whole(key, 0, kMost); };
  OutcomeCounts all{0, of("both_right"), of("only_teacher"), of("only_student"), of("both_wrong")};
  all.samples = all.bothRight + all.onlyTeacher + all.onlyStudent + all.bothWrong;
  if (all.samples == 0) pair.fail("counts", "must hold samples", "none");
  return all;
}

std::uint64_t seedOf(const JsonReader& report) {
  const JsonReader manifest = report.object("manifest");
  return manifest.isNull("seed")
             ? 0
             : static_cast<std::uint64_t>(manifest.whole("seed", 0, std::numeric_limits<std::int64_t>::max()));
}

void liftPairs(const JsonReader& report, const char* moment, bool detailed, Json& lifted) {
  const JsonReader holder = report.object(moment);
  for (std::size_t t = 0; t < holder.array("teachers").size(); ++t) {
    const JsonReader pair = holder.element("teachers", t);
    for (const char* key : {"delta_accuracy_ci95", "mcnemar_p", "said_instead", "partition"}) {
      mustLack(pair, key, report, "revision");
    }
    Json& entry = lifted[moment]["teachers"][t];
    putDifference(entry, countsOf(pair), seedOf(report));
    if (!detailed) continue;
    for (const char* key : {"said_instead", "partition"}) putUnknown(entry, key);
  }
}

void liftRate(const JsonReader& report, const JsonReader& holder, Json& lifted) {
  const JsonReader rate = holder.object("transfer_rate");
  mustLack(rate, "positive_flips", report, "revision");
  putUnknown(lifted["transfer_rate"], "positive_flips");
  for (std::size_t i = 0; i < rate.array("top_classes").size(); ++i) {
    mustLack(rate.element("top_classes", i), "positive_flips", report, "revision");
    putUnknown(lifted["transfer_rate"]["top_classes"][i], "positive_flips");
  }
}

}  // namespace

int revisionOf(const Json& report, const std::string& subject) {
  constexpr int kMost = 1'000'000;
  const JsonReader reader(report, subject);
  if (reader.has("revision")) return static_cast<int>(reader.whole("revision", 0, kMost));
  return reader.has("transfer") && !reader.object("transfer").has("mode") ? 0 : 1;
}

Json liftTo1(Json report, const std::string& subject) {
  Json result = report;
  const JsonReader reader(report, subject);
  result["revision"] = 1;
  if (!reader.has("transfer")) return result;
  const JsonReader transfer = reader.object("transfer");
  for (const char* key : {"teachers", "against", "stages", "weight_distance", "memory_bytes", "device_memory_bytes",
                          "micro_batch", "layout", "resumed", "fast", "curve", "per_teacher"}) {
    mustLack(transfer, key, transfer, "mode");
  }
  if (reader.array("teachers").size() > 1) {
    transfer.fail("mode", "must be there with several teachers", "no such key");
  }
  Json& lifted = result["transfer"];
  lifted["teachers"] = Json::array({transfer.text("teacher")});
  lifted["mode"] = "single";
  lifted["against"] = "teacher";
  for (const char* key :
       {"weight_distance", "memory_bytes", "device_memory_bytes", "micro_batch", "layout", "resumed"}) {
    putUnknown(lifted, key);
  }
  lifted["stages"] = Json::array({onlyStage(reader, transfer)});
  return result;
}

Json liftTo2(Json report, const std::string& subject) {
  Json result = report;
  const JsonReader reader(report, subject);
  result["revision"] = 2;
  mustLack(reader, "meaning", reader, "revision");
  liftPairs(reader, "before", true, result);
  if (!reader.has("transfer")) return result;
  liftPairs(reader, "after", false, result);
  const JsonReader transfer = reader.object("transfer");
  liftRate(reader, transfer, result["transfer"]);
  if (!transfer.has("per_teacher")) return result;
  for (std::size_t t = 0; t < transfer.array("per_teacher").size(); ++t) {
    liftRate(reader, transfer.element("per_teacher", t), result["transfer"]["per_teacher"][t]);
  }
  return result;
}

Json lifted(Json report, const std::string& subject) {
  const int revision = revisionOf(report, subject);
  if (revision < 1) report = liftTo1(std::move(report), subject);
  if (revision < 2) report = liftTo2(std::move(report), subject);
  return report;
}

}  // namespace gf
