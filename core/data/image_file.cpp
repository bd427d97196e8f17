// SPDX-License-Identifier: Apache-2.0
#include "data/image_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "data/byte_number.h"
#include "data/pixel_turn.h"

namespace gf {
namespace {

enum class Format { Jpeg, Png, Gif, Bmp, WebP, Tiff };

std::optional<Format> formatOf(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return Format::Jpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return Format::Png;
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return Format::Gif;
  if (bytes.starts_with("BM"sv)) return Format::Bmp;
  if (bytes.starts_with("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv) return Format::WebP;
  for (const auto& magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {  // The last two: BigTIFF.
    if (bytes.starts_with(magic)) return Format::Tiff;
  }
  return std::nullopt;
}

constexpr std::array<std::pair<const char*, Format>, 9> kExtensions{{{".jpg", Format::Jpeg},
                                                                     {".jpeg", Format::Jpeg},
                                                                     {".jfif", Format::Jpeg},
                                                                     {".png", Format::Png},
                                                                     {".gif", Format::Gif},
                                                                     {".bmp", Format::Bmp},
                                                                     {".webp", Format::WebP},
                                                                     {".tif", Format::Tiff},
                                                                     {".tiff", Format::Tiff}}};

/// What the name says; nothing for names of other things.
std::optional<Format> namedFormat(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const auto& [known, format] : kExtensions) {
    if (ending == known) return format;
  }
  return std::nullopt;
}

struct BmpHeader {
  std::uint64_t width = 0, height = 0, end = 0;  ///< End: where pixels that are not packed do.
  Oddities found = 0;
};

/// Source: the headers of Windows (40 bytes and more) and OS/2 (12 bytes).
std::optional<BmpHeader> bmpHeader(std::string_view bytes) {
  if (bytes.size() < 30) return std::nullopt;
  BmpHeader header;
  const bool old = byteNumber(bytes, 14, 4, false) == 12;
  if (old) {
    header.width = byteNumber(bytes, 18, 2, false);
    header.height = byteNumber(bytes, 20, 2, false);
  } else {
    header.width = byteNumber(bytes, 18, 4, false);
    const auto height = static_cast<std::int32_t>(byteNumber(bytes, 22, 4, false));  // Negative: rows from the top.
    header.height = static_cast<std::uint64_t>(std::llabs(height));
  }
  const std::uint64_t bits = byteNumber(bytes, old ? 24 : 28, 2, false);
  if (bits <= 8) header.found |= bitOf(Oddity::Palette);
  const std::uint32_t packing = old || bytes.size() < 34 ? 0 : byteNumber(bytes, 30, 4, false);
  if (packing == 0 || packing == 3) {
    header.end = byteNumber(bytes, 10, 4, false) + (header.width * bits + 31) / 32 * 4 * header.height;
  }
  return header;
}

[[noreturn]] [[maybe_unused]] void failUnknown(const std::string& subject, const char* format, const char* library) {
  failInput(subject, "must be in a format that this build reads", format, std::string("Use a build with ") + library);
}

Pixels decodeBmp(std::string_view bytes, const std::string& subject, Oddities& found) {
  const auto header = bmpHeader(bytes);
  if (!header) failInput(subject, "the image's header must be complete", std::to_string(bytes.size()) + " bytes");
  checkImageSize(header->width, header->height, subject);
  if (bytes.size() < header->end) {
    failDamaged(subject, std::to_string(bytes.size()) + " of " + std::to_string(header->end) + " bytes");
  }
#ifdef GF_HAVE_OPENCV
  found |= header->found;
  return decodeWithOpenCv(bytes, subject);
#else
  (void)found;
  failUnknown(subject, "BMP", "OpenCV");
#endif
}

/// Formats of which every image is decoded whole.
Pixels decodeWhole(Format format, std::string_view bytes, const std::string& subject, Oddities& found) {
  switch (format) {
    case Format::Jpeg:
#ifdef GF_HAVE_OPENCV
      return decodeWithOpenCv(bytes, subject);
#else
      failUnknown(subject, "JPEG", "libjpeg-turbo");
#endif
    case Format::Png:
#ifdef GF_HAVE_PNG
      return decodePng(bytes, subject, found);
#else
      failUnknown(subject, "PNG", "libpng");
#endif
    case Format::Gif:
#ifdef GF_HAVE_GIF
      return decodeGif(bytes, subject, found);
#else
      failUnknown(subject, "GIF", "giflib");
#endif
    case Format::WebP:
#ifdef GF_HAVE_WEBP
      return decodeWebP(bytes, subject, found);
#else
      failUnknown(subject, "WebP", "libwebp");
#endif
    case Format::Tiff:
#ifdef GF_HAVE_TIFF
      return decodeTiff(bytes, subject, found);
#else
      failUnknown(subject, "TIFF", "libtiff");
#endif
    case Format::Bmp:
      break;
  }
  return decodeBmp(bytes, subject, found);
}

/// The file in memory of this thread, which is used again.
std::string_view bytesOf(const std::string& path) {
  thread_local std::vector<char> room;
  constexpr std::size_t kMostKept = std::size_t{16} << 20;
  if (room.size() > kMostKept) std::vector<char>().swap(room);  // Of the image before.
  try {
    return readFile(path, kMaxImageFileBytes, room);
  } catch (const Error&) {
    // What a folder's reader could not list stands among its images, to be counted and named like them.
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) throw;
    std::filesystem::directory_iterator(path, error);
    failInput(path, "the folder must be readable", error ? error.message() : "a folder in place of an image");
  }
}

}  // namespace

void checkImageSize(std::uint64_t width, std::uint64_t height, const std::string& subject) {
  const bool sound =
      width > 0 && height > 0 && width <= kMaxImageSide && height <= kMaxImageSide && width * height <= kMaxImagePixels;
  if (sound) return PixelTurn::waitFor(width * height);
  failInput(subject,
            "an image must have sides of 1 to " + std::to_string(kMaxImageSide) + " and at most " +
                std::to_string(kMaxImagePixels) + " pixels",
            std::to_string(width) + " × " + std::to_string(height));
}

void failDamaged(const std::string& subject, const std::string& observed) {
  failInput(subject, "must be a complete, undamaged image", observed, "Copy the file again or leave it out");
}

void decodeImage(std::string_view bytes, const std::string& subject, const BoxWanted* wanted, Pixels& pixels,
                 Oddities* found) {
  Oddities ignored = 0;
  Oddities& seen = found ? *found : ignored;
  if (bytes.empty()) failInput(subject, "must be an image", "an empty file");
  const auto format = formatOf(bytes);
  if (!format) failInput(subject, "must be a JPEG, PNG, GIF, BMP, WebP or TIFF image", "other content");
#ifdef GF_HAVE_TURBOJPEG
  if (*format == Format::Jpeg) return decodeJpeg(bytes, subject, wanted, pixels, seen);
#else
  (void)wanted;
#endif
  pixels = decodeWhole(*format, bytes, subject, seen);
}

Pixels decodeImage(std::string_view bytes, const std::string& subject, Oddities* found) {
  Pixels pixels;
  decodeImage(bytes, subject, nullptr, pixels, found);
  return pixels;
}

void readImage(const std::string& path, const BoxWanted* wanted, Pixels& pixels, Oddities* found) {
  const std::string_view bytes = bytesOf(path);
  if (found != nullptr) {
    const auto named = namedFormat(path), real = formatOf(bytes);
    if (named && real && *named != *real) *found |= bitOf(Oddity::Misnamed);
  }
  decodeImage(bytes, path, wanted, pixels, found);
}

Pixels readImage(const std::filesystem::path& path, Oddities* found) {
  Pixels pixels;
  readImage(path.native(), nullptr, pixels, found);
  return pixels;
}

bool hasImageExtension(const std::filesystem::path& path) {
  return namedFormat(path).has_value();
}

}  // namespace gf
