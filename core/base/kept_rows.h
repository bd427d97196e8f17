// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace gf {

// What cache files of equally long rows have in common (data/crop_file.h, predictions/kept_logits.h): how they begin,
// and how a row is shown to be what was put there. Everything lies as in memory.

/// Magic (8 bytes), key (64), two numbers of the format's own, checksum of these.
inline constexpr std::size_t kKeptHeadBytes = 8 + 64 + 3 * sizeof(std::uint64_t);
using KeptHead = std::array<char, kKeptHeadBytes>;
KeptHead keptHead(std::string_view magic, const std::string& key, std::uint64_t first, std::uint64_t second);
bool hasKeptHead(int descriptor, const KeptHead& head);

/// Not cryptographic: it finds disks' and programs' mistakes. Of a file's key, the row's number and its bytes, so that
/// a row in a wrong place is found as well.
std::uint64_t keptRowChecksum(const std::string& key, std::size_t row, const void* bytes, std::size_t size);

/// Bytes of the file; 0 where the system does not say.
std::uint64_t sizeOf(int descriptor);
/// False where the file ends before, or cannot be read.
bool readAt(int descriptor, void* to, std::size_t size, std::uint64_t at);
/// Throws Error(Run) about `path`.
void writeAt(int descriptor, const void* from, std::size_t size, std::uint64_t at, const std::filesystem::path& path);
/// Whether the name still leads to the open file.
bool isNamed(int descriptor, const std::filesystem::path& path);

}  // namespace gf
