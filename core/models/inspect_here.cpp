// SPDX-License-Identifier: Apache-2.0
#include <ATen/Parallel.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "models/archive.h"
#include "models/feature_source.h"
#include "models/inspection.h"
#include "models/inspection_cache.h"
#include "models/script_module.h"

namespace gf {
namespace {

void requireSmallMetadata(const ArchiveListing& listing, const std::string& subject) {
  constexpr std::uint64_t kMost = std::uint64_t{16} << 20;
  constexpr std::string_view kEntry = "/extra/gainfinder.json";
  for (const ArchiveEntry& entry : listing.entries) {
    if (entry.bytes > kMost && entry.name.ends_with(kEntry)) {
      failInput(subject, std::string(kMetadataFile) + " must be at most " + std::to_string(kMost) + " bytes",
                std::to_string(entry.bytes) + " bytes");
    }
  }
}

/// Runs the model on two grey images, so that what it answers is known before anyone counts on it. Answers why it has
/// no penultimate features; empty when it has.
std::string tryForward(torch::jit::Module& module, const ModelMetadata& metadata, const std::string& subject) {
  const at::NoGradGuard noGradients;
  module.eval();
  const auto& size = metadata.inputSize;
  const at::Tensor images = at::zeros({2, size[0], size[1], size[2]});
  const auto classes = static_cast<std::int64_t>(metadata.classes.size());
  callForLogits(module, images, classes, subject);
  return problemOfFeatures(module, FeatureSource(module), images, classes);
}

void lookInside(const std::filesystem::path& path, const nlohmann::json& overrides, Inspection& result) {
  const std::string subject = path.string();
  const ArchiveListing listing = requireTorchScript(path);
  requireSmallMetadata(listing, subject);
  requireIntact(path, listing);
  result.sha256 = sha256OfFile(path);
  LoadedScript loaded = loadScript(path, c10::kCPU);
  for (const auto& [name, tensor] : trainableParameters(loaded.module)) result.parameters += tensor.numel();
  if (const auto name = loaded.module.type()->name()) result.architecture = name->name();
  if (!loaded.module.find_method("forward")) failInput(subject, "the model must have a forward method", "none");
  result.traced = isModeBakedIn(loaded.module);
  result.hasFeatures = offersFeatures(loaded.module);
  result.missingKeys = missingMetadataKeys(loaded.metadata, overrides, subject);
  if (result.missingKeys.empty()) {
    result.metadata = parseMetadata(loaded.metadata, overrides, subject);
    result.featuresProblem = tryForward(loaded.module, *result.metadata, subject);
  }
  result.readable = true;
}

void blame(Inspection& result, std::string rule, std::string observed, std::string remedy) {
  result.metadata.reset();
  result.readable = false;
  result.rule = std::move(rule);
  result.observed = std::move(observed);
  result.remedy = std::move(remedy);
}

/// Failures of allocation, in words that name the limit this process runs under.
void blameMemory(Inspection& result, const std::string& observed) {
  rlimit limit{};
  const bool limited = ::getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  const std::string allowed = limited ? std::to_string(limit.rlim_cur >> 20) + " MiB" : "the memory there is";
  blame(result, kMemoryRule, "it needed more than " + allowed + " (" + observed + ")",
        "Leave this file out, or make the model smaller");
}

bool writeLine(int descriptor, std::string line) {
  line += '\n';
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t written = ::write(descriptor, line.data() + done, line.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

Inspection inspectHere(const std::filesystem::path& path, const nlohmann::json& overrides) {
  Inspection result;
  result.path = path;
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  if (!error) result.fileBytes = static_cast<std::int64_t>(bytes);
  try {
    lookInside(path, overrides, result);
  } catch (const Error& failure) {
    if (isOutOfMemory(failure)) {
      blameMemory(result, failure.observed());
    } else {
      blame(result, failure.rule(), failure.observed(), failure.remedy());
    }
  } catch (const std::exception& failure) {
    if (isOutOfMemory(failure)) {
      blameMemory(result, reasonOf(failure));
    } else {
      blame(result, "the checkpoint must be readable", reasonOf(failure), "Export the model again");
    }
  }
  return result;
}

int runInspectionChild(const std::vector<std::filesystem::path>& paths, const nlohmann::json& overrides) {
  // A module may print; its words must not be taken for ours.
  const int answers = ::dup(STDOUT_FILENO);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  if (answers < 0 || nowhere < 0) return kRunFailed;
  ::dup2(nowhere, STDOUT_FILENO);
  at::set_num_threads(1);
  constexpr std::size_t kMaxOverrides = std::size_t{16} << 20;
  const nlohmann::json given =
      overrides.is_string() ? nlohmann::json::parse(readFile(overrides.get<std::string>(), kMaxOverrides)) : overrides;
  if (!writeLine(answers, R"({"ready":true})")) return kRunFailed;
  for (const auto& path : paths) {
    const auto line = toJson(inspectHere(path, given)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    if (!writeLine(answers, line)) return kRunFailed;
  }
  return kDone;
}

}  // namespace gf
