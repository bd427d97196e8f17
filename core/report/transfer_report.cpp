// SPDX-License-Identifier: Apache-2.0
// What a transfer did, as the report's key `transfer`.
#include <algorithm>
#include <utility>

#include "knowledge/statistics.h"
#include "report/report_parts.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

int classesOf(const ReportInput& input) {
  return static_cast<int>(input.classNames.size());
}

void putRate(Json& entry, const TransferRate& rate) {
  constexpr const char* kReason = "the teacher has no positive flips here";
  entry["positive_flips"] = rate.positiveFlips;
  put(entry, "paper", rate.paper(), kReason);
  put(entry, "strict", rate.strict(), kReason);
}

Json rateJson(const ReportInput& input, Labels teacher, const PairKnowledge& before) {
  const Labels start = input.studentBefore.predicted, end = input.outcome->after.predicted;
  Json rate;
  putRate(rate, transferRate(input.truth, teacher, start, end));
  rate["top_classes"] = Json::array();
  for (const int percent : {2, 5, 10, 20, 50, 100}) {
    const auto top = before.topClasses(percent);
    Json entry{{"percent", percent}, {"classes", top.size()}};
    putRate(entry, top.empty() ? TransferRate{} : transferRate(input.truth, teacher, start, end, top));
    rate["top_classes"].push_back(std::move(entry));
  }
  return rate;
}

/// What changed against a teacher, in whole counts so that the identities hold exactly.
void putFlips(Json& json, const ReportInput& input, Labels teacher, const PairKnowledge& before,
              const PairKnowledge& after) {
  json["delta_positive_flips"] = before.all.share(after.all.onlyTeacher - before.all.onlyTeacher);
  json["delta_negative_flips"] = before.all.share(after.all.onlyStudent - before.all.onlyStudent);
  json["transfer_rate"] = rateJson(input, teacher, before);
}

void putRule(Json& json, const TransferOptions& options) {
  if (usesPartition(options.method)) {
    json["rule"] = options.method == Method::KlDp ? "supervised" : "unsupervised";
  } else {
    json["rule"] = nullptr;
    json["rule_reason"] = "this method has no partition";
  }
}

void putRouting(Json& json, bool used, const Routing& routing) {
  json["samples"] = used ? routing.total.samples : 0;
  const auto only = [&](std::optional<double> value) { return used ? value : std::nullopt; };
  const auto why = [&](const char* reason) { return used ? reason : "this method has no partition"; };
  put(json, "positive", only(routing.positive()), why("the transfer set has no positive flips"));
  put(json, "negative", only(routing.negative()), why("the transfer set has no negative flips"));
  put(json, "overall", only(routing.total.samples ? std::optional(routing.overall()) : std::nullopt),
      why("no transfer set was partitioned"));
  if (used) {
    json["outcomes"] = {{"all", countsJson(routing.total)}, {"to_teacher", countsJson(routing.toTeacher)}};
  }
}

void add(OutcomeCounts& sum, const OutcomeCounts& counts) {
  sum.samples += counts.samples;
  sum.bothRight += counts.bothRight;
  sum.onlyTeacher += counts.onlyTeacher;
  sum.onlyStudent += counts.onlyStudent;
  sum.bothWrong += counts.bothWrong;
}

/// One entry per teacher of the stage that was partitioned for it.
Json stageRoutingJson(const ReportInput& input, const StageOutcome& stage, std::size_t number) {
  Json teachers = Json::array();
  for (std::size_t t = 0; t < std::min(stage.teachers.size(), stage.routing.size()); ++t) {
    Json entry{{"name", input.teachers[stage.teachers[t]].name}, {"stage", number}};
    putRouting(entry, true, stage.routing[t]);
    teachers.push_back(std::move(entry));
  }
  return teachers;
}

/// The whole run's routing: of one teacher as it is; of several summed, with each on its own below `teachers`.
Json routingJson(const ReportInput& input) {
  const bool used = usesPartition(input.options->method);
  Routing sum;
  Json teachers = Json::array();
  for (std::size_t s = 0; s < input.outcome->stages.size(); ++s) {
    const StageOutcome& stage = input.outcome->stages[s];
    for (const auto& each : stage.routing) {
      add(sum.total, each.total);
      add(sum.toTeacher, each.toTeacher);
    }
    for (auto& entry : stageRoutingJson(input, stage, s)) teachers.push_back(std::move(entry));
  }
  Json json;
  putRule(json, *input.options);
  putRouting(json, used, sum);
  if (used && input.teachers.size() > 1) json["teachers"] = std::move(teachers);
  return json;
}

/// A student's accuracy, and what it won and lost against the original one.
Json againstOriginal(const ReportInput& input, Labels now) {
  const Change change = changeBetween(input.truth, input.studentBefore.predicted, now, classesOf(input));
  const auto pair = comparePredictions(input.truth, input.studentBefore.predicted, now, classesOf(input));
  return {{"accuracy", pair.all.studentAccuracy()},
          {"gained", change.gained},
          {"lost", change.lost},
          {"gain", change.gain()},
          {"loss", change.loss()},
          {"delta", change.delta()}};
}

Json namesOf(const ReportInput& input, const std::vector<std::size_t>& teachers) {
  Json names = Json::array();
  for (const auto t : teachers) names.push_back(input.teachers[t].name);
  return names;
}

