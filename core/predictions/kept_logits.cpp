// SPDX-License-Identifier: Apache-2.0
#include "predictions/kept_logits.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/kept_files.h"
#include "base/kept_rows.h"
#include "base/log.h"
#include "data/guarded_map.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr char kMagic[] = "GFKEPT1\n";

std::uint64_t rowChecksum(const KeptShape& shape, std::size_t row, const void* floats) {
  return keptRowChecksum(shape.key, row, floats, shape.columns * sizeof(float));
}

KeptHead headOf(const KeptShape& shape) {
  return keptHead(kMagic, shape.key, shape.rows, shape.columns);
}

fs::path partOf(const fs::path& file) {
  return fs::path(file) += ".part";
}

}  // namespace

std::uint64_t KeptShape::fileBytes() const {
  return kKeptHeadBytes + rows * rowBytes();
}

std::unique_ptr<KeptLogits> KeptLogits::open(const fs::path& file, const KeptShape& shape) {
  std::unique_ptr<KeptLogits> kept(new KeptLogits(file, shape));
  if (kept->descriptor_ < 0 && errno == ENOENT) return nullptr;
  if (kept->descriptor_ < 0) failRun(file.string(), "the file must be readable", std::strerror(errno));
  if (!tryLock(kept->descriptor_, FileLock::Shared)) return nullptr;  // somebody is removing it
  const std::uint64_t size = sizeOf(kept->descriptor_);
  if (size != shape.fileBytes() || !hasKeptHead(kept->descriptor_, headOf(shape))) {
    logLine(LogLevel::Warning, "Kept answers are computed again: " + file.string() + " is damaged or cut short.");
    kept->remove();
    return nullptr;
  }
  markUsed(file);
  kept->map_ = std::make_unique<GuardedMap>(kept->descriptor_, kKeptHeadBytes, shape.rows * shape.rowBytes());
  return kept;
}

KeptLogits::KeptLogits(fs::path path, KeptShape shape)
    : path_(std::move(path)),
      shape_(std::move(shape)),
      descriptor_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}

KeptLogits::~KeptLogits() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void KeptLogits::remove() const {
  std::error_code error;
  if (!isNamed(descriptor_, path_)) return;  // another one lies there by now
  fs::remove(path_, error);
  if (error) failRun(path_.string(), "the file must be removable", error.message());
}

bool KeptLogits::copyRow(std::size_t row, float* to) const {
  if (row >= shape_.rows) return false;
  const std::size_t bytes = shape_.columns * sizeof(float);
  const char* from = map_->bytes().data() + row * shape_.rowBytes();
  std::uint64_t sum = 0;
  std::memcpy(to, from, bytes);
  std::memcpy(&sum, from + bytes, sizeof sum);
  return sum == rowChecksum(shape_, row, to);
}

std::unique_ptr<LogitsMaker> LogitsMaker::claim(const fs::path& file, const KeptShape& shape) {
  std::error_code ignored;
  makeKeptFolder(file.parent_path());
  const fs::path part = partOf(file);
  const int descriptor = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) failRun(part.string(), "the file must be writable", std::strerror(errno));
  if (!tryLock(descriptor, FileLock::Exclusive)) {
    const int why = errno;
    ::close(descriptor);
    if (why == EAGAIN || why == EACCES) return nullptr;
    failRun(part.string(), "the file system must know locks", std::strerror(why));
  }
  // It may have been finished, or removed, between the two calls.
  if (!isNamed(descriptor, part)) {
    ::close(descriptor);
    return nullptr;
  }
  if (fs::exists(file, ignored)) {
    ::unlink(part.c_str());
    ::close(descriptor);
    return nullptr;
  }
  std::unique_ptr<LogitsMaker> maker(new LogitsMaker(file, shape, descriptor));
  maker->takeUp();
  return maker;
}

LogitsMaker::LogitsMaker(fs::path file, KeptShape shape, int descriptor)
    : file_(std::move(file)), part_(partOf(file_)), shape_(std::move(shape)), descriptor_(descriptor) {}

LogitsMaker::~LogitsMaker() {
  ::close(descriptor_);
}

/// Counts the sound rows from the beginning on; what follows is made again.
void LogitsMaker::takeUp() {
  if (hasKeptHead(descriptor_, headOf(shape_))) {
    std::vector<char> bytes(shape_.rowBytes());
    const std::size_t floats = shape_.columns * sizeof(float);
    for (; rows_ < shape_.rows; ++rows_) {
      std::uint64_t sum = 0;
      if (!readAt(descriptor_, bytes.data(), bytes.size(), kKeptHeadBytes + rows_ * shape_.rowBytes())) break;
      std::memcpy(&sum, bytes.data() + floats, sizeof sum);
      if (sum != rowChecksum(shape_, rows_, bytes.data())) break;
    }
  } else {
    const KeptHead head = headOf(shape_);
    writeAt(descriptor_, head.data(), head.size(), 0, part_);
  }
  if (::ftruncate(descriptor_, static_cast<off_t>(kKeptHeadBytes + rows_ * shape_.rowBytes())) != 0) {
    failRun(part_.string(), "the file must be writable", std::strerror(errno));
  }
}

void LogitsMaker::append(const float* values, std::size_t count) {
  if (rows_ + count > shape_.rows) {
    failRun(part_.string(), "must hold " + std::to_string(shape_.rows) + " rows", std::to_string(rows_ + count));
  }
  const std::size_t floats = shape_.columns * sizeof(float);
  std::vector<char> bytes(count * shape_.rowBytes());
  for (std::size_t i = 0; i < count; ++i) {
    char* row = bytes.data() + i * shape_.rowBytes();
    std::memcpy(row, values + i * shape_.columns, floats);
    const std::uint64_t sum = rowChecksum(shape_, rows_ + i, row);
    std::memcpy(row + floats, &sum, sizeof sum);
  }
  writeAt(descriptor_, bytes.data(), bytes.size(), kKeptHeadBytes + rows_ * shape_.rowBytes(), part_);
  rows_ += count;
}

void LogitsMaker::finish() {
  if (rows_ != shape_.rows) {
    failRun(part_.string(), "must hold " + std::to_string(shape_.rows) + " rows", std::to_string(rows_));
  }
  if (::fsync(descriptor_) != 0 || ::rename(part_.c_str(), file_.c_str()) != 0) {
    failRun(file_.string(), "the file must be writable", std::strerror(errno));
  }
}

void LogitsMaker::giveUp() {
  ::unlink(part_.c_str());
}

}  // namespace gf
