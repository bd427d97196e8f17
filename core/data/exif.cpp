// SPDX-License-Identifier: Apache-2.0
#include "data/exif.h"

#include "data/byte_number.h"

namespace gf {
namespace {

/// How an orientation says that the rows of the upright image run through the stored one.
struct Turn {
  bool swapped, fromRight, fromBelow;
};

Turn turnOf(int orientation) {
  return {orientation >= 5, orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8,
          orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7};
}

template <int channels>
void turn(const StoredImage& image, const PixelBox& box, std::uint8_t* to) {
  const auto [swapped, fromRight, fromBelow] = turnOf(image.orientation);
  const auto row = static_cast<std::ptrdiff_t>(image.width) * channels;
  const std::ptrdiff_t across = fromRight ? -channels : channels, down = fromBelow ? -row : row;
  const std::ptrdiff_t stepX = swapped ? down : across, stepY = swapped ? across : down;
  const std::uint8_t* start =
      image.bytes + (fromBelow ? (image.height - 1) * row : 0) + (fromRight ? row - channels : 0);
  for (int y = box.top; y < box.top + box.height; ++y) {
    const std::uint8_t* in = start + y * stepY + box.left * stepX;
    std::uint8_t* out = to + (static_cast<std::ptrdiff_t>(y) * image.uprightWidth() + box.left) * channels;
    for (int x = 0; x < box.width; ++x, in += stepX) {
      for (int c = 0; c < channels; ++c) *out++ = in[c];
    }
  }
}

}  // namespace

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
  const StoredImage stored{source.bytes.data(), source.width, source.height, source.channels, orientation};
  Pixels result{stored.uprightWidth(), stored.uprightHeight(), source.channels,
                std::vector<std::uint8_t>(source.bytes.size())};
  turnUpright(stored, {0, 0, result.width, result.height}, result.bytes.data());
  return result;
}

PixelBox storedBox(const StoredImage& image, const PixelBox& box) {
  const auto [swapped, fromRight, fromBelow] = turnOf(image.orientation);
  PixelBox stored = swapped ? PixelBox{box.top, box.left, box.height, box.width} : box;
  if (fromRight) stored.left = image.width - stored.left - stored.width;
  if (fromBelow) stored.top = image.height - stored.top - stored.height;
  return stored;
}

void turnUpright(const StoredImage& image, const PixelBox& box, std::uint8_t* to) {
  image.channels == 1 ? turn<1>(image, box, to) : turn<3>(image, box, to);
}

}  // namespace gf
