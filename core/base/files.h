// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gf {

/// The whole file as bytes. Throws Error(Input) when it is not there, not a regular file, unreadable, or larger than
/// `maxBytes`.
std::string readFile(const std::filesystem::path& path, std::size_t maxBytes);
/// The same into the beginning of `room`, which grows when it must and is there to be used again.
std::string_view readFile(const std::string& path, std::size_t maxBytes, std::vector<char>& room);

/// Replaces `path` by `bytes`, or leaves it as it was: temporary file beside it, fsync, rename, fsync of the folder.
/// Throws Error(Run) with the system's reason (disk full, no permission).
void writeAtomically(const std::filesystem::path& path, std::string_view bytes);

/// The same for writers that want a path: `write` gets a temporary name in the same folder; what it wrote replaces
/// `path` when it returns, and is removed when it throws.
void writeAtomically(const std::filesystem::path& path, const std::function<void(const std::filesystem::path&)>& write);

/// A file that grows line by line and is flushed after each (metrics.jsonl, log.txt). Throws Error(Run).
class LineFile {
 public:
  explicit LineFile(const std::filesystem::path& path);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;
  void append(std::string_view line);

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// What makeResultFolder would refuse, to be asked before long work. Throws Error(Usage), also when one of `inputs`
/// lies in a folder that is to be emptied.
void checkResultFolder(const std::filesystem::path& folder, bool overwrite,
                       const std::vector<std::filesystem::path>& inputs = {});

/// Creates a result folder. Throws Error(Usage) when it exists and is not empty, unless `overwrite`.
/// With `overwrite` only a folder that holds an earlier result (report.json, metrics.jsonl or subset.json) is emptied.
void makeResultFolder(const std::filesystem::path& folder, bool overwrite);

/// Per-user cache, $XDG_CACHE_HOME/gainfinder or ~/.cache/gainfinder; created.
std::filesystem::path cacheFolder();

/// Per-user data that must outlast the cache (run history): $XDG_DATA_HOME/gainfinder or ~/.local/share/gainfinder;
/// created.
std::filesystem::path dataFolder();

/// Where sample models, fonts and schemas lie: $GAINFINDER_RESOURCES, else ../share/gainfinder beside the program.
/// Throws Error(Run) when neither is there.
std::filesystem::path resourceFolder();

/// The running program's own file.
std::filesystem::path programFile();

}  // namespace gf
