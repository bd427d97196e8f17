// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <string>

namespace gf {

// Sizes of files as people write them, in powers of a thousand.

/// "0 B", "999 B", "12.3 kB", "4.0 MB", "1.5 GB".
std::string bytesText(double bytes);
template <std::integral Count>
std::string bytesText(Count bytes) {
  return bytesText(static_cast<double>(bytes));
}

/// "500 MB", "1.5GB", "20 kB" or a number of bytes. Throws Error(Usage) naming `subject`.
std::uint64_t parseBytes(const std::string& subject, const std::string& text);

}  // namespace gf
