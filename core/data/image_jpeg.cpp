// SPDX-License-Identifier: Apache-2.0
#ifdef GF_HAVE_TURBOJPEG

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "data/byte_number.h"
#include "data/exif.h"
#include "data/image_file.h"
#include "data/jpeg_decoder.h"

namespace gf {
namespace {

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

/// Inks to light, in the rows and columns of `box`. Adobe stores CMYK inverted, so that light is ink times black.
void toLight(const std::uint8_t* inks, const PixelBox& box, std::size_t width, std::uint8_t* rgb) {
  for (int y = box.top; y < box.top + box.height; ++y) {
    const std::size_t first = static_cast<std::size_t>(y) * width + static_cast<std::size_t>(box.left);
    const std::uint8_t* in = inks + 4 * first;
    std::uint8_t* out = rgb + 3 * first;
    for (int x = 0; x < box.width; ++x, in += 4, out += 3) {
      for (int c = 0; c < 3; ++c) out[c] = static_cast<std::uint8_t>((in[c] * in[3] + 127) / 255);
    }
  }
}

[[noreturn]] void failBroken(const std::string& subject, const char* message) {
  failInput(subject, "must be a complete, undamaged JPEG image", message, "Copy the file again or leave it out");
}

/// Memory of this thread between the decoder and the upright image; of large images it is given back.
class Between {
 public:
  ~Between() {
    if (room().size() > kMostKept) std::vector<std::uint8_t>().swap(room());
  }
  /// At least so many bytes, whatever they hold.
  std::uint8_t* take(std::size_t bytes) {
    if (room().size() < bytes) room().resize(bytes);
    return room().data();
  }

 private:
  static constexpr std::size_t kMostKept = std::size_t{16} << 20;
  static std::vector<std::uint8_t>& room() {
    thread_local std::vector<std::uint8_t> bytes;
    return bytes;
  }
};

bool endsAfter(std::string_view bytes, std::size_t at) {
  const std::size_t end = bytes.rfind("\xFF\xD9");
  return end != std::string_view::npos && end >= at;
}

}  // namespace

void decodeJpeg(std::string_view bytes, const std::string& subject, const BoxWanted* wanted, Pixels& pixels,
                Oddities& found) {
  JpegDecoder& decoder = JpegDecoder::ofThread();
  const JpegDecoder::Header* header = decoder.open(bytes);
  if (header == nullptr) failBroken(subject, decoder.problem());
  checkImageSize(static_cast<std::uint64_t>(header->width), static_cast<std::uint64_t>(header->height), subject);
  const Segments segments = readSegments(bytes);
  const bool inks = header->channels == 4;
  StoredImage stored{nullptr, header->width, header->height, inks ? 3 : header->channels, segments.orientation};
  pixels.width = stored.uprightWidth();
  pixels.height = stored.uprightHeight();
  pixels.channels = stored.channels;
  const std::size_t count = static_cast<std::size_t>(stored.width) * static_cast<std::size_t>(stored.height);
  pixels.bytes.resize(count * static_cast<std::size_t>(stored.channels));
  const PixelBox whole{0, 0, pixels.width, pixels.height};
  const PixelBox box = wanted ? wanted->boxOf(pixels.width, pixels.height) : whole;

  Between between;
  const bool turned = stored.orientation != 1;
  std::uint8_t* decoded =
      inks || turned ? between.take(count * static_cast<std::size_t>(header->channels)) : pixels.bytes.data();
  const PixelBox part = storedBox(stored, box);
  if (!decoder.decode(part, decoded)) failBroken(subject, decoder.problem());
  // A file cut short is found although nobody looks at what it lacks: then the whole is decoded, which says so.
  if (part.top + part.height < stored.height && !endsAfter(bytes, decoder.looked())) {
    if (decoder.open(bytes) == nullptr || !decoder.decode(storedBox(stored, whole), decoded)) {
      failBroken(subject, decoder.problem());
    }
  }
  if (decoder.remarked() && (segments.scan == std::string_view::npos || !endsAfter(bytes, segments.scan + 1))) {
    failBroken(subject, "an unknown segment, and no end");
  }
  // In place where it must still be turned: what is written lies before what is still to be read.
  if (inks) toLight(decoded, part, static_cast<std::size_t>(stored.width), turned ? decoded : pixels.bytes.data());
  if (turned) {
    stored.bytes = decoded;
    turnUpright(stored, box, pixels.bytes.data());
  }
  found |= (stored.channels == 1 ? bitOf(Oddity::Grey) : 0) | (inks ? bitOf(Oddity::Cmyk) : 0) |
           (turned ? bitOf(Oddity::Turned) : 0);
}

}  // namespace gf

#endif
