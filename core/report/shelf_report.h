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
  std::vector<std::string> imagesLeftOut{};  ///< One line for each image that could not be read.
  std::vector<std::string> leftOut{};        ///< One line for each model that could not be used, with its reason.
};

/// A report must stay readable: throws Error(Input) for more than 1,000 models, or fewer with very many classes.
void checkShelfSize(std::size_t models, std::size_t classes);

/// The report of a shelf (schema gainfinder-shelf/1, resources/schema): manifest with what was left out, evaluation,
/// classes [{name, samples}], models [{name, family, path, sha256, parameters, accuracy, class_right [C]}] whose names
/// differ ("net (2)" where files share one), pairs {flip_entropy_limit, only_teacher [M][M], flip_entropy [M][M] (null
/// without flips), headroom [M][M]: whole samples, row teacher, column student}, ranking of at most 200 pairs
/// [{teacher, student, headroom, positive_flips, negative_flips, delta_accuracy, mcnemar_p and delta_ci95 of
/// delta_accuracy, classes [names], reason}] and best_teachers, one entry of {student, teacher, headroom, reason} for
/// each model. Throws Error(Input).
nlohmann::ordered_json buildShelfReport(const ShelfInput& input);

/// Strict, as readReport(). Throws Error(Input) naming the file, the key, the rule and the value.
nlohmann::ordered_json readShelfReport(const std::filesystem::path& path);
/// The same for JSON that was parsed already; `subject` names it in messages.
nlohmann::ordered_json checkedShelfReport(nlohmann::ordered_json report, const std::string& subject);

/// "Most to teach among 13 models: tops-resnet to student-mlp, alone right on 515 images …", one sentence.
std::string shelfHeadline(const nlohmann::ordered_json& report);

/// "shelf-flips" (Fig. 1a: positive flips over Δacc, with the noise floor and the line of equal accuracy),
/// "shelf-entropy" (Fig. 1b, with ln C), "shelf-matrix" (teacher × student, Heat), "shelf-expertise" (model × class:
/// accuracy of the class minus the shelf's mean, Heat, the classes in which models differ most), "shelf-ranking"
/// (Bars).
std::vector<Figure> shelfFigures(const nlohmann::ordered_json& report);

}  // namespace gf
