// SPDX-License-Identifier: Apache-2.0
#include "report/meaning_report.h"

#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/log.h"
#include "predictions/predictions.h"
#include "report/report_parts.h"
#include "semantics/set_similarity.h"
#include "semantics/vector_file.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kSeed = 0;  // of the random sets: one report has one answer
constexpr int kPercents[] = {2, 5, 10, 20, 50};
constexpr const char* kTooFew = "a set of fewer than two classes";

Json mergesJson(const ClassTree& tree) {
  Json merges = Json::array();
  for (const auto& [a, b, height] : tree.merges) merges.push_back(Json::array({a, b, height}));
  return merges;
}

Json mapJson(const ClassMap& map) {
  return {{"method", map.method}, {"explained", map.explained}, {"places", map.places}};
}

Json groupsJson(const ClassGroups& groups) {
  Json list = Json::array();
  for (const ClassGroup& group : groups.groups) {
    Json parent = group.parent == ClassGroup::kTop ? Json(nullptr) : Json(group.parent);
    list.push_back({{"name", group.name}, {"parent", std::move(parent)}, {"classes", group.classes}});
  }
  return {{"method", groups.method}, {"groups", std::move(list)}};
}

void putBand(Json& object, const char* key, bool defined, double low, double high, const char* reason) {
  if (defined) {
    object[key] = {low, high};
  } else {
    object[key] = nullptr;
    object[std::string(key) + "_reason"] = reason;
  }
}

Json setJson(int percent, const SetSimilarity& set) {
  Json entry{{"percent", percent}, {"classes", set.classes}};
  const bool several = set.similarity.has_value();
  const char* reason = several ? "all classes together have a mean similarity of 0 or less" : kTooFew;
  put(entry, "similarity", set.similarity, kTooFew);
  putBand(entry, "similarity_band", several, set.similarityLow, set.similarityHigh, kTooFew);
  put(entry, "difference", set.difference, reason);
  putBand(entry, "band", set.difference.has_value(), set.bandLow, set.bandHigh, reason);
  entry["chance"] = set.chance;
  return entry;
}

Json teachersJson(const ClassSemantics& semantics, std::span<const std::string> teachers,
                  std::span<const PairKnowledge> knowledge) {
  std::vector<std::vector<std::int32_t>> sets;
  for (const PairKnowledge& pair : knowledge) {
    for (const int percent : kPercents) sets.push_back(pair.topClasses(percent));
  }
  const auto similarities = setSimilarities(semantics, sets, kSeed);
  Json list = Json::array();
  for (std::size_t t = 0; t < teachers.size(); ++t) {
    Json top = Json::array();
    for (std::size_t i = 0; i < std::size(kPercents); ++i) {
      top.push_back(setJson(kPercents[i], similarities[t * std::size(kPercents) + i]));
    }
    list.push_back({{"name", teachers[t]}, {"top", std::move(top)}});
  }
  return list;
}

std::vector<float> asFloats(const ClassSemantics& semantics) {
  return {semantics.similarity.begin(), semantics.similarity.end()};
}

}  // namespace

Json meaningJson(const ClassMeaning& meaning, std::span<const std::string> teachers,
                 std::span<const PairKnowledge> knowledge) {
  const ClassSemantics& semantics = meaning.semantics;
  if (teachers.size() != knowledge.size()) {
    failInput("report", "needs the knowledge of every teacher",
              std::to_string(knowledge.size()) + " for " + std::to_string(teachers.size()));
  }
  for (const PairKnowledge& pair : knowledge) {
    if (pair.classes.size() == semantics.names.size()) continue;
    failInput("report", "meaning and knowledge must be about the same classes",
              std::to_string(semantics.names.size()) + " and " + std::to_string(pair.classes.size()));
  }
  const bool known = semantics.provenance.is_object();
  Json json;
  json["provider"] = known ? semantics.provenance.value("provider", "") : "";
  json["provenance"] = known ? semantics.provenance : Json::object();
  json["notes"] = semantics.notes;
  std::vector<std::int32_t> all(meaning.tree.order.begin(), meaning.tree.order.end());
  put(json, "mean_similarity", meanSimilarity(semantics, all), "there are fewer than two classes");
  json["order"] = meaning.tree.order;
  json["merges"] = mergesJson(meaning.tree);
  json["map"] = mapJson(meaning.map);
  json["groups"] = groupsJson(meaning.groups);
  json["random_sets"] = {{"seed", kSeed}, {"draws", kSimilarityDraws}};
  json["teachers"] = teachersJson(semantics, teachers, knowledge);
  return json;
}

void writeSimilarity(const fs::path& folder, const ClassSemantics& semantics, Json& report) {
  constexpr std::size_t kLargest = std::size_t{1} << 34;
  const std::size_t classes = semantics.names.size();
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) failRun(folder.string(), "the folder must be writable", error.message());
  writeNpy(folder / kSimilarityFile, {classes, classes, asFloats(semantics), {}});
  report.at("meaning")["similarity"] = {{"file", kSimilarityFile},
                                        {"sha256", sha256(readFile(folder / kSimilarityFile, kLargest))}};
}

std::vector<float> readSimilarity(const fs::path& folder, const Json& report) {
  constexpr std::size_t kHead = std::size_t{1} << 16;
  if (!report.contains("meaning") || !report.at("meaning").contains("similarity")) return {};
  const fs::path file = folder / kSimilarityFile;
  const std::size_t classes = report.at("classes").size();
  try {
    const std::string bytes = readFile(file, kHead + classes * classes * sizeof(float));
    const std::string wanted = report.at("meaning").at("similarity").at("sha256").get<std::string>();
    if (const std::string hash = sha256(bytes); hash != wanted) {
      failInput(file.string(), "must be the file that the report names, SHA-256 " + wanted, hash);
    }
    VectorTable table = parseNpy(bytes, file.string());
    if (table.rows != classes || table.dimensions != classes) {
      failInput(file.string(), "must hold a similarity for each two of the " + std::to_string(classes) + " classes",
                std::to_string(table.rows) + " × " + std::to_string(table.dimensions));
    }
    return std::move(table.values);
  } catch (const Error& problem) {
    logLine(LogLevel::Warning, std::string("The similarities of the classes are left out: ") + problem.what());
    return {};
  }
}

}  // namespace gf
