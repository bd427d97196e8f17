// SPDX-License-Identifier: Apache-2.0
#include "base/kept_rows.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/random.h"

namespace gf {
namespace {

constexpr std::size_t kMagicBytes = 8, kKeyBytes = 64;

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

}  // namespace

KeptHead keptHead(std::string_view magic, const std::string& key, std::uint64_t first, std::uint64_t second) {
  KeptHead head{};
  std::string wide = key;
  wide.resize(kKeyBytes, ' ');
  const std::uint64_t numbers[] = {first, second};
  std::memcpy(head.data(), magic.data(), std::min(magic.size(), kMagicBytes));
  std::memcpy(head.data() + kMagicBytes, wide.data(), kKeyBytes);
  std::memcpy(head.data() + kMagicBytes + kKeyBytes, numbers, sizeof numbers);
  const std::uint64_t sum = checksumOf(0, head.data(), kKeptHeadBytes - sizeof(std::uint64_t));
  std::memcpy(head.data() + kKeptHeadBytes - sizeof sum, &sum, sizeof sum);
  return head;
}

bool hasKeptHead(int descriptor, const KeptHead& head) {
  KeptHead found{};
  return readAt(descriptor, found.data(), found.size(), 0) && found == head;
}

std::uint64_t keptRowChecksum(const std::string& key, std::size_t row, const void* bytes, std::size_t size) {
  const std::uint64_t begin = checksumOf(0, key.data(), key.size());
  return checksumOf(mix(begin, row), static_cast<const char*>(bytes), size);
}

std::uint64_t sizeOf(int descriptor) {
  struct stat facts {};
  return ::fstat(descriptor, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

bool readAt(int descriptor, void* to, std::size_t size, std::uint64_t at) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::pread(descriptor, static_cast<char*>(to) + done, size - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

void writeAt(int descriptor, const void* from, std::size_t size, std::uint64_t at, const std::filesystem::path& path) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t written =
        ::pwrite(descriptor, static_cast<const char*>(from) + done, size - done, static_cast<off_t>(at + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      failRun(path.string(), "the file must be writable", std::strerror(written < 0 ? errno : ENOSPC));
    }
    done += static_cast<std::size_t>(written);
  }
}

bool isNamed(int descriptor, const std::filesystem::path& path) {
  struct stat open {
  }, named{};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_ino == named.st_ino &&
         open.st_dev == named.st_dev;
}

}  // namespace gf
