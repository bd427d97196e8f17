// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include "base/error.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

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

}  // namespace

std::string readFile(const fs::path& path, std::size_t maxBytes) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) failInput(path.string(), "the file must exist", "nothing there");
  if (!fs::is_regular_file(status)) failInput(path.string(), "must be a file", "a folder or a special file");
  const auto size = fs::file_size(path, error);
  if (!error && size > maxBytes) {
    failInput(path.string(), "must be at most " + std::to_string(maxBytes) + " bytes", std::to_string(size) + " bytes");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) failInput(path.string(), "the file must be readable", reason());
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  if (static_cast<std::uintmax_t>(file.gcount()) != size) {
    failInput(path.string(), "the file must be readable to its end", std::to_string(file.gcount()) + " bytes");
  }
  return bytes;
}

void writeAtomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  fs::path temporary = path;
  temporary += ".part" + std::to_string(::getpid());
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

void makeResultFolder(const fs::path& folder, bool overwrite) {
  std::error_code error;
  if (fs::exists(folder, error)) {
    if (!fs::is_directory(folder)) failUsage(folder.string(), "the result must go into a folder", "a file");
    if (!fs::is_empty(folder, error)) {
      if (!overwrite) {
        failUsage(folder.string(), "the result folder must be new or empty", "a folder with files in it",
                  "Choose another --out, or add --overwrite");
      }
      bool ours = false;
      for (const char* name : {"report.json", "metrics.jsonl", "subset.json"}) ours = ours || fs::exists(folder / name);
      if (!ours) {
        failUsage(folder.string(), "only an earlier result may be overwritten", "a folder of other files",
                  "Choose another --out");
      }
      for (const auto& entry : fs::directory_iterator(folder)) fs::remove_all(entry.path());
    }
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
