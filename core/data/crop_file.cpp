// SPDX-License-Identifier: Apache-2.0
#include "data/crop_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/kept_files.h"
#include "base/kept_rows.h"
#include "base/log.h"
#include "base/sizes.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

KeptHead headOf(const CropShape& shape) {
  return keptHead("GFCROP1\n", shape.key, shape.rows, shape.rowBytes);
}

/// False while others hold the file; a file system without locks is an error.
bool lockOf(int descriptor, FileLock lock, const fs::path& path) {
  if (tryLock(descriptor, lock)) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  failRun(path.string(), "the file system must know locks", std::strerror(errno));
}

}  // namespace

std::uint64_t CropShape::fileBytes() const {
  return kKeptHeadBytes + rows * stride();
}

CropFile::CropFile(fs::path path, CropShape shape, int descriptor)
    : path_(std::move(path)), shape_(std::move(shape)), descriptor_(descriptor) {}

CropFile::~CropFile() {
  ::close(descriptor_);
}

std::unique_ptr<CropFile> CropFile::open(const fs::path& file, const CropShape& shape, std::uint64_t bound) {
  constexpr int kTries = 1000;
  constexpr std::chrono::milliseconds kPause(10);
  makeKeptFolder(file.parent_path());
  for (int i = 0; i < kTries; ++i) {
    if (auto there = take(file, shape)) return there;
    if (auto made = make(file, shape, bound)) return made;
    std::this_thread::sleep_for(kPause);  // another process is making the file, or removing it
  }
  failRun(file.string(), "the file must become free", "another program holds it");
}

/// Nothing where it is not there, is being removed, or is something else, which is removed.
std::unique_ptr<CropFile> CropFile::take(const fs::path& file, const CropShape& shape) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0 && errno == ENOENT) return nullptr;
  if (descriptor < 0) failRun(file.string(), "the file must be readable and writable", std::strerror(errno));
  std::unique_ptr<CropFile> found(new CropFile(file, shape, descriptor));
  if (!lockOf(descriptor, FileLock::Shared, file) || !isNamed(descriptor, file)) return nullptr;
  if (sizeOf(descriptor) == shape.fileBytes() && hasKeptHead(descriptor, headOf(shape))) {
    markUsed(file);
    return found;
  }
  logLine(LogLevel::Warning, "Kept images are decoded again: " + file.string() + " is damaged or cut short.");
  if (::unlink(file.c_str()) != 0) failRun(file.string(), "the file must be removable", std::strerror(errno));
  return nullptr;
}

/// Nothing while another process makes it, and where it is there by now. What a kill left of a FILE.part is made anew.
std::unique_ptr<CropFile> CropFile::make(const fs::path& file, const CropShape& shape, std::uint64_t bound) {
  const fs::path part = fs::path(file) += ".part";
  const int descriptor = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
  if (descriptor < 0) failRun(part.string(), "the file must be writable", std::strerror(errno));
  std::unique_ptr<CropFile> made(new CropFile(file, shape, descriptor));
  if (!lockOf(descriptor, FileLock::Exclusive, part) || !isNamed(descriptor, part)) return nullptr;
  std::error_code ignored;
  if (fs::exists(file, ignored)) {
    ::unlink(part.c_str());
    return nullptr;
  }
  try {
    made->takeSpace(part, bound);
    const KeptHead head = headOf(shape);
    writeAt(descriptor, head.data(), head.size(), 0, part);
    if (::rename(part.c_str(), file.c_str()) != 0) {
      failRun(file.string(), "the file must be writable", std::strerror(errno));
    }
  } catch (...) {
    ::unlink(part.c_str());
    throw;
  }
  return lockOf(descriptor, FileLock::Shared, file) ? std::move(made) : nullptr;
}

/// Now, not row by row: a disk that is full says so here.
void CropFile::takeSpace(const fs::path& part, std::uint64_t bound) const {
  const std::uint64_t needed = shape_.fileBytes();
  if (::ftruncate(descriptor_, 0) != 0) failRun(part.string(), "the file must be writable", std::strerror(errno));
  const std::string obstacle = makeKeptRoom(part.parent_path(), needed, bound);
  if (!obstacle.empty()) {
    failRun(part.parent_path().string(), "must have room for " + bytesText(needed) + " of decoded images", obstacle);
  }
  // Not posix_fallocate(): where the file system cannot reserve, that would write every block.
  while (::fallocate(descriptor_, 0, 0, static_cast<off_t>(needed)) != 0) {
    if (errno == EINTR) continue;
    failRun(part.string(), "the file system must give it " + bytesText(needed), std::strerror(errno));
  }
}

std::uint64_t CropFile::checksumOf(std::size_t row, const std::uint8_t* bytes) const {
  return std::max<std::uint64_t>(keptRowChecksum(shape_.key, row, bytes, shape_.rowBytes), 1);
}

bool CropFile::read(std::size_t row, std::uint8_t* to) const {
  if (row >= shape_.rows) return false;
  const std::uint64_t at = kKeptHeadBytes + row * shape_.stride();
  std::uint64_t sum = 0;
  if (!readAt(descriptor_, &sum, sizeof sum, at + shape_.rowBytes) || sum == 0) return false;
  return readAt(descriptor_, to, shape_.rowBytes, at) && sum == checksumOf(row, to);
}

void CropFile::put(std::size_t row, const std::uint8_t* bytes) const {
  if (row >= shape_.rows || refused_) return;
  const std::uint64_t at = kKeptHeadBytes + row * shape_.stride();
  const std::uint64_t sum = checksumOf(row, bytes);
  try {
    writeAt(descriptor_, bytes, shape_.rowBytes, at, path_);
    writeAt(descriptor_, &sum, sizeof sum, at + shape_.rowBytes, path_);
  } catch (const Error& error) {
    if (!refused_.exchange(true)) {
      logLine(LogLevel::Warning, std::string("No more decoded images are kept. ") + error.what());
    }
  }
}

}  // namespace gf
