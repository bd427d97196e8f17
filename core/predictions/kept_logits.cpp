// SPDX-License-Identifier: Apache-2.0
#include "predictions/kept_logits.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "data/guarded_map.h"
#include "predictions/kept_files.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr char kMagic[] = "GFKEPT1\n";
constexpr std::size_t kMagicBytes = 8, kKeyBytes = 64, kHeadBytes = kMagicBytes + kKeyBytes + 3 * sizeof(std::uint64_t);
using Head = std::array<char, kHeadBytes>;

/// Not cryptographic: it finds disks' and programs' mistakes. Each row's begins with the file's key and the row's
/// number, so that a row in a wrong place is found as well.
std::uint64_t checksumOf(std::uint64_t begin, const char* bytes, std::size_t size) {
  std::uint64_t sum = begin;
  for (std::size_t at = 0; at < size; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, std::min(sizeof word, size - at));
    sum = (sum ^ word) * 0x9E3779B97F4A7C15ULL;
    sum ^= sum >> 32;
  }
  return mix(sum, size);
}

std::uint64_t rowChecksum(const KeptShape& shape, std::size_t row, const char* floats) {
  const std::uint64_t key = checksumOf(0, shape.key.data(), shape.key.size());
  return checksumOf(mix(key, row), floats, shape.columns * sizeof(float));
}

Head headOf(const KeptShape& shape) {
  Head head{};
  std::string key = shape.key;
  key.resize(kKeyBytes, ' ');
  const std::uint64_t sizes[] = {shape.rows, shape.columns};
  std::memcpy(head.data(), kMagic, kMagicBytes);
  std::memcpy(head.data() + kMagicBytes, key.data(), kKeyBytes);
  std::memcpy(head.data() + kMagicBytes + kKeyBytes, sizes, sizeof sizes);
  const std::uint64_t sum = checksumOf(0, head.data(), kHeadBytes - sizeof(std::uint64_t));
  std::memcpy(head.data() + kHeadBytes - sizeof sum, &sum, sizeof sum);
  return head;
}

/// Bytes of the file; nothing where the system does not say.
std::uint64_t sizeOf(int descriptor) {
  struct stat facts {};
  return ::fstat(descriptor, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

bool readAt(int descriptor, char* to, std::size_t size, std::uint64_t at) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::pread(descriptor, to + done, size - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

void writeAt(int descriptor, const char* from, std::size_t size, std::uint64_t at, const fs::path& path) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t written = ::pwrite(descriptor, from + done, size - done, static_cast<off_t>(at + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      failRun(path.string(), "the file must be writable", std::strerror(written < 0 ? errno : ENOSPC));
    }
    done += static_cast<std::size_t>(written);
  }
}

bool hasHead(int descriptor, const KeptShape& shape) {
  Head head{};
  return readAt(descriptor, head.data(), head.size(), 0) && head == headOf(shape);
}

fs::path partOf(const fs::path& file) {
  return fs::path(file) += ".part";
}

/// Whether the name still leads to the open file.
bool isNamed(int descriptor, const fs::path& path) {
  struct stat open {
  }, named{};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_ino == named.st_ino &&
         open.st_dev == named.st_dev;
}

}  // namespace

std::uint64_t KeptShape::fileBytes() const {
  return kHeadBytes + rows * rowBytes();
}

std::unique_ptr<KeptLogits> KeptLogits::open(const fs::path& file, const KeptShape& shape) {
  std::unique_ptr<KeptLogits> kept(new KeptLogits(file, shape));
  if (kept->descriptor_ < 0 && errno == ENOENT) return nullptr;
  if (kept->descriptor_ < 0) failRun(file.string(), "the file must be readable", std::strerror(errno));
  if (!tryLock(kept->descriptor_, FileLock::Shared)) return nullptr;  // somebody is removing it
  const std::uint64_t size = sizeOf(kept->descriptor_);
  if (size != shape.fileBytes() || !hasHead(kept->descriptor_, shape)) {
    logLine(LogLevel::Warning, "Kept answers are computed again: " + file.string() + " is damaged or cut short.");
    kept->remove();
    return nullptr;
  }
  markUsed(file);
  kept->map_ = std::make_unique<GuardedMap>(kept->descriptor_, kHeadBytes, shape.rows * shape.rowBytes());
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
  return sum == rowChecksum(shape_, row, reinterpret_cast<const char*>(to));
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
  if (hasHead(descriptor_, shape_)) {
    std::vector<char> bytes(shape_.rowBytes());
    const std::size_t floats = shape_.columns * sizeof(float);
    for (; rows_ < shape_.rows; ++rows_) {
      std::uint64_t sum = 0;
      if (!readAt(descriptor_, bytes.data(), bytes.size(), kHeadBytes + rows_ * shape_.rowBytes())) break;
      std::memcpy(&sum, bytes.data() + floats, sizeof sum);
      if (sum != rowChecksum(shape_, rows_, bytes.data())) break;
    }
  } else {
    const Head head = headOf(shape_);
    writeAt(descriptor_, head.data(), head.size(), 0, part_);
  }
  if (::ftruncate(descriptor_, static_cast<off_t>(kHeadBytes + rows_ * shape_.rowBytes())) != 0) {
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
  writeAt(descriptor_, bytes.data(), bytes.size(), kHeadBytes + rows_ * shape_.rowBytes(), part_);
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
