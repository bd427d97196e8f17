// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/control.h"

namespace gf {

/// What class names mean to one provider: how alike each two classes are, and, where the provider has them, vectors.
struct ClassSemantics {
  std::vector<std::string> names;     ///< The classes, in the data's order, C of them.
  std::size_t dimensions = 0;         ///< D; 0 where the provider knows similarities only (WordNet).
  std::vector<float> vectors;         ///< [C, D], row by row, rows of unit length.
  std::vector<double> similarity;     ///< [C, C], symmetric, 1 on the diagonal; cosine of the vectors, or the measure.
  std::vector<std::string> notes;     ///< What people should know: names that were not found, senses that were chosen.
  nlohmann::ordered_json provenance;  ///< Provider, files with their SHA-256, settings: for the report's manifest.

  double between(std::size_t a, std::size_t b) const { return similarity[a * names.size() + b]; }
};

/// Rows scaled to unit length and their cosines, in double. Throws Error(Input) naming the class whose vector is zero
/// or not finite.
ClassSemantics semanticsOf(std::vector<std::string> names, std::vector<float> vectors, std::size_t dimensions,
                           nlohmann::ordered_json provenance);

/// What --semantics takes: "wordnet" (or "wordnet:SENSES.json"), "clip:FOLDER", "text:FOLDER", "file:PATH", "head".
struct SemanticsSpec {
  std::string kind, path;
};
/// Throws Error(Usage) naming the rule and the value.
SemanticsSpec parseSemantics(const std::string& text);
/// Opens the provider and asks it about `names`. `wnids`: ImageNet ids by class where the data or a model knows them,
/// else empty. "head" asks a model and not a provider: whoever has one calls headSemantics(), here it is refused.
/// Throws Error, Stopped.
ClassSemantics classSemantics(const SemanticsSpec& spec, const std::vector<std::string>& names,
                              const std::vector<std::string>& wnids, const Control& control = {});

}  // namespace gf
