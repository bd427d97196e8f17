// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to models/: results of inspections, remembered across runs.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "models/inspection.h"

namespace gf {

/// The rule of a file that outgrew its memory limit: not remembered, because limits differ.
inline constexpr const char* kMemoryRule = "the checkpoint must open within its memory limit";

/// One file's place in the cache, fixed when it is made: what is stored is what the file was before it was opened.
/// Nothing here throws for a cache that cannot be read or written; then nothing is remembered.
class InspectionMemory {
 public:
  InspectionMemory(const std::filesystem::path& file, const nlohmann::json& metadataOverrides);
  std::optional<Inspection> find() const;
  void put(const Inspection& inspection) const;

 private:
  nlohmann::ordered_json key_;  ///< Path, size, modification time, hash of the overrides; null when unusable.
  std::filesystem::path place_;
};

}  // namespace gf