Json stagesJson(const ReportInput& input) {
  Json stages = Json::array();
  const auto& all = input.outcome->stages;
  for (std::size_t s = 0; s < all.size(); ++s) {
    const bool follows = s > 0 && input.options->teachers == TeacherMode::Sequential;
    const Labels start = follows ? all[s - 1].after : input.studentBefore.predicted;
    Json entry{{"teachers", namesOf(input, all[s].teachers)},
               {"steps", all[s].steps},
               {"epochs", all[s].epochs},
               {"seconds", all[s].seconds}};
    entry.update(againstOriginal(input, all[s].after));
    entry["delta_stage"] = changeBetween(input.truth, start, all[s].after, classesOf(input)).delta();
    Json routing;
    putRule(routing, *input.options);
    if (usesPartition(input.options->method)) routing["teachers"] = stageRoutingJson(input, all[s], s);
    entry["routing"] = std::move(routing);
    stages.push_back(std::move(entry));
  }
  return stages;
}

Json curveJson(const std::vector<CurvePoint>& curve) {
  Json points = Json::array();
  for (const auto& point : curve) {
    points.push_back({{"from", point.from},
                      {"to", point.to},
                      {"position", point.position},
                      {"accuracy", point.accuracy},
                      {"gain", point.gain},
                      {"loss", point.loss},
                      {"delta", point.gain - point.loss}});
  }
  return points;
}

/// Who taught, in the order in which they did.
void putTeachers(Json& json, const ReportInput& input) {
  std::vector<std::size_t> order;
  for (const auto& stage : input.outcome->stages)
    order.insert(order.end(), stage.teachers.begin(), stage.teachers.end());
  std::string joined;
  for (const auto t : order) joined += (joined.empty() ? "" : ", ") + input.teachers[t].name;
  const bool several = input.teachers.size() > 1;
  json["teacher"] = joined;
  json["teachers"] = namesOf(input, order);
  json["mode"] = several ? idOf(input.options->teachers) : "single";
  json["against"] = several ? "any teacher" : "teacher";
}

void putRun(Json& json, const TransferOutcome& outcome) {
  json["finished"] = outcome.finished;
  json["steps"] = outcome.steps;
  json["epochs"] = outcome.epochs;
  json["transfer_samples"] = outcome.subset.size();
  json["seconds"] = outcome.seconds;
  json["training_seconds"] = outcome.trainingSeconds;
  json["samples_per_second"] = outcome.samplesPerSecond;
  json["memory_bytes"] = outcome.memoryBytes;
  json["device_memory_bytes"] = outcome.deviceMemoryBytes;
  json["micro_batch"] = outcome.microBatch;
  json["precision"] = outcome.form.bf16 ? "bf16" : "fp32";
  json["layout"] = outcome.form.channelsLast ? "channels-last" : "contiguous";
  json["resumed"] = outcome.resumed;
}

/// The figures against teachers: against the one there is, or against all of them as one and against each.
void putKnowledge(Json& json, const ReportInput& input, const std::vector<PairKnowledge>& before,
                  const std::vector<PairKnowledge>& after) {
  if (input.teachers.size() == 1) {
    putFlips(json, input, input.teacherPredictions.front().predicted, before.front(), after.front());
    return;
  }
  std::vector<Labels> teachers;
  for (const auto& each : input.teacherPredictions) teachers.emplace_back(each.predicted);
  const auto any = anyTeacher(input.truth, teachers);
  putFlips(json, input, any, comparePredictions(input.truth, any, input.studentBefore.predicted, classesOf(input)),
           comparePredictions(input.truth, any, input.outcome->after.predicted, classesOf(input)));
  json["per_teacher"] = Json::array();
  for (std::size_t t = 0; t < teachers.size(); ++t) {
    Json entry{{"name", input.teachers[t].name}};
    putFlips(entry, input, teachers[t], before[t], after[t]);
    json["per_teacher"].push_back(std::move(entry));
  }
}

}  // namespace

Json transferJson(const ReportInput& input, const Change& change, const std::vector<PairKnowledge>& before,
                  const std::vector<PairKnowledge>& after) {
  const auto& outcome = *input.outcome;
  const auto& options = *input.options;
  Json json;
  putTeachers(json, input);
  json["method"] = idOf(options.method);
  putRun(json, outcome);
  putLeftOut(json, input.trainLeftOut);
  json["gained"] = change.gained;
  json["lost"] = change.lost;
  json["gain"] = change.gain();
  json["loss"] = change.loss();
  json["delta"] = change.delta();
  json["success"] = change.gained > change.lost;
  putKnowledge(json, input, before, after);
  json["routing"] = routingJson(input);
  json["mcnemar_p"] = mcnemar(change.gained, change.lost);
  const Interval interval = bootstrapDelta(change.gained, change.lost, change.samples, options.seed);
  json["delta_ci95"] = {interval.low, interval.high};
  put(json, "weight_distance", outcome.weightDistance, "");
  if (outcome.fast) json["fast"] = againstOriginal(input, outcome.fast->predicted);
  json["stages"] = stagesJson(input);
  if (!outcome.curve.empty()) json["curve"] = curveJson(outcome.curve);
  return json;
}

}  // namespace gf
