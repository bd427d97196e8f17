// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace gf {

/// Bytes that a folder of kept files may hold.
struct KeptLimit {
  std::uint64_t usual = 0;                ///< Where nobody chose.
  std::optional<std::uint64_t> chosen{};  ///< As chooseLimit() was told.
  std::uint64_t bytes() const { return chosen.value_or(usual); }
};

/// The limit of `folder`; usual are `most` bytes or a `share`-th of what its disk has for it, whichever is less.
KeptLimit limitOf(const std::filesystem::path& folder, std::uint64_t most, std::uint64_t share);
/// For a folder of evaluations: 10 GB, or a tenth of the disk.
KeptLimit evaluationLimit(const std::filesystem::path& folder);

/// Written beside the folder as FOLDER.limit, so that everybody who shares the folder keeps to it; nothing: the usual
/// one again. Nothing is removed by it. Throws Error(Run).
void chooseLimit(const std::filesystem::path& folder, std::optional<std::uint64_t> bytes);

}  // namespace gf
