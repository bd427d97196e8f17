// SPDX-License-Identifier: Apache-2.0
#include "predictions/kept_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace gf {
namespace fs = std::filesystem;
namespace {

/// False where it is in use or cannot be removed.
bool removeUnused(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return false;
  // The lock is held until the name is gone, so that nobody begins to use the file in between.
  const bool removed = tryLock(descriptor, FileLock::Exclusive) && ::unlink(path.c_str()) == 0;
  ::close(descriptor);
  return removed;
}

}  // namespace

std::vector<KeptFile> keptFiles(const fs::path& folder) {
  std::vector<KeptFile> files;
  std::error_code error;
  for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
    std::error_code gone;  // another process may be removing files as well
    if (!each->is_regular_file(gone)) continue;
    KeptFile file{each->path(), each->file_size(gone), each->last_write_time(gone)};
    if (!gone) files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(),
            [](const KeptFile& a, const KeptFile& b) { return a.used != b.used ? a.used < b.used : a.path < b.path; });
  return files;
}

std::uint64_t bytesOf(const std::vector<KeptFile>& files) {
  std::uint64_t bytes = 0;
  for (const KeptFile& file : files) bytes += file.bytes;
  return bytes;
}

void markUsed(const fs::path& file) {
  ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
}

std::uint64_t evictTo(const fs::path& folder, std::uint64_t bound) {
  const auto files = keptFiles(folder);
  std::uint64_t left = bytesOf(files);
  for (const KeptFile& file : files) {
    if (left <= bound) break;
    if (removeUnused(file.path)) left -= file.bytes;
  }
  return left;
}

bool tryLock(int descriptor, FileLock lock) {
  struct flock whole {};
  whole.l_type = lock == FileLock::Shared ? F_RDLCK : F_WRLCK;
  whole.l_whence = SEEK_SET;
  return ::fcntl(descriptor, F_OFD_SETLK, &whole) == 0;
}

}  // namespace gf
