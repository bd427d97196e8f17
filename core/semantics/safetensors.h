// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gf {

/// One tensor of a safetensors file, as the file's header describes it.
struct SafeTensorEntry {
  std::string name;
  std::string dtype;                ///< As written: "F32", "BF16", "I64" …
  std::vector<std::int64_t> shape;  ///< Empty for a single number.
  std::uint64_t begin = 0;          ///< Bytes into the data, which begins after the header.
  std::uint64_t end = 0;
};

/// Reads the JSON header of a safetensors file. Bytes in, entries in the order of the data out; nothing is executed.
/// `dataBytes` is the length of what follows the header. Throws Error(Input) naming `subject` and the rule of the
/// format that is broken: one JSON object without repeated keys, known dtypes, shapes whose element count fits the
/// range, ranges that follow each other without gap or overlap and end with the file.
std::vector<SafeTensorEntry> parseSafeTensorsHeader(std::string_view header, std::uint64_t dataBytes,
                                                    const std::string& subject);

/// An open safetensors file. Tensors are read when asked for, so a large file costs only what is used of it.
class SafeTensors {
 public:
  /// Throws Error(Input): not there, no safetensors file, header longer than 100 MB, or a broken rule.
  explicit SafeTensors(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  /// In the order of their data.
  const std::vector<SafeTensorEntry>& entries() const { return entries_; }
  /// Null when there is no tensor of that name.
  const SafeTensorEntry* find(std::string_view name) const;
  /// Float32, contiguous, on the CPU. Throws Error(Input) when it is not there, its dtype has no plain number in
  /// float32 (F8_…, C64), or the file ends early.
  at::Tensor floats(std::string_view name) const;

 private:
  std::filesystem::path path_;
  std::uint64_t dataAt_ = 0;
  std::vector<SafeTensorEntry> entries_;
};

}  // namespace gf
