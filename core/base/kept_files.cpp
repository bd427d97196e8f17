// SPDX-License-Identifier: Apache-2.0
#include "base/kept_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "base/error.h"
#include "base/sizes.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

bool isOurs(const std::string& name) {
  constexpr std::size_t kHash = 64;
  return name.size() > kHash && name[kHash] == '.' && name.find_first_not_of("0123456789abcdef") == kHash;
}

/// False where it is in use or cannot be removed.
bool removeUnused(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return false;
  // The lock is held until the name is gone, so that nobody begins to use the file in between.
  const bool removed = tryLock(descriptor, FileLock::Exclusive) && ::unlink(path.c_str()) == 0;
  ::close(descriptor);
  return removed;
}

}  // namespace

void makeKeptFolder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_symlink(folder, error)) {
    failRun(folder.string(), "must be a folder itself, as links are not followed where files are removed", "a link",
            "Set XDG_CACHE_HOME to keep files on another disk");
  }
  fs::create_directories(folder, error);
  if (error) failRun(folder.string(), "the folder must be writable", error.message());
}

std::vector<KeptFile> keptFiles(const fs::path& folder) {
  std::vector<KeptFile> files;
  std::error_code error;
  if (fs::is_symlink(folder, error)) return files;
  for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
    std::error_code gone;  // another process may be removing files as well
    if (!isOurs(each->path().filename().string()) || each->symlink_status(gone).type() != fs::file_type::regular)
      continue;
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
  ::utimensat(AT_FDCWD, file.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
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

std::string makeKeptRoom(const fs::path& folder, std::uint64_t needed, std::uint64_t bound) {
  constexpr std::uint64_t kShare = 10;
  const std::uint64_t rest = needed > bound ? 0 : bound - needed, kept = bytesOf(keptFiles(folder));
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  // The disk is asked first: where it would not do, nothing needs to go.
  const std::uint64_t room = error ? 0 : space.available + kept - std::min(kept, rest);
  if (!error && needed > room - room / kShare) {
    return "the cache's disk has " + bytesText(space.available) + " free";
  }
  if (needed <= bound && evictTo(folder, rest) <= rest) return {};
  return "the cache, of at most " + bytesText(bound) + ", has no room for them";
}

bool tryLock(int descriptor, FileLock lock) {
  struct flock whole {};
  whole.l_type = lock == FileLock::Shared ? F_RDLCK : F_WRLCK;
  whole.l_whence = SEEK_SET;
  return ::fcntl(descriptor, F_OFD_SETLK, &whole) == 0;
}

}  // namespace gf
