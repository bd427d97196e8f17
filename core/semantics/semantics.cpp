// SPDX-License-Identifier: Apache-2.0
#include "semantics/semantics.h"

#include <cmath>

#include "base/error.h"
#include "semantics/text_semantics.h"
#include "semantics/vector_file.h"
#include "semantics/word_senses.h"

namespace gf {
namespace {

constexpr const char* kKinds = "must be wordnet, wordnet:SENSES.json, clip:FOLDER, text:FOLDER, file:PATH or head";

/// Scales one row in double; false when its length is no positive finite number.
bool makeUnit(float* row, std::size_t dimensions) {
  double squares = 0;
  for (std::size_t j = 0; j < dimensions; ++j) squares += static_cast<double>(row[j]) * row[j];
  const double length = std::sqrt(squares);
  if (!std::isfinite(length) || length <= 0) return false;
  for (std::size_t j = 0; j < dimensions; ++j) row[j] = static_cast<float>(row[j] / length);
  return true;
}

}  // namespace

ClassSemantics semanticsOf(std::vector<std::string> names, std::vector<float> vectors, std::size_t dimensions,
                           nlohmann::ordered_json provenance) {
  if (dimensions == 0 || vectors.size() != names.size() * dimensions) {
    failInput("class vectors", "there must be one vector of one length for each class",
              std::to_string(vectors.size()) + " numbers for " + std::to_string(names.size()) + " classes");
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (makeUnit(vectors.data() + i * dimensions, dimensions)) continue;
    failInput("\"" + names[i] + "\"", "the vector of a class must be finite and not zero", "one that has no direction");
  }
  const auto count = static_cast<std::int64_t>(names.size());
  const at::Tensor rows =
      torch::from_blob(vectors.data(), {count, static_cast<std::int64_t>(dimensions)}, at::kFloat).to(at::kDouble);
  // Rows rounded to float are not quite of length one; a cosine divides by what they are.
  const at::Tensor exact = rows / rows.norm(2, 1, true);
  const at::Tensor cosines = exact.matmul(exact.t()).clamp(-1, 1).contiguous();
  ClassSemantics result;
  const double* values = cosines.const_data_ptr<double>();
  result.similarity.assign(values, values + cosines.numel());
  for (std::size_t a = 0; a < names.size(); ++a) {
    result.similarity[a * names.size() + a] = 1;
    // A blocked product may round the two halves differently.
    for (std::size_t b = 0; b < a; ++b)
      result.similarity[a * names.size() + b] = result.similarity[b * names.size() + a];
  }
  result.names = std::move(names);
  result.dimensions = dimensions;
  result.vectors = std::move(vectors);
  result.provenance = std::move(provenance);
  return result;
}

SemanticsSpec parseSemantics(const std::string& text) {
  if (text == "wordnet" || text == "head") return {text, ""};
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  if (kind != "wordnet" && kind != "clip" && kind != "text" && kind != "file") {
    failUsage("--semantics", kKinds, text.empty() ? "nothing" : text);
  }
  const std::string path = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (path.empty()) {
    failUsage("--semantics", kKinds, text + ", without a path",
              kind == "file"      ? "Name a .npy, .csv or .safetensors file"
              : kind == "wordnet" ? "Name a JSON file with measure and senses, or leave out the colon"
                                  : "Name the folder that holds config.json");
  }
  return {kind, path};
}

ClassSemantics classSemantics(const SemanticsSpec& spec, const std::vector<std::string>& names,
                              const std::vector<std::string>& wnids, const Control& control) {
  if (spec.kind == "wordnet") {
    return wordNetSemantics(WordNet::open(WordNet::findFolder()), names, wnids, wordNetSettings(spec));
  }
  if (spec.kind == "clip" || spec.kind == "text") return textSemantics(spec, names, {"{}"}, control);
  if (spec.kind == "file") return vectorFileSemantics(spec.path, names);
  if (spec.kind == "head") {
    failUsage("--semantics", "must be a source that needs no model here", "head, which asks a teacher's classifier",
              "Use compare --semantics head, or name wordnet, clip:FOLDER, text:FOLDER or file:PATH");
  }
  failUsage("--semantics", kKinds, spec.kind);
}

}  // namespace gf
