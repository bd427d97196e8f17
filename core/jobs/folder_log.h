// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/files.h"
#include "base/log.h"

namespace gf {

/// Writes what the log says while it lives into a file, a line an entry: "2026-11-23T21:05:00Z warning …".
class FolderLog {
 public:
  /// Goes on at the end of `file`, or begins it. Throws Error(Run).
  explicit FolderLog(const std::filesystem::path& file);

 private:
  LineFile file_;
  LogSubscription subscription_;
};

}  // namespace gf
