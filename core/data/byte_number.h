// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gf {

/// An unsigned number of `count` bytes at `at`; the caller has checked that they are there.
inline std::uint32_t byteNumber(std::string_view bytes, std::size_t at, int count, bool bigEndian) {
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    const int from = bigEndian ? i : count - 1 - i;
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(from)]);
  }
  return value;
}

}  // namespace gf
