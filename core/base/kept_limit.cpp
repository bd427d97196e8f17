// SPDX-License-Identifier: Apache-2.0
#include "base/kept_limit.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/kept_files.h"
#include "base/log.h"
#include "base/sizes.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

fs::path limitFile(const fs::path& folder) {
  return fs::path(folder) += ".limit";
}

std::optional<std::uint64_t> chosenFor(const fs::path& folder) {
  constexpr std::size_t kLongest = 100;  // bytes
  const fs::path file = limitFile(folder);
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  try {
    return parseBytes(file.string(), readFile(file, kLongest));
  } catch (const Error& damaged) {
    logLine(LogLevel::Warning, std::string("The usual limit is kept to. ") + damaged.what());
    return std::nullopt;
  }
}

}  // namespace

KeptLimit limitOf(const fs::path& folder, std::uint64_t most, std::uint64_t share) {
  std::error_code error;
  const auto space = fs::space(fs::exists(folder, error) ? folder : folder.parent_path(), error);
  if (error) return {most, chosenFor(folder)};
  // What they take already is no reason to allow them less, nor is a disk that others have filled.
  const std::uint64_t kept = bytesOf(keptFiles(folder));
  return {std::min(most, std::max(kept, (space.available + kept) / share)), chosenFor(folder)};
}

KeptLimit evaluationLimit(const fs::path& folder) {
  constexpr std::uint64_t kMost = 10'000'000'000, kShare = 10;
  return limitOf(folder, kMost, kShare);
}

void chooseLimit(const fs::path& folder, std::optional<std::uint64_t> bytes) {
  const fs::path file = limitFile(folder);
  if (bytes) return writeAtomically(file, std::to_string(*bytes) + "\n");
  std::error_code error;
  fs::remove(file, error);
  if (error) failRun(file.string(), "the file must be removable", error.message());
}

}  // namespace gf
