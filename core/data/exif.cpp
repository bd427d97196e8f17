// SPDX-License-Identifier: Apache-2.0
#include "data/exif.h"

#include "data/byte_number.h"

namespace gf {

int exifOrientation(std::string_view block) {
  constexpr std::string_view kPrefix("Exif\0\0", 6);
  if (block.starts_with(kPrefix)) block.remove_prefix(kPrefix.size());
  if (block.size() < 8 || (block.substr(0, 2) != "II" && block.substr(0, 2) != "MM")) return 1;
  const bool big = block[0] == 'M';
  const std::size_t directory = byteNumber(block, 4, 4, big);
  if (directory + 2 > block.size()) return 1;
  const std::uint32_t entries = byteNumber(block, directory, 2, big);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * std::size_t{i};
    if (at + 12 > block.size()) return 1;
    if (byteNumber(block, at, 2, big) != 0x0112) continue;
    const std::uint32_t value = byteNumber(block, at + 8, 2, big);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Pixels upright(Pixels source, int orientation) {
  if (orientation <= 1 || orientation > 8) return source;
  const bool swapped = orientation >= 5;
  const int w = source.width, h = source.height, n = source.channels;
  Pixels result{swapped ? h : w, swapped ? w : h, n, std::vector<std::uint8_t>(source.bytes.size())};
  const bool fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool fromBelow = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  std::uint8_t* out = result.bytes.data();
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      const int across = swapped ? y : x, down = swapped ? x : y;
      const int sx = fromRight ? w - 1 - across : across, sy = fromBelow ? h - 1 - down : down;
      const std::uint8_t* in = source.bytes.data() + (static_cast<std::size_t>(sy) * w + sx) * n;
      for (int c = 0; c < n; ++c) *out++ = in[c];
    }
  }
  return result;
}

}  // namespace gf
