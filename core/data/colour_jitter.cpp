// SPDX-License-Identifier: Apache-2.0
#include "data/colour_jitter.h"

#include <algorithm>

namespace gf {
namespace {

constexpr double kStrength = 0.4;

/// Pillow's Image.blend(from, to, factor), outside of [0, 1] too.
std::uint8_t blended(int from, int to, float factor) {
  const float value = static_cast<float>(from) + factor * static_cast<float>(to - from);
  return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F));
}

/// Draws every value towards or away from one.
void blendWith(int base, std::uint8_t* bytes, std::size_t count, float factor) {
  std::array<std::uint8_t, 256> table;
  for (int v = 0; v < 256; ++v) table[static_cast<std::size_t>(v)] = blended(base, v, factor);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = table[bytes[i]];
}

int meanLuma(const std::uint8_t* bytes, std::size_t pixels, int channels) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < pixels; ++i, bytes += channels) {
    sum += channels == 1 ? bytes[0] : lumaOf(bytes[0], bytes[1], bytes[2]);
  }
  return static_cast<int>(static_cast<double>(sum) / static_cast<double>(pixels) + 0.5);
}

void saturate(std::uint8_t* bytes, std::size_t pixels, float factor) {
  for (std::size_t i = 0; i < pixels; ++i, bytes += 3) {
    const int luma = lumaOf(bytes[0], bytes[1], bytes[2]);
    for (int c = 0; c < 3; ++c) bytes[c] = blended(luma, bytes[c], factor);
  }
}

}  // namespace

ColourJitter drawJitter(Random& random) {
  ColourJitter result;
  for (auto turn = random.below(6); turn > 0; --turn) std::next_permutation(result.order.begin(), result.order.end());
  for (float& factor : result.factors) factor = static_cast<float>(1 - kStrength + 2 * kStrength * random.uniform());
  return result;
}

void jitter(std::uint8_t* bytes, std::size_t pixels, int channels, const ColourJitter& change) {
  const std::size_t count = pixels * static_cast<std::size_t>(channels);
  for (const auto each : change.order) {
    const float factor = change.factors[each];
    if (each == ColourJitter::Brightness) blendWith(0, bytes, count, factor);
    if (each == ColourJitter::Contrast) blendWith(meanLuma(bytes, pixels, channels), bytes, count, factor);
    if (each == ColourJitter::Saturation && channels == 3) saturate(bytes, pixels, factor);
  }
}

}  // namespace gf
