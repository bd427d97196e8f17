// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "base/error.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

struct OpenFile {
  /// Does not wait for a pipe's other end.
  explicit OpenFile(const std::string& path) : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (descriptor >= 0) ::close(descriptor);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  const int descriptor;
};

std::string reason() {
  return std::strerror(errno);
}

[[noreturn]] void failWrite(const fs::path& path, const std::string& observed) {
  failRun(path.string(), "the file must be writable", observed, "Free some space or choose another folder");
}

void syncFolder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

void writeAll(int descriptor, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) failWrite(path, reason());
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

fs::path folderOf(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

fs::path userFolder(const char* variable, const char* fallback) {
  const char* set = std::getenv(variable);
  const char* home = std::getenv("HOME");
  fs::path base = set && *set ? fs::path(set) : fs::path(home && *home ? home : "/tmp") / fallback;
  base /= "gainfinder";
  std::error_code error;
  fs::create_directories(base, error);
  if (error) failRun(base.string(), "the folder must be writable", error.message());
  return base;
}

/// Whether `file` is `folder` or something below it, links resolved.
bool liesIn(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error), real = fs::canonical(file, error);
  return !error && std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
}

}  // namespace

namespace {

std::size_t sizeToRead(const OpenFile& file, const std::string& path, std::size_t maxBytes) {
  struct stat facts {};
  if (file.descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    failInput(path, "the file must exist", "nothing there");
  }
  const bool special = file.descriptor < 0 && errno == ENXIO;  // A socket.
  if (!special && (file.descriptor < 0 || ::fstat(file.descriptor, &facts) != 0)) {
    failInput(path, "the file must be readable", reason());
  }
  if (special || !S_ISREG(facts.st_mode)) failInput(path, "must be a file", "a folder or a special file");
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > maxBytes) {
    failInput(path, "must be at most " + std::to_string(maxBytes) + " bytes", std::to_string(size) + " bytes");
  }
  return size;
}

void readAll(const OpenFile& file, const std::string& path, char* to, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::read(file.descriptor, to + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) failInput(path, "the file must be readable", reason());
    if (got == 0) failInput(path, "the file must be readable to its end", std::to_string(done) + " bytes");
    done += static_cast<std::size_t>(got);
  }
}

}  // namespace

std::string readFile(const fs::path& path, std::size_t maxBytes) {
  const OpenFile file(path.native());
  std::string bytes(sizeToRead(file, path.native(), maxBytes), '\0');
  readAll(file, path.native(), bytes.data(), bytes.size());
  return bytes;
}

std::string_view readFile(const std::string& path, std::size_t maxBytes, std::vector<char>& room) {
  const OpenFile file(path);
  const std::size_t size = sizeToRead(file, path, maxBytes);
  if (room.size() < size) room.resize(size);
  readAll(file, path, room.data(), size);
  return {room.data(), size};
}

void writeAtomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  // Threads of one process may write the same file, and a writer may write it again itself: each call has its own name.
  static std::atomic<unsigned> calls{0};
  fs::path temporary = path;
  temporary += ".part" + std::to_string(::getpid()) + "-" + std::to_string(calls++);
  try {
    write(temporary);
    const int descriptor = ::open(temporary.c_str(), O_RDONLY);
    if (descriptor < 0) failWrite(path, reason());
    const bool synced = ::fsync(descriptor) == 0;
    const std::string why = synced ? "" : reason();
    ::close(descriptor);
    if (!synced) failWrite(path, why);
    if (::rename(temporary.c_str(), path.c_str()) != 0) failWrite(path, reason());
  } catch (...) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw;
  }
  syncFolder(folderOf(path));
}

void writeAtomically(const fs::path& path, std::string_view bytes) {
  writeAtomically(path, [&](const fs::path& temporary) {
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) failWrite(path, reason());
    try {
      writeAll(descriptor, bytes, path);
    } catch (...) {
      ::close(descriptor);
      throw;
    }
    if (::close(descriptor) != 0) failWrite(path, reason());
  });
}

LineFile::LineFile(const fs::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) failWrite(path, reason());
}

LineFile::~LineFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void LineFile::append(std::string_view line) {
  writeAll(descriptor_, std::string(line) + "\n", path_);
}

void checkResultFolder(const fs::path& folder, bool overwrite, const std::vector<fs::path>& inputs) {
  std::error_code error;
  if (folder.empty()) failUsage("--out", "must name a folder", "nothing");
  const auto status = fs::status(folder, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status)) failUsage(folder.string(), "the result must go into a folder", "a file");
  const bool empty = fs::is_empty(folder, error);
  if (error) failRun(folder.string(), "the result folder must be readable", error.message());
  if (empty) return;
  if (!overwrite) {
    failUsage(folder.string(), "the result folder must be new or empty", "a folder with files in it",
              "Choose another --out, or add --overwrite");
  }
  bool ours = false;
  for (const char* name : {"report.json", "metrics.jsonl", "subset.json"})
    ours = ours || fs::exists(folder / name, error);
  if (!ours) {
    failUsage(folder.string(), "only an earlier result may be overwritten", "a folder of other files",
              "Choose another --out");
  }
  for (const auto& input : inputs) {
    if (!liesIn(input, folder)) continue;
    failUsage(folder.string(), "a result that is read cannot be overwritten", input.string(),
              "Choose another --out, or move the file elsewhere");
  }
}

void makeResultFolder(const fs::path& folder, bool overwrite) {
  checkResultFolder(folder, overwrite);
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code failure;
    fs::remove_all(at->path(), failure);
    if (failure) failRun(at->path().string(), "an earlier result must be removable", failure.message());
  }
  fs::create_directories(folder, error);
  if (error) failRun(folder.string(), "the result folder must be writable", error.message());
}

fs::path cacheFolder() {
  return userFolder("XDG_CACHE_HOME", ".cache");
}

fs::path dataFolder() {
  return userFolder("XDG_DATA_HOME", ".local/share");
}

fs::path programFile() {
  return fs::read_symlink("/proc/self/exe");
}

fs::path resourceFolder() {
  if (const char* set = std::getenv("GAINFINDER_RESOURCES"); set && *set) return set;
  const fs::path beside = programFile().parent_path().parent_path() / "share" / "gainfinder";
  if (!fs::is_directory(beside)) {
    failRun(beside.string(), "the program's resources must lie beside it", "nothing there",
            "Install Gainfinder again or set GAINFINDER_RESOURCES");
  }
  return beside;
}

}  // namespace gf
