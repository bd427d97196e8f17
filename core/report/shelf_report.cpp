// SPDX-License-Identifier: Apache-2.0
#include "report/shelf_report.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/error.h"
#include "knowledge/statistics.h"
#include "report/report_parts.h"
#include "report/shelf_parts.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDraws = 2000;

void check(const ShelfInput& input) {
  const auto& knowledge = input.knowledge;
  if (input.models.size() != knowledge.models || input.classNames.size() != knowledge.classes) {
    failInput("shelf report", "needs every model and every class by name",
              std::to_string(input.models.size()) + " models and " + std::to_string(input.classNames.size()) +
                  " classes for " + std::to_string(knowledge.models) + " and " + std::to_string(knowledge.classes));
  }
  if (knowledge.models < 2) {
    failInput("shelf report", "a shelf must hold at least two models", std::to_string(knowledge.models));
  }
  if (knowledge.samples < 1) failInput(input.dataPath, "the evaluation set must have samples", "none");
  checkShelfSize(knowledge.models, knowledge.classes);
}

/// Names that tell the models apart: "net", "net (2)".
std::vector<std::string> namesOf(const ShelfInput& input) {
  std::set<std::string> used;
  std::vector<std::string> names;
  for (const auto& model : input.models) {
    std::string own = model.name;
    for (int n = 2; !used.insert(own).second; ++n) own = model.name + " (" + std::to_string(n) + ")";
    names.push_back(std::move(own));
  }
  return names;
}

Json manifestJson(const ShelfInput& input) {
  Json manifest{{"created", utcNowText()}};
  manifest["versions"] = Json(input.versions);
  manifest["versions"]["gainfinder"] = GF_VERSION;
  manifest["device"] = input.device;
  manifest["threads"] = input.threads;
  manifest["bootstrap"] = {{"seed", kShelfSeed}, {"draws", kDraws}};
  Json models = Json::array();
  for (const auto& model : input.models) models.push_back(model.sha256);
  manifest["sha256"] = {{"models", std::move(models)}, {"data", input.dataSha256}};
  manifest["data"] = {{"path", input.dataPath}, {"kind", input.dataKind}};
  manifest["left_out"] = input.leftOut;
  return manifest;
}

Json modelsJson(const ShelfInput& input, const std::vector<std::string>& names) {
  const auto& knowledge = input.knowledge;
  Json models = Json::array();
  for (std::size_t m = 0; m < names.size(); ++m) {
    const auto& model = input.models[m];
    const auto* first = knowledge.classRight.data() + m * knowledge.classes;
    models.push_back({{"name", names[m]},
                      {"family", model.family},
                      {"path", model.path},
                      {"sha256", model.sha256},
                      {"parameters", model.parameters},
                      {"accuracy", knowledge.accuracy(m)},
                      {"class_right", std::vector<std::int64_t>(first, first + knowledge.classes)}});
  }
  return models;
}

