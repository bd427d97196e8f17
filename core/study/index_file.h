// SPDX-License-Identifier: Apache-2.0
// What study_index.cpp keeps between two runs of the program; for nobody else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/control.h"

namespace gf {

/// A cell's mark as it lay in the folder when it was read, and what it and the report beside it said.
struct MarkFacts {
  bool failed = false;
  std::int64_t time = 0;  ///< When the mark was written, nanoseconds; 0 is never kept.
  std::int64_t size = 0;  ///< Of the mark, bytes.
  std::string error;
  std::optional<double> delta, gain, loss, seconds;
  bool operator==(const MarkFacts&) const = default;
};
using KnownMarks = std::unordered_map<std::string, MarkFacts>;  ///< By the cell's name.

/// index.sqlite. Each row carries its own hash, so that nothing is believed of a file that was damaged or tampered
/// with; one that is not whole is removed. It is open only while it is read or written: several processes may.
class IndexFile {
 public:
  explicit IndexFile(std::filesystem::path file) : file_(std::move(file)) {}
  /// What it holds of these cells; nothing where it is absent, damaged, another program's or locked. Throws Stopped.
  KnownMarks load(const std::unordered_set<std::string>& names, const Control& control) const;
  /// Adds or replaces rows; false where the file cannot be written now.
  bool save(const KnownMarks& changed) const;

 private:
  std::filesystem::path file_;
};

}  // namespace gf
