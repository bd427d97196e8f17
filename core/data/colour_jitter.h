// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/random.h"

namespace gf {

/// Changes of brightness, contrast and saturation, one after the other: torchvision's ColorJitter on 8-bit images.
struct ColourJitter {
  enum Change : std::uint8_t { Brightness, Contrast, Saturation };
  std::array<Change, 3> order{Brightness, Contrast, Saturation};
  std::array<float, 3> factors{1, 1, 1};  ///< Of each Change; 1 leaves an image as it is.
  bool operator==(const ColourJitter&) const = default;
};

/// Any order, factors uniform in [0.6, 1.4).
ColourJitter drawJitter(Random& random);

/// ITU-R 601 luma in the 16-bit fixed point that Pillow uses.
constexpr std::uint8_t lumaOf(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
  return static_cast<std::uint8_t>((red * 19595U + green * 38470U + blue * 7471U + 0x8000U) >> 16);
}

/// Changes `pixels` of 1 or 3 interleaved channels as Pillow's ImageEnhance does. Contrast is about the image's mean
/// luma; saturation leaves grey alone.
void jitter(std::uint8_t* bytes, std::size_t pixels, int channels, const ColourJitter& change);

}  // namespace gf
