// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gf {

/// One file of a cache folder.
struct KeptFile {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  std::filesystem::file_time_type used{};  ///< As markUsed() last said, else when it was written.
};

/// Makes a cache folder where there is none. Throws Error(Run), also where a link lies there: what is removed to make
/// room must not lie elsewhere.
void makeKeptFolder(const std::filesystem::path& folder);

/// The program's own files in a cache folder, which are those named by a hash ("<64 hexadecimal digits>.npy"), the one
/// used longest ago first. Links are none of them; none where there is no folder or the folder is a link.
std::vector<KeptFile> keptFiles(const std::filesystem::path& folder);
std::uint64_t bytesOf(const std::vector<KeptFile>& files);

/// From now on the file counts as used now.
void markUsed(const std::filesystem::path& file);

/// Removes the files used longest ago until at most `bound` bytes are left, but none that somebody holds locked (see
/// FileLock). Answers the bytes left, which may be more.
std::uint64_t evictTo(const std::filesystem::path& folder, std::uint64_t bound);

/// Makes room for `needed` more bytes in that way. Answers why there is none, as "the cache, of at most 10 MB, has no
/// room for them"; empty where there is. A tenth of the disk's room stays free.
std::string makeKeptRoom(const std::filesystem::path& folder, std::uint64_t needed, std::uint64_t bound);

/// A lock on an open file; it goes with the descriptor, and with the process that dies. Also across machines where the
/// file system knows locks.
enum class FileLock {
  Shared,    ///< Many may hold it: the file is in use.
  Exclusive  ///< One alone: the file is being made, or removed.
};
/// False while others hold it otherwise, or where the file system knows no locks. The descriptor must be open for
/// reading (Shared) or writing (Exclusive).
bool tryLock(int descriptor, FileLock lock);

}  // namespace gf
