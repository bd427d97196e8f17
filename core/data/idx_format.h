// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gf {

/// An array of unsigned bytes in the IDX format of MNIST: 00 00 08 rank, then `rank` big-endian 32-bit sizes, then the
/// bytes, last dimension fastest. Source: the format's description on the MNIST page.
struct IdxArray {
  std::vector<std::uint32_t> dims;
  std::string file;        ///< The whole file, decompressed.
  std::size_t offset = 0;  ///< Where the array's bytes begin in `file`.

  std::string_view bytes() const { return std::string_view(file).substr(offset); }
};

/// The largest array that is read, in bytes.
inline constexpr std::uint64_t kMaxIdxBytes = 4'000'000'000;

/// Bytes in, array out; a gzip stream is recognised by its content. Strict: the magic, the rank, every size at least 1,
/// the length exactly what the sizes say, nothing behind it. A gzip stream is only unpacked as far as its header
/// promises, and not at all when deflate could not pack that much into so few bytes. Throws Error(Input) about
/// `subject`.
IdxArray parseIdx(std::string file, int rank, const std::string& subject);

}  // namespace gf
