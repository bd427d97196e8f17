// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "data/dataset.h"

namespace gf {

/// Tag 0x0112 of the first directory of an EXIF block (which is laid out as a TIFF file, with or without "Exif\0\0"
/// before it): 1–8, and 1 (upright) when it is absent or unreadable. Source: EXIF 2.3, 4.6.4.
int exifOrientation(std::string_view block);

/// Turns an image upright; `orientation` as in EXIF, 1–8.
Pixels upright(Pixels source, int orientation);

}  // namespace gf
