// SPDX-License-Identifier: Apache-2.0
#include "data/image_file.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "data/byte_number.h"

namespace gf {
namespace {

using Size = std::pair<std::uint64_t, std::uint64_t>;  // Width, height.

enum class Format { Jpeg, Png, Bmp, WebP, Tiff };

std::optional<Format> formatOf(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return Format::Jpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return Format::Png;
  if (bytes.starts_with("BM"sv)) return Format::Bmp;
  if (bytes.starts_with("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv) return Format::WebP;
  if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv)) return Format::Tiff;
  return std::nullopt;
}

std::optional<Size> pngSize(std::string_view bytes) {
  if (bytes.size() < 24 || bytes.substr(12, 4) != "IHDR") return std::nullopt;
  return Size{byteNumber(bytes, 16, 4, true), byteNumber(bytes, 20, 4, true)};
}

std::optional<Size> bmpSize(std::string_view bytes) {
  if (bytes.size() < 26) return std::nullopt;
  if (byteNumber(bytes, 14, 4, false) == 12)
    return Size{byteNumber(bytes, 18, 2, false), byteNumber(bytes, 20, 2, false)};
  const auto height = static_cast<std::int32_t>(byteNumber(bytes, 22, 4, false));  // Negative: rows from the top.
  return Size{byteNumber(bytes, 18, 4, false), static_cast<std::uint64_t>(std::llabs(height))};
}

std::optional<Size> webpSize(std::string_view bytes) {
  if (bytes.size() < 30) return std::nullopt;
  const auto chunk = bytes.substr(12, 4);
  if (chunk == "VP8 ") return Size{byteNumber(bytes, 26, 2, false) & 0x3FFF, byteNumber(bytes, 28, 2, false) & 0x3FFF};
  if (chunk == "VP8X") return Size{byteNumber(bytes, 24, 3, false) + 1, byteNumber(bytes, 27, 3, false) + 1};
  if (chunk != "VP8L") return std::nullopt;
  const std::uint32_t packed = byteNumber(bytes, 21, 4, false);
  return Size{(packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1};
}

/// Width and height of the first directory, which is the one that gets decoded.
std::optional<Size> tiffSize(std::string_view bytes) {
  if (bytes.size() < 8) return std::nullopt;
  const bool big = bytes[0] == 'M';
  const std::size_t directory = byteNumber(bytes, 4, 4, big);
  if (directory + 2 > bytes.size()) return std::nullopt;
  Size size{0, 0};
  const std::uint32_t entries = byteNumber(bytes, directory, 2, big);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * std::size_t{i};
    if (at + 12 > bytes.size()) return std::nullopt;
    const std::uint32_t tag = byteNumber(bytes, at, 2, big);
    const std::uint32_t value = byteNumber(bytes, at + 8, byteNumber(bytes, at + 2, 2, big) == 3 ? 2 : 4, big);
    if (tag == 256) size.first = value;
    if (tag == 257) size.second = value;
  }
  return size;
}

std::optional<Size> sizeOf(Format format, std::string_view bytes) {
  switch (format) {
    case Format::Png:
      return pngSize(bytes);
    case Format::Bmp:
      return bmpSize(bytes);
    case Format::WebP:
      return webpSize(bytes);
    case Format::Tiff:
      return tiffSize(bytes);
    case Format::Jpeg:
      break;  // Its decoder reads the header itself.
  }
  return std::nullopt;
}

/// So that no decoder allocates for a size that is out of bounds.
void checkHeader(Format format, std::string_view bytes, const std::string& subject) {
  if (format == Format::Jpeg) return;
  const auto size = sizeOf(format, bytes);
  if (!size) failInput(subject, "the image's header must be complete", std::to_string(bytes.size()) + " bytes");
  checkImageSize(size->first, size->second, subject);
}

}  // namespace

void checkImageSize(std::uint64_t width, std::uint64_t height, const std::string& subject) {
  const std::string observed = std::to_string(width) + " × " + std::to_string(height);
  if (width == 0 || height == 0) failInput(subject, "an image must have pixels", observed);
  if (width > kMaxImageSide || height > kMaxImageSide || width * height > kMaxImagePixels) {
    failInput(subject, "an image must have at most " + std::to_string(kMaxImagePixels) + " pixels", observed);
  }
}

Pixels decodeImage(std::string_view bytes, const std::string& subject) {
  if (bytes.empty()) failInput(subject, "must be an image", "an empty file");
  const auto format = formatOf(bytes);
  if (!format) failInput(subject, "must be a JPEG, PNG, BMP, WebP or TIFF image", "other content");
  checkHeader(*format, bytes, subject);
#ifdef GF_HAVE_TURBOJPEG
  if (*format == Format::Jpeg) return decodeJpeg(bytes, subject);
#endif
#ifdef GF_HAVE_OPENCV
  return decodeWithOpenCv(bytes, subject);
#else
  failInput(subject, "must be in a format that this build reads",
            *format == Format::Jpeg ? "JPEG" : "another than JPEG", "Use a build with OpenCV");
#endif
}

Pixels readImage(const std::filesystem::path& path) {
  return decodeImage(readFile(path, kMaxImageFileBytes), path.string());
}

bool hasImageExtension(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* known : {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"}) {
    if (ending == known) return true;
  }
  return false;
}

}  // namespace gf
