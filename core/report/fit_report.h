// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "options/fit_options.h"
#include "report/figure.h"
#include "report/report.h"

namespace gf {

inline constexpr const char* kFitSchema = "gainfinder-fit/1";

/// What the report of a supervised training is made of. Predictions are among the outputs of the fitted model.
struct FitReportInput {
  ReportModel model;   ///< As it was given.
  ReportModel fitted;  ///< As it was written; `path` relative to the result folder.
  bool newHead = false;
  std::string plan;  ///< What became of head and classes, in words.
  std::size_t dataClasses = 0, usedClasses = 0;
  std::int64_t trainedParameters = 0;
  std::string dataPath, dataKind, trainSha256, evalSha256, evalName;
  std::vector<std::string> outputs;          ///< What each output answers.
  std::vector<std::int32_t> trainingLabels;  ///< Of the images that were trained on.
  std::vector<std::int32_t> truth;           ///< Of the evaluation split.
  std::vector<std::int32_t> before;          ///< The model's answers before the first step, with a new head if any.
  FitOptions options;
  const TransferOutcome* outcome = nullptr;
  std::string device;
  int threads = 0;
  std::map<std::string, std::string> versions{};
  std::vector<std::string> leftOut{}, trainLeftOut{};  ///< As ReportInput's.
};

/// fit.json (schema gainfinder-fit/1, shares 0–1). `classes` names the outputs that have an image in either split.
/// Throws Error(Input) when lengths differ or a label is no output.
nlohmann::ordered_json buildFitReport(const FitReportInput& input);

/// Reads it and checks keys, types, ranges and that counts agree. Throws Error(Input) naming file, key, rule and value.
nlohmann::ordered_json readFitReport(const std::filesystem::path& file);

/// "Accuracy 61.2 % → 83.4 % on 10,000 images: +22.20 points (95 % interval 21.4 to 23.0)."
std::string fitHeadline(const nlohmann::ordered_json& report);

/// "accuracy-course": accuracy over the epochs, of a training that may still go on; the first point is its start.
Figure accuracyCourse(std::span<const double> epochs, std::span<const double> accuracies);
/// That and "class-accuracy".
std::vector<Figure> fitFigures(const nlohmann::ordered_json& report);

/// Writes fit.json, and per figure CSV and JSON below figures/. Atomic file by file, fit.json last.
void writeFitReport(const std::filesystem::path& folder, const nlohmann::ordered_json& report);

}  // namespace gf
