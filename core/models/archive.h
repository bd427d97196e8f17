// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/control.h"

namespace gf {

/// One file inside a checkpoint archive (a zip file), as its central directory describes it.
struct ArchiveEntry {
  std::string name;
  std::uint64_t offset = 0;  ///< Of the local header in the archive.
  std::uint64_t storedBytes = 0, bytes = 0;
  std::uint32_t crc32 = 0;
  bool deflated = false;
};

/// What a file is, judged by its bytes alone: nothing in it is executed or unpickled.
struct ArchiveListing {
  std::vector<ArchiveEntry> entries;
  bool hasCode = false;  ///< It holds TorchScript code, so torch.jit can load it.
};

/// Lists a checkpoint. Throws Error(Input) when it is no zip archive or has no TorchScript code: the message says what
/// the file looks like instead (a state dict, a legacy pickle, an image, …) and what to do about it.
ArchiveListing requireTorchScript(const std::filesystem::path& path);

/// Whether the file holds weights without a program: safetensors, or what torch.save wrote. Throws Error(Input) when it
/// cannot be read or is a damaged archive.
bool looksLikeWeights(const std::filesystem::path& path);

/// Reads every entry and compares its checksum, which LibTorch's own reader does not. Throws Error(Input) naming the
/// damaged entry, Stopped.
void requireIntact(const std::filesystem::path& path, const ArchiveListing& listing, const Control& control = {});

}  // namespace gf
