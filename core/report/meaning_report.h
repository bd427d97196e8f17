// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "knowledge/flips.h"
#include "report/figure.h"
#include "report/json_text.h"
#include "semantics/class_meaning.h"

namespace gf {

inline constexpr const char* kSimilarityFile = "similarity.npy";

/// The key `meaning` of a report:
/// {"provider", "provenance" (an object), "notes": [text], "mean_similarity", "order": [C class indices],
///  "merges": [[a, b, height] × C−1], "map": {"method", "explained", "places": [[x, y] × C]},
///  "groups": {"method", "groups": [{"name", "parent" (null at the top), "classes": [indices]}]},
///  "random_sets": {"seed", "draws"},
///  "teachers": [{"name", "top": [{"percent": 2|5|10|20|50, "classes", "similarity", "similarity_band": [low, high],
///                                 "difference", "band": [low, high], "chance"}]}],
///  "similarity": {"file": "similarity.npy", "sha256"} once it was written beside the report}.
/// What is undefined is null with its reason: mean_similarity of fewer than two classes; similarity and its band of a
/// set of fewer than two classes; difference and band (percent) there and where mean_similarity is 0 or less.
/// `teachers`: names and knowledge in the report's order.
nlohmann::ordered_json meaningJson(const ClassMeaning& meaning, std::span<const std::string> teachers,
                                   std::span<const PairKnowledge> knowledge);

/// Writes similarity.npy (float32 [C, C]) into a result folder and names it, with its hash, in `report`'s `meaning`.
void writeSimilarity(const std::filesystem::path& folder, const ClassSemantics& semantics,
                     nlohmann::ordered_json& report);
/// [C, C] of a result folder; empty when the report names none, or the file is not there or not the one that the report
/// names (then logged as a warning). Throws nothing for such files.
std::vector<float> readSimilarity(const std::filesystem::path& folder, const nlohmann::ordered_json& report);

/// Part of readReport(): throws Error(Input) naming key, rule and value. `classes`, `teachers`: how many there are.
void checkMeaning(const JsonReader& meaning, std::size_t classes, std::size_t teachers);

/// "top-similarity" (Fig. 2b) per teacher ("top-similarity-<teacher>" with several); "groups" (flip shares of groups,
/// and gain and loss after a transfer), "class-map" (Grid: every class a cell, ordered by meaning, coloured by its flip
/// share), "meaning-map" (Scatter: classes in the plane, sized by flips) per teacher likewise; "similarity" (Heat with
/// dendrogram) where the matrix is at hand. None for a report without `meaning`.
std::vector<Figure> meaningFigures(const nlohmann::ordered_json& report, std::span<const float> similarity);

}  // namespace gf
