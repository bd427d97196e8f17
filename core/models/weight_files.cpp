// SPDX-License-Identifier: Apache-2.0
#include "models/weight_files.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "models/archive.h"

namespace gf {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr const char* kConfig = "config.json";
constexpr std::size_t kMostConfig = std::size_t{16} << 20;  // bytes; names of 20,000 classes take one of them

/// Links are followed: the cache of Hugging Face consists of them.
fs::path besideConfig(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_regular_file(folder / kConfig, ignored)) return {};
  for (const char* name : {"model.safetensors", "pytorch_model.bin"}) {
    if (fs::is_regular_file(folder / name, ignored)) return folder / name;
  }
  return {};
}

/// The commit that a repository of the cache is at; empty where it does not say.
std::string mainRevision(const fs::path& repository) {
  constexpr std::size_t kMost = 1024;
  try {
    std::string name = readFile(repository / "refs" / "main", kMost);
    while (!name.empty() && (name.back() == '\n' || name.back() == ' ')) name.pop_back();
    const bool plain = name.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") == std::string::npos;
    return plain ? name : std::string();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

bool holdsWeights(const fs::path& file) {
  try {
    return looksLikeWeights(file);
  } catch (const std::exception&) {
    return false;
  }
}

fs::path weightsIn(const fs::path& folder) {
  if (fs::path found = besideConfig(folder); !found.empty()) return found;
  const fs::path snapshots = folder / "snapshots";
  if (const std::string main = mainRevision(folder); !main.empty()) {
    if (fs::path found = besideConfig(snapshots / main); !found.empty()) return found;
  }
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(snapshots, error), end; !error && at != end; at.increment(error)) {
    if (fs::path one = besideConfig(at->path()); !one.empty()) found.push_back(std::move(one));
  }
  return found.size() == 1 ? found.front() : fs::path();
}

WeightsConfig configBeside(const fs::path& weights) {
  WeightsConfig result;
  json config;
  std::error_code ignored;
  const fs::path place = weights.parent_path() / kConfig;
  if (!fs::is_regular_file(place, ignored)) return result;
  try {
    config = json::parse(readFile(place, kMostConfig), nullptr, /*allow_exceptions=*/false);
  } catch (const Error&) {
    return result;
  }
  if (!config.is_object() || !config.contains("architecture") || !config["architecture"].is_string()) return result;
  result.architecture = config["architecture"];
  const auto look = [&](const json& in) {
    if (in.contains("num_classes") && in["num_classes"].is_number_integer()) result.classes = in["num_classes"];
    if (in.contains("label_names") && in["label_names"].is_array()) result.namesClasses = true;
  };
  if (config.contains("pretrained_cfg") && config["pretrained_cfg"].is_object()) look(config["pretrained_cfg"]);
  look(config);
  return result;
}

}  // namespace gf
