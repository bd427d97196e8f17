// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "data/dataset.h"

namespace gf {

/// The most pixels an image may have; above it Pillow, too, calls an image a decompression bomb and refuses.
inline constexpr std::uint64_t kMaxImagePixels = 178'956'970;
inline constexpr std::uint32_t kMaxImageSide = 65'535;
inline constexpr std::size_t kMaxImageFileBytes = std::size_t{512} << 20;

/// Decodes JPEG, PNG, BMP, WebP or TIFF, recognised by content, to 8 bits a channel: one channel for a grey JPEG, else
/// RGB. Transparency is dropped. The image is turned upright as its EXIF orientation asks (torchvision's and timm's
/// readers do not do that; it matters for photographs straight from a camera). JPEG takes libjpeg-turbo's accurate
/// transform and smooth chroma, as Pillow does. Truncated or damaged data is an error, never a half-grey image.
/// Throws Error(Input) about `subject`.
Pixels decodeImage(std::string_view bytes, const std::string& subject);

/// The same for a file; the error names it.
Pixels readImage(const std::filesystem::path& path);

/// Whether a file of this name is taken for an image when a folder is listed.
bool hasImageExtension(const std::filesystem::path& path);

/// Throws Error(Input) when the size is zero or above the limits.
void checkImageSize(std::uint64_t width, std::uint64_t height, const std::string& subject);

/// By libjpeg-turbo; only in builds that have it. What is odd is added to `found`, which may be null.
Pixels decodeJpeg(std::string_view bytes, const std::string& subject, Oddities* found = nullptr);

/// By OpenCV's codecs; only in builds that have them. The size was checked by the caller.
Pixels decodeWithOpenCv(std::string_view bytes, const std::string& subject);

}  // namespace gf
