// SPDX-License-Identifier: Apache-2.0
#ifdef GF_HAVE_TURBOJPEG

#include <turbojpeg.h>

#include <memory>

#include "base/error.h"
#include "data/byte_number.h"
#include "data/image_file.h"

namespace gf {
namespace {

struct CloseHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, CloseHandle>;

/// Tag 0x0112 of the first directory of an EXIF block, 1 (upright) when it is absent or unreadable. Source: EXIF 2.3,
/// 4.6.4.
int exifOrientation(std::string_view tiff) {
  if (tiff.size() < 8 || (tiff.substr(0, 2) != "II" && tiff.substr(0, 2) != "MM")) return 1;
  const bool big = tiff[0] == 'M';
  const std::size_t directory = byteNumber(tiff, 4, 4, big);
  if (directory + 2 > tiff.size()) return 1;
  const std::uint32_t entries = byteNumber(tiff, directory, 2, big);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * std::size_t{i};
    if (at + 12 > tiff.size()) return 1;
    if (byteNumber(tiff, at, 2, big) != 0x0112) continue;
    const std::uint32_t value = byteNumber(tiff, at + 8, 2, big);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

/// What the segments before the first scan say.
struct Segments {
  int orientation = 1;
  std::size_t scan = std::string_view::npos;  ///< Where the first scan begins.
};

Segments readSegments(std::string_view bytes) {
  Segments found;
  std::size_t at = 2;
  while (at + 4 <= bytes.size() && bytes[at] == '\xFF') {
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xFF) {  // A fill byte.
      ++at;
      continue;
    }
    if (marker == 0xDA) {
      found.scan = at;
      break;
    }
    const std::size_t length = byteNumber(bytes, at + 2, 2, true);
    if (length < 2 || at + 2 + length > bytes.size()) break;
    const auto payload = bytes.substr(at + 4, length - 2);
    if (marker == 0xE1 && payload.starts_with(std::string_view("Exif\0\0", 6))) {
      found.orientation = exifOrientation(payload.substr(6));
    }
    at += 2 + length;
  }
  return found;
}

/// Turns an image upright; `orientation` as in EXIF, 1–8.
Pixels upright(Pixels source, int orientation) {
  if (orientation == 1) return source;
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

/// Adobe stores CMYK inverted, so that light is ink times black.
Pixels fromCmyk(const Pixels& cmyk) {
  Pixels rgb{cmyk.width, cmyk.height, 3, {}};
  rgb.bytes.reserve(cmyk.bytes.size() / 4 * 3);
  for (std::size_t i = 0; i < cmyk.bytes.size(); i += 4) {
    const int black = cmyk.bytes[i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      rgb.bytes.push_back(static_cast<std::uint8_t>((cmyk.bytes[i + c] * black + 127) / 255));
    }
  }
  return rgb;
}

/// libjpeg goes on after a warning and fills what is missing with grey. Only remarks that leave every pixel in place
/// are let pass, and only if the end marker is there.
bool harmless(std::string_view message, std::string_view bytes, std::size_t scan) {
  const bool remark = message.find("extraneous bytes before marker") != std::string_view::npos ||
                      message.find("unknown JFIF revision") != std::string_view::npos;
  const std::size_t end = bytes.rfind("\xFF\xD9");
  return remark && scan != std::string_view::npos && end != std::string_view::npos && end > scan;
}

[[noreturn]] void failBroken(const std::string& subject, const std::string& message) {
  failInput(subject, "must be a complete, undamaged JPEG image", message, "Copy the file again or leave it out");
}

}  // namespace

Pixels decodeJpeg(std::string_view bytes, const std::string& subject) {
  // A new one each time (a microsecond): a used one keeps tables of the image before, sound or not.
  const Handle handle(tjInitDecompress());
  if (!handle) failRun(subject, "the JPEG decoder must start", tjGetErrorStr2(nullptr));
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto size = static_cast<unsigned long>(bytes.size());
  int width = 0, height = 0, subsampling = -1, colours = -1;
  // An unusual subsampling fails here, after the rest was read, although the decoder below can do it.
  if (tjDecompressHeader3(handle.get(), data, size, &width, &height, &subsampling, &colours) != 0 &&
      (width < 1 || height < 1 || colours < 0)) {
    failBroken(subject, tjGetErrorStr2(handle.get()));
  }
  checkImageSize(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height), subject);
  const bool grey = colours == TJCS_GRAY, cmyk = colours == TJCS_CMYK || colours == TJCS_YCCK;
  const int format = grey ? TJPF_GRAY : cmyk ? TJPF_CMYK : TJPF_RGB;
  Pixels pixels{width, height, tjPixelSize[format], {}};
  pixels.bytes.resize(static_cast<std::size_t>(width) * height * pixels.channels);
  const Segments segments = readSegments(bytes);
  if (tjDecompress2(handle.get(), data, size, pixels.bytes.data(), width, 0, height, format,
                    TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS) != 0) {
    const std::string message = tjGetErrorStr2(handle.get());
    if (tjGetErrorCode(handle.get()) != TJERR_WARNING || !harmless(message, bytes, segments.scan)) {
      failBroken(subject, message);
    }
  }
  return upright(cmyk ? fromCmyk(pixels) : std::move(pixels), segments.orientation);
}

}  // namespace gf

#endif