template <class Value>
Json matrixJson(const std::vector<Value>& cells, std::size_t models) {
  Json rows = Json::array();
  for (std::size_t t = 0; t < models; ++t) {
    Json row = Json::array();
    for (std::size_t s = 0; s < models; ++s) {
      const Value value = cells[t * models + s];
      // JSON has no NaN: a pair without flips has no entropy.
      row.push_back(std::isnan(static_cast<double>(value)) ? Json(nullptr) : Json(value));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> classNamesOf(const ShelfInput& input, const TeachingPair& pair) {
  std::vector<std::string> names;
  for (const std::int32_t k : pair.classes) names.push_back(input.classNames[static_cast<std::size_t>(k)]);
  return names;
}

/// "alone right on 515 images (5.2 %), leads in shirt, pullover and coat; the student alone is right on 912"
std::string reasonOf(const ShelfInput& input, const TeachingPair& pair) {
  constexpr std::size_t kMostNamed = 3;
  const auto& cells = input.knowledge.onlyTeacher;
  const std::size_t models = input.knowledge.models;
  std::vector<std::string> named = classNamesOf(input, pair);
  if (pair.leading > kMostNamed) {
    named.resize(kMostNamed);
    named.push_back(groupedText(static_cast<std::int64_t>(pair.leading - kMostNamed)) + " more");
  }
  return "alone right on " + countedText(cells[pair.teacher * models + pair.student], "image", "images") + " (" +
         percentString(pair.positiveFlips) + "), leads " +
         (named.empty() ? std::string("beyond chance in no class") : "in " + listText(named)) +
         "; the student alone is right on " + groupedText(cells[pair.student * models + pair.teacher]);
}

Json rankingJson(const ShelfInput& input, const std::vector<std::string>& names) {
  const auto& knowledge = input.knowledge;
  Json ranking = Json::array();
  for (const auto& pair : rankTeaching(knowledge, kMostRanked)) {
    const std::int64_t gained = knowledge.onlyTeacher[pair.teacher * knowledge.models + pair.student];
    const std::int64_t lost = knowledge.onlyTeacher[pair.student * knowledge.models + pair.teacher];
    const Interval interval = bootstrapDelta(gained, lost, knowledge.samples, kShelfSeed, kDraws);
    ranking.push_back({{"teacher", names[pair.teacher]},
                       {"student", names[pair.student]},
                       {"headroom", pair.headroom},
                       {"positive_flips", pair.positiveFlips},
                       {"negative_flips", pair.negativeFlips},
                       {"delta_accuracy", knowledge.deltaAccuracy(pair.teacher, pair.student)},
                       {"mcnemar_p", mcnemar(gained, lost)},
                       {"delta_ci95", {interval.low, interval.high}},
                       {"classes", classNamesOf(input, pair)},
                       {"reason", reasonOf(input, pair)}});
  }
  return ranking;
}

Json bestTeachersJson(const ShelfInput& input, const std::vector<std::string>& names) {
  Json best = Json::array();
  for (const auto& pair : bestTeachers(input.knowledge)) {
    Json entry{{"student", names[pair.student]}, {"teacher", names[pair.teacher]}};
    entry["headroom"] = pair.headroom;
    entry["reason"] = reasonOf(input, pair);
    best.push_back(std::move(entry));
  }
  return best;
}

}  // namespace

void checkShelfSize(std::size_t models, std::size_t classes) {
  constexpr std::size_t kMostModels = 1000, kMostNumbers = 3'500'000;
  const std::size_t counted = std::min(models, kMostModels + 1);  // keeps the products small
  if (models <= kMostModels && counted * (3 * counted + classes) <= kMostNumbers) return;
  failInput("shelf", "may hold at most 1,000 models, fewer with many classes: its report must stay readable",
            groupedText(static_cast<std::int64_t>(models)) + " models of " +
                groupedText(static_cast<std::int64_t>(classes)) + " classes",
            "Choose fewer models");
}

nlohmann::ordered_json buildShelfReport(const ShelfInput& input) {
  check(input);
  const auto& knowledge = input.knowledge;
  const std::vector<std::string> names = namesOf(input);
  Json report{{"schema", kShelfSchema}};
  report["manifest"] = manifestJson(input);
  report["evaluation"] = {{"name", input.evalName}, {"samples", knowledge.samples}, {"classes", knowledge.classes}};
  putLeftOut(report["evaluation"], input.imagesLeftOut);
  report["models"] = modelsJson(input, names);
  report["ranking"] = rankingJson(input, names);
  report["best_teachers"] = bestTeachersJson(input, names);
  report["classes"] = Json::array();
  for (std::size_t k = 0; k < knowledge.classes; ++k) {
    report["classes"].push_back({{"name", input.classNames[k]}, {"samples", knowledge.classSamples[k]}});
  }
  report["pairs"] = {{"flip_entropy_limit", std::log(static_cast<double>(knowledge.classes))},
                     {"only_teacher", matrixJson(knowledge.onlyTeacher, knowledge.models)},
                     {"flip_entropy", matrixJson(knowledge.entropy, knowledge.models)},
                     {"headroom", matrixJson(knowledge.headroom, knowledge.models)}};
  return report;
}

std::string shelfHeadline(const nlohmann::ordered_json& report) {
  const std::string among = countedText(static_cast<std::int64_t>(report.at("models").size()), "model", "models");
  const auto& best = report.at("ranking").at(0);
  if (best.at("headroom").get<double>() <= 0) return "None of " + among + " leads another in any class beyond chance.";
  return "Most to teach among " + among + ": " + best.at("teacher").get<std::string>() + " to " +
         best.at("student").get<std::string>() + ", " + best.at("reason").get<std::string>() + ".";
}

}  // namespace gf
