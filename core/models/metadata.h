// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gf {

/// The archive's extra file that holds the metadata.
inline constexpr const char* kMetadataFile = "gainfinder.json";

/// What a checkpoint says about itself.
struct ModelMetadata {
  std::string name;
  std::string family;  ///< "Trafo", "CNN" or "MLP".
  std::string source;
  std::vector<std::string> classes;       ///< In logit order.
  std::array<int, 3> inputSize{};         ///< C, H, W.
  std::vector<double> mean, std;          ///< Per channel, of pixels scaled to 0–1.
  std::string interpolation = "bicubic";  ///< "bilinear" or "bicubic".
  double cropPct = 0.875;
  std::string cropMode = "center";
  std::vector<std::string> wnids;  ///< Empty or one per class.
  struct Reference {
    std::string data;
    double value = 0;  ///< Share 0–1.
  };
  std::optional<Reference> referenceAccuracy;
  std::string licence;
};

/// Reads and checks the metadata. Required: name, classes, input_size, mean, std; `overrides` (an object of the same
/// keys, may be null) fills and replaces. Throws Error(Input) naming `subject`, the key, the rule and the value;
/// missing keys are all named in one message together with the flags that can give them.
ModelMetadata parseMetadata(const std::string& json, const nlohmann::json& overrides, const std::string& subject);
/// Which required keys neither the text nor the overrides give; empty when parseMetadata would find all. Throws
/// Error(Input) when the text is not a JSON object within the caps (16 MB, 32 levels).
std::vector<std::string> missingMetadataKeys(const std::string& json, const nlohmann::json& overrides,
                                             const std::string& subject);
nlohmann::ordered_json toJson(const ModelMetadata& metadata);

}  // namespace gf
