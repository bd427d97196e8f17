// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "data/dataset.h"

namespace gf {

/// Tag 0x0112 of the first directory of an EXIF block (which is laid out as a TIFF file, with or without "Exif\0\0"
/// before it): 1–8, and 1 (upright) when it is absent or unreadable. Source: EXIF 2.3, 4.6.4.
int exifOrientation(std::string_view block);

/// Turns an image upright; `orientation` as in EXIF, 1–8.
Pixels upright(Pixels source, int orientation);

/// An image as it is stored.
struct StoredImage {
  const std::uint8_t* bytes = nullptr;  ///< height·width·channels, channels interleaved.
  int width = 0, height = 0, channels = 0;
  int orientation = 1;  ///< As in EXIF, 1–8.

  int uprightWidth() const { return orientation >= 5 ? height : width; }
  int uprightHeight() const { return orientation >= 5 ? width : height; }
};

/// Where in the stored image the pixels of `box` of the upright one lie.
PixelBox storedBox(const StoredImage& image, const PixelBox& box);

/// Writes the pixels of `box` to their places in the upright image `to`, which is as large as the stored one.
void turnUpright(const StoredImage& image, const PixelBox& box, std::uint8_t* to);

}  // namespace gf
