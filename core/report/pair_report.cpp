// SPDX-License-Identifier: Apache-2.0
// What a report says of one student against one teacher beyond its counts.
#include <algorithm>
#include <cmath>

#include "knowledge/confusion.h"
#include "knowledge/statistics.h"
#include "report/report_parts.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

Json confusionJson(const FlipConfusion& confusion) {
  constexpr std::size_t kMost = 20;
  Json largest = Json::array();
  for (std::size_t i = 0; i < std::min(confusion.pairs.size(), kMost); ++i) {
    const FlipPair& pair = confusion.pairs[i];
    largest.push_back({{"truth", pair.truth}, {"said", pair.said}, {"samples", pair.samples}});
  }
  return {{"flips", confusion.flips}, {"pairs", confusion.pairs.size()}, {"largest", std::move(largest)}};
}

/// Softmax probabilities (T = 1) of a sample's label and of the model's own answer.
struct Sureness {
  double label = 0, own = 0;
};

Sureness surenessOf(std::span<const float> logits, std::int32_t label, std::int32_t answer) {
  const double highest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float each : logits) sum += std::exp(each - highest);
  const auto of = [&](std::int32_t k) { return std::exp(logits[static_cast<std::size_t>(k)] - highest) / sum; };
  return {of(label), of(answer)};
}

/// The columns of one model; answers whether every probability is one.
bool putSureness(Json& partition, const char* key, const ReportInput& input, const Predictions& predictions) {
  bool finite = true;
  Json labels = Json::array(), own = Json::array();
  for (const auto& index : partition.at("index")) {
    const auto i = index.get<std::size_t>();
    const Sureness sure = surenessOf(predictions.row(i), input.truth[i], predictions.predicted[i]);
    finite = finite && std::isfinite(sure.label) && std::isfinite(sure.own);
    labels.push_back(sure.label);
    own.push_back(sure.own);
  }
  partition[key] = {{"label", std::move(labels)}, {"own", std::move(own)}};
  return finite;
}

bool hasLogits(const ReportInput& input, const Predictions& predictions) {
  return predictions.samples == input.truth.size() && predictions.classes == input.classNames.size() &&
         predictions.logits.size() == predictions.samples * predictions.classes;
}

}  // namespace

std::uint64_t reportSeed(const ReportInput& input) {
  return input.options ? input.options->seed : 0;
}

void putDifference(Json& entry, const OutcomeCounts& counts, std::uint64_t seed) {
  const Interval interval = bootstrapDelta(counts.onlyTeacher, counts.onlyStudent, counts.samples, seed);
  entry["delta_accuracy_ci95"] = {interval.low, interval.high};
  entry["mcnemar_p"] = mcnemar(counts.onlyTeacher, counts.onlyStudent);
}

Json saidInsteadJson(const ReportInput& input, std::size_t teacher) {
  const auto of = [&](FlipKind kind) {
    return confusionJson(
        flipConfusion(input.truth, input.teacherPredictions[teacher].predicted, input.studentBefore.predicted, kind));
  };
  return {{"positive", of(FlipKind::Positive)}, {"negative", of(FlipKind::Negative)}};
}

void putPartition(Json& entry, const ReportInput& input, std::size_t teacher) {
  constexpr const char* kKey = "partition";
  const auto nothing = [&](const char* reason) {
    entry[kKey] = nullptr;
    entry[std::string(kKey) + "_reason"] = reason;
  };
  const Predictions& teaching = input.teacherPredictions[teacher];
  if (!hasLogits(input, teaching) || !hasLogits(input, input.studentBefore)) {
    return nothing("the models' logits were not kept");
  }
  Json partition{{"index", Json::array()}, {"label", Json::array()}};
  const std::size_t samples = input.truth.size(), shown = std::min(samples, kPartitionSamples);
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t index = i * samples / shown;
    partition["index"].push_back(index);
    partition["label"].push_back(input.truth[index]);
  }
  const bool finite = putSureness(partition, "teacher", input, teaching);
  if (!putSureness(partition, "student", input, input.studentBefore) || !finite) {
    return nothing("a model's logits are not finite");
  }
  entry[kKey] = std::move(partition);
}

}  // namespace gf
