// SPDX-License-Identifier: Apache-2.0
#include "models/inspection.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "models/inspection_cache.h"

namespace gf {
namespace fs = std::filesystem;
using nlohmann::json;

nlohmann::ordered_json toJson(const Inspection& inspection) {
  nlohmann::ordered_json object{{"path", inspection.path.string()},
                                {"readable", inspection.readable},
                                {"rule", inspection.rule},
                                {"observed", inspection.observed},
                                {"remedy", inspection.remedy},
                                {"metadata", nullptr},
                                {"missing_keys", inspection.missingKeys},
                                {"parameters", inspection.parameters},
                                {"bytes", inspection.fileBytes},
                                {"sha256", inspection.sha256},
                                {"architecture", inspection.architecture},
                                {"has_features", inspection.hasFeatures},
                                {"features_problem", inspection.featuresProblem},
                                {"traced", inspection.traced}};
  if (inspection.metadata) object["metadata"] = toJson(*inspection.metadata);
  return object;
}

Inspection inspectionFromJson(const json& object) {
  Inspection result;
  try {
    result.path = object.at("path").get<std::string>();
    result.readable = object.at("readable").get<bool>();
    result.rule = object.at("rule").get<std::string>();
    result.observed = object.at("observed").get<std::string>();
    result.remedy = object.at("remedy").get<std::string>();
    result.missingKeys = object.at("missing_keys").get<std::vector<std::string>>();
    result.parameters = object.at("parameters").get<std::int64_t>();
    result.fileBytes = object.at("bytes").get<std::int64_t>();
    result.sha256 = object.at("sha256").get<std::string>();
    result.architecture = object.at("architecture").get<std::string>();
    result.hasFeatures = object.at("has_features").get<bool>();
    result.featuresProblem = object.at("features_problem").get<std::string>();
    result.traced = object.at("traced").get<bool>();
    const json& metadata = object.at("metadata");
    if (!metadata.is_null()) result.metadata = parseMetadata("", metadata, result.path.string());
  } catch (const json::exception& error) {
    failInput("inspection", "must be in the format of gainfinder inspect", error.what());
  }
  if (result.readable == !result.rule.empty()) {
    failInput("inspection", "a file is readable or has a broken rule", result.readable ? "both" : "neither");
  }
  return result;
}

std::vector<fs::path> findCheckpoints(const fs::path& folder, std::size_t most) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root)) failInput(folder.string(), "must be a folder", "no such folder");
  const auto inside = [&](const fs::path& path) {
    std::error_code failure;
    const fs::path real = fs::canonical(path, failure);
    if (failure) return false;
    return std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
  };
  constexpr std::array<const char*, 4> kEndings{".pt", ".pth", ".ts", ".torchscript"};
  constexpr std::size_t kMostEntries = 2000000;  // a mistaken scan of a whole disk ends
  std::vector<fs::path> found;
  std::size_t seen = 0;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error), end;
  for (; !error && at != end && ++seen < kMostEntries; at.increment(error)) {
    std::string ending = at->path().extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
    if (std::find(kEndings.begin(), kEndings.end(), ending) == kEndings.end()) continue;
    std::error_code failure;
    if (!at->is_regular_file(failure) || failure) continue;
    if (at->is_symlink(failure) && !inside(at->path())) continue;
    found.push_back(at->path());
  }
  std::sort(found.begin(), found.end());
  if (found.size() > most) found.resize(most);
  return found;
}

namespace {
constexpr int kCacheFormat = 2;
constexpr std::size_t kMaxCached = std::size_t{32} << 20;  // bytes
}  // namespace

InspectionMemory::InspectionMemory(const fs::path& file, const json& overrides) {
  std::error_code error;
  const fs::path absolute = fs::absolute(file, error);
  struct stat status {};
  if (error || ::stat(absolute.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  const auto changed = static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000000000 + status.st_mtim.tv_nsec;
  key_ = {{"format", kCacheFormat},
          {"libtorch", TORCH_VERSION},
          {"path", sha256(absolute.string())},
          {"bytes", static_cast<std::int64_t>(status.st_size)},
          {"changed_ns", changed},
          {"overrides", sha256(overrides.dump(-1, ' ', true, json::error_handler_t::replace))}};
  try {
    place_ = cacheFolder() / "inspections" / (sha256(key_.dump()) + ".json");
  } catch (const Error&) {
    key_ = nullptr;
  }
}

std::optional<Inspection> InspectionMemory::find() const {
  if (key_.is_null() || !fs::exists(place_)) return std::nullopt;
  try {
    const json kept = json::parse(readFile(place_, kMaxCached));
    if (kept.at("key") != json(key_)) return std::nullopt;
    return inspectionFromJson(kept.at("inspection"));
  } catch (const std::exception&) {  // damaged: look again
    return std::nullopt;
  }
}

void InspectionMemory::put(const Inspection& inspection) const {
  if (key_.is_null()) return;
  try {
    fs::create_directories(place_.parent_path());
    const nlohmann::ordered_json object{{"key", key_}, {"inspection", toJson(inspection)}};
    writeAtomically(place_, object.dump(-1, ' ', true, json::error_handler_t::replace));
  } catch (const std::exception&) {  // a full disk costs only the time of the next look
  }
}

}  // namespace gf
