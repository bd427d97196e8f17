// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

#include "data/dataset.h"

namespace test {

/// The image that make_golden.py makes from the same sizes.
inline gf::Pixels synthetic(int width, int height, int channels) {
  gf::Pixels pixels{width, height, channels, {}};
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      for (std::int64_t c = 0; c < channels; ++c) {
        const auto first = std::abs((x * 7 + y * 3 + c * 90) % 510 - 255);
        const auto second = std::abs((x * 2 + y * 11) % 510 - 255);
        const auto noise = (((x * 73856093) ^ (y * 19349663) ^ (c * 83492791)) >> 7) & 63;
        pixels.bytes.push_back(static_cast<std::uint8_t>((first * 2 + second + noise * 2) / 5));
      }
    }
  }
  return pixels;
}

}  // namespace test
