// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/control.h"
#include "models/metadata.h"

namespace gf {

/// What a checkpoint is, or why it cannot be used.
struct Inspection {
  std::filesystem::path path;
  bool readable = false;
  std::string rule, observed, remedy;  ///< When not readable: as in Error.
  std::optional<ModelMetadata> metadata;
  std::vector<std::string>
      missingKeys;              ///< Metadata keys without which it cannot be used yet (readable, but asks the user).
  std::int64_t parameters = 0;  ///< Trainable numbers.
  std::int64_t fileBytes = 0;
  std::string sha256;
  std::string architecture;     ///< Class name of the root module.
  bool hasFeatures = false;     ///< Has the methods forward_features and forward_head(x, pre_logits).
  std::string featuresProblem;  ///< Why it offers no penultimate features, in words; empty when it does (if usable).
  bool traced = false;          ///< Train mode is baked in: it can be a teacher, not a student.
  bool usable() const { return readable && metadata.has_value(); }
};
nlohmann::ordered_json toJson(const Inspection& inspection);
/// Throws Error(Input) when the object is not what toJson writes.
Inspection inspectionFromJson(const nlohmann::json& object);

/// Opens the file in this process: only for the child that is allowed to die. Never throws for a bad file.
Inspection inspectHere(const std::filesystem::path& path, const nlohmann::json& metadataOverrides = nullptr);

struct InspectionLimits {
  double seconds = 60;
  std::uint64_t bytes = std::uint64_t{8} << 30;  ///< Of data memory on top of the file's size.
};
/// Opens the file in a child process (`programFile() inspect --child FILE`), so that a hostile or broken file cannot
/// take this one down. Never throws for a bad file: the result says what happened, also when the child crashed, ran too
/// long or took too much memory. Throws Stopped.
Inspection inspectInChild(const std::filesystem::path& path, const nlohmann::json& metadataOverrides = nullptr,
                          const InspectionLimits& limits = {}, const Control& control = {});

/// The same for many files: one child looks at all of them in order, because starting LibTorch costs more than a look.
/// A file on which the child dies, stalls or outgrows its memory gets the blame, and a new child goes on after it.
/// `onEach` is called from this thread as each result is there (remembered ones first). Results come in the order of
/// `paths`. What a file was is remembered by path, size and modification time, so that a second look is instant.
/// Throws Stopped, and Error(Run) when the program cannot be started at all.
std::vector<Inspection> inspectInChild(const std::vector<std::filesystem::path>& paths,
                                       const nlohmann::json& metadataOverrides, const InspectionLimits& limits,
                                       const std::function<void(const Inspection&)>& onEach, const Control& control);

/// What `inspect --child [--model-meta-json TEXT] FILE…` does: prints a line when ready, then toJson of each file on a
/// line of its own. `metadataOverrides`: null, an object, or the path of a file that holds one (when it is too long for
/// a command line). Whatever else the process prints on stdout is swallowed. Returns the exit code.
int runInspectionChild(const std::vector<std::filesystem::path>& paths, const nlohmann::json& metadataOverrides);

/// Checkpoints below `folder` (*.pt, *.pth, *.ts, *.torchscript), sorted by path, links not followed out of it, at most
/// `most`.
std::vector<std::filesystem::path> findCheckpoints(const std::filesystem::path& folder, std::size_t most = 10000);

}  // namespace gf
