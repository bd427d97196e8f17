// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
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
  std::string architecture;  ///< Class name of the root module.
  bool hasFeatures = false;  ///< Offers penultimate features (forward_features, forward_head).
  bool traced = false;       ///< Train mode is baked in: it can be a teacher, not a student.
  bool usable() const { return readable && metadata.has_value(); }
};
nlohmann::ordered_json toJson(const Inspection& inspection);
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

/// Checkpoints below `folder` (*.pt, *.pth, *.ts, *.torchscript), sorted by path, links not followed out of it, at most
/// `most`.
std::vector<std::filesystem::path> findCheckpoints(const std::filesystem::path& folder, std::size_t most = 10000);

}  // namespace gf
