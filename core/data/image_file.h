// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "data/dataset.h"

namespace gf {

/// The most pixels an image may have; above it Pillow, too, calls an image a decompression bomb and refuses. Sizes are
/// read and judged before anything is allocated; decoding takes at most eight bytes a pixel.
inline constexpr std::uint64_t kMaxImagePixels = 178'956'970;
inline constexpr std::uint32_t kMaxImageSide = 65'535;
inline constexpr std::size_t kMaxImageFileBytes = std::size_t{512} << 20;

/// Decodes JPEG, PNG, GIF, BMP, WebP or TIFF, recognised by content, to 8 bits a channel: one channel for a grey JPEG,
/// PNG or TIFF, else RGB. Pixels are those of Pillow's convert("RGB") but for what is said here. What is odd about the
/// image is added to `found`:
/// - Turned: an EXIF orientation (JPEG, PNG, WebP) or TIFF's own tag; the image is turned upright. torchvision's and
///   timm's readers do not do that; it matters for photographs straight from a camera.
/// - Grey: one channel, also beside transparency; "white is 0" of TIFF is inverted.
/// - Cmyk: light is what the inks leave, (1 − ink) · (1 − black). In JPEG (CMYK and YCCK) inks are stored inverted, as
///   Adobe does it and all readers assume. Ink profiles are not applied, nor those of other images.
/// - SixteenBit: PNG and TIFF; round(v · 255 / 65535). Pillow cuts 16-bit grey off at 255 instead, a white image.
/// - Palette: the colour that the number stands for. GIF always.
/// - Alpha: transparency is dropped; what shows is the colour stored below it.
/// - Animated: the first frame or page: of GIF laid on the transparent colour (else colour 0), of WebP on black; of
///   APNG the default image; of TIFF the first directory.
/// - Misnamed: only readImage() knows a name; the content decides.
/// JPEG takes libjpeg-turbo's accurate transform and smooth chroma, as Pillow does. Truncated or damaged data is an
/// error, never a half-grey image; what comes after a GIF's first frame is not looked at. TIFF with floating-point or
/// 32-bit samples is refused. Throws Error(Input) about `subject`, with the rule and what was seen.
Pixels decodeImage(std::string_view bytes, const std::string& subject, Oddities* found = nullptr);

/// The same into `pixels`, whose memory is used again, and of which only the part that is wanted must be right
/// (nullptr: all). A JPEG of one scan is then decoded in that part alone, bit for bit as in the whole; a file cut short
/// is found in any case, other damage only down to the last row wanted.
void decodeImage(std::string_view bytes, const std::string& subject, const BoxWanted* wanted, Pixels& pixels,
                 Oddities* found = nullptr);

/// The same for a file; errors name it. A folder among images stands for what cannot be listed in it.
Pixels readImage(const std::filesystem::path& path, Oddities* found = nullptr);
void readImage(const std::string& path, const BoxWanted* wanted, Pixels& pixels, Oddities* found = nullptr);

/// Whether a file of this name is taken for an image when a folder is listed.
bool hasImageExtension(const std::filesystem::path& path);

/// Throws Error(Input) when the size is zero or above the limits. Waits for this thread's turn (data/pixel_turn.h).
void checkImageSize(std::uint64_t width, std::uint64_t height, const std::string& subject);
[[noreturn]] void failDamaged(const std::string& subject, const std::string& observed);

// One decoder a format, each only in builds that have its library (libjpeg-turbo, libpng, libwebp, giflib, libtiff;
// OpenCV for BMP and, without libjpeg-turbo, for JPEG). What is odd is added to `found`.
void decodeJpeg(std::string_view bytes, const std::string& subject, const BoxWanted* wanted, Pixels& pixels,
                Oddities& found);
Pixels decodePng(std::string_view bytes, const std::string& subject, Oddities& found);
Pixels decodeWebP(std::string_view bytes, const std::string& subject, Oddities& found);
Pixels decodeGif(std::string_view bytes, const std::string& subject, Oddities& found);
Pixels decodeTiff(std::string_view bytes, const std::string& subject, Oddities& found);
/// The size was checked by the caller.
Pixels decodeWithOpenCv(std::string_view bytes, const std::string& subject);

}  // namespace gf
