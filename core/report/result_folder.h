// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "report/figure.h"
#include "transfer/record.h"

namespace gf {

/// A metrics.jsonl line. {"kind":"step",…} or {"kind":"evaluation",…}; shares 0–1. A term that is not finite is null
/// with a reason beside it and is read back as NaN. "routing" and "adapting_routing" hold for each teacher of the stage
/// {"both_right", "positive", "negative", "both_wrong"}, each [samples, those that follow the teacher];
/// "class_gained" and "class_lost" a number of samples for each class. Files without them are read too. Reading throws
/// Error(Input) naming key, rule and value.
nlohmann::ordered_json toJson(const StepRecord& record);
nlohmann::ordered_json toJson(const EvaluationRecord& record);
EvaluationRecord evaluationFromJson(const nlohmann::json& line);
StepRecord stepFromJson(const nlohmann::json& line);

/// The lines of metrics.jsonl; a torn last line is dropped, anything else wrong throws Error(Input) naming line, rule
/// and value.
std::vector<nlohmann::json> readMetrics(const std::filesystem::path& file);

/// A result folder opened again: its report (of a pair, a run or a shelf; `report["schema"]` tells), metrics and
/// figures. `path` is the folder or its report.json. Throws Error(Input).
struct Result {
  std::filesystem::path folder;
  nlohmann::ordered_json report;
  std::vector<nlohmann::json> metrics;
  std::vector<float> similarity;  ///< [C, C] of similarity.npy; empty where there is none.
  std::vector<Figure> figures;

  bool isShelf() const;
  /// The key result in words: headline() or shelfHeadline().
  std::string headline() const;
};
Result openResult(const std::filesystem::path& path);

/// {"seed", "rule", "split_identity", "indices"}: subset.json.
void writeSubset(const std::filesystem::path& file, const std::vector<std::uint32_t>& indices,
                 const TransferOptions& options, const std::string& dataIdentity);

/// What subset.json says: which samples of the training split were used, and how they were chosen.
struct SubsetFile {
  std::uint64_t seed = 0;
  std::string rule, splitIdentity;
  std::vector<std::uint32_t> indices;
};
/// Throws Error(Input) naming file, key, rule and value.
SubsetFile readSubset(const std::filesystem::path& file);

/// Writes report.json, and per figure CSV and JSON below figures/. Atomic file by file.
void writeReport(const std::filesystem::path& folder, const nlohmann::ordered_json& report,
                 const std::vector<Figure>& figures);

}  // namespace gf
