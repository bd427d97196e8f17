// SPDX-License-Identifier: Apache-2.0
#ifdef GF_HAVE_TURBOJPEG

#include <turbojpeg.h>

#include <memory>

#include "base/error.h"
#include "data/byte_number.h"
#include "data/exif.h"
#include "data/image_file.h"

namespace gf {
namespace {

struct CloseHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, CloseHandle>;

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
      found.orientation = exifOrientation(payload);
    }
    at += 2 + length;
  }
  return found;
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

Pixels decodeJpeg(std::string_view bytes, const std::string& subject, Oddities* found) {
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
  if (found != nullptr) {
    *found |= (grey ? bitOf(Oddity::Grey) : 0) | (cmyk ? bitOf(Oddity::Cmyk) : 0) |
              (segments.orientation != 1 ? bitOf(Oddity::Turned) : 0);
  }
  return upright(cmyk ? fromCmyk(pixels) : std::move(pixels), segments.orientation);
}

}  // namespace gf

#endif
