// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "knowledge/shelf.h"
#include "report/figure.h"
#include "report/report.h"

namespace gf {

inline constexpr const char* kShelfSchema = "gainfinder-shelf/1";

/// What the report of a shelf is made of.
struct ShelfInput {
  std::vector<ReportModel> models;  ///< M
  std::string dataPath, dataKind, dataSha256, evalName;
  std::vector<std::string> classNames;
  ShelfKnowledge knowledge;
  std::string device;
  int threads = 0;
  std::map<std::string, std::string> versions{};
};

/// The report of a shelf (schema gainfinder-shelf/1, resources/schema): manifest, evaluation, classes [{name,
/// samples}], models [{name, family, path, sha256, parameters, accuracy, class_right [C]}], pairs {only_teacher [M][M],
/// flip_entropy [M][M] (null without flips), headroom [M][M]}, ranking [{teacher, student, headroom, positive_flips,
/// negative_flips, mcnemar_p, delta_ci95, classes [names], reason}]. Throws Error(Input).
nlohmann::ordered_json buildShelfReport(const ShelfInput& input);

/// Strict, as readReport(). Throws Error(Input) naming the file, the key, the rule and the value.
nlohmann::ordered_json readShelfReport(const std::filesystem::path& path);

/// "Best teacher for student-mlp among 13 models: …", one sentence.
std::string shelfHeadline(const nlohmann::ordered_json& report);

/// "shelf-flips" (Fig. 1a: positive flips over Δacc, with the noise floor and the line of equal accuracy),
/// "shelf-entropy" (Fig. 1b, with ln C), "shelf-matrix" (teacher × student, Heat), "shelf-expertise" (model × class:
/// accuracy of the class minus the shelf's mean, Heat, the classes in which models differ most), "shelf-ranking"
/// (Bars).
std::vector<Figure> shelfFigures(const nlohmann::ordered_json& report);

}  // namespace gf
