// SPDX-License-Identifier: Apache-2.0
#ifdef GF_HAVE_PNG

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>

#include "data/byte_number.h"
#include "data/exif.h"
#include "data/image_file.h"

namespace gf {
namespace {

/// What libpng reads from, and what it said.
struct Source {
  std::string_view bytes;
  std::size_t at = 0;
  char message[120] = "";
};

void readBytes(png_structp png, png_bytep out, png_size_t count) {
  auto* source = static_cast<Source*>(png_get_io_ptr(png));
  if (count > source->bytes.size() - source->at) png_error(png, "the file ends too early");
  std::memcpy(out, source->bytes.data() + source->at, count);
  source->at += count;
}

[[noreturn]] void onError(png_structp png, png_const_charp message) {
  auto* source = static_cast<Source*>(png_get_error_ptr(png));
  std::snprintf(source->message, sizeof source->message, "%s", message);
  png_longjmp(png, 1);
}

/// Remarks about colour profiles and the like; no pixel depends on them.
void onWarning(png_structp, png_const_charp) {}

struct Reader {
  explicit Reader(Source& source)
      : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, onError, onWarning)),
        info(png ? png_create_info_struct(png) : nullptr) {
    if (!info) throw std::bad_alloc();
    png_set_read_fn(png, &source, readBytes);
    png_set_user_limits(png, kMaxImageSide, kMaxImageSide);
  }
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  png_structp png = nullptr;
  png_infop info = nullptr;
};

// An error of libpng jumps; nothing with a destructor may live in the functions that it jumps into.

bool readHeader(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_read_info(reader.png, reader.info);
  const int type = png_get_color_type(reader.png, reader.info);
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(reader.png);
  if (type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(reader.png);
  png_set_scale_16(reader.png);  // round(v·255 / 65535), exactly.
  png_set_strip_alpha(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  return true;
}

bool readRows(Reader& reader, std::uint8_t* out, std::size_t stride, int height, int passes) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  for (int pass = 0; pass < passes; ++pass) {
    for (int y = 0; y < height; ++y) png_read_row(reader.png, out + static_cast<std::size_t>(y) * stride, nullptr);
  }
  png_read_end(reader.png, reader.info);  // Also reads an EXIF block behind the pixels.
  return true;
}

/// Frames that an APNG promises before its pixels; 0 for others. Source: APNG, acTL.
std::uint32_t framesOf(std::string_view bytes) {
  std::size_t at = 8;
  while (at + 12 <= bytes.size()) {
    const std::size_t length = byteNumber(bytes, at, 4, true);
    const auto name = bytes.substr(at + 4, 4);
    if (name == "IDAT" || length > bytes.size() - at - 12) return 0;
    if (name == "acTL" && length >= 4) return byteNumber(bytes, at + 8, 4, true);
    at += 12 + length;
  }
  return 0;
}

int orientationOf(const Reader& reader) {
  png_uint_32 size = 0;
  png_bytep block = nullptr;
  if (png_get_eXIf_1(reader.png, reader.info, &size, &block) == 0) return 1;
  return exifOrientation({reinterpret_cast<const char*>(block), size});
}

Oddities odditiesOf(const Reader& reader, std::string_view bytes) {
  const int type = bytes.size() > 25 ? bytes[25] : 0;  // As stored, before what was asked for above.
  Oddities odd = 0;
  if (type == PNG_COLOR_TYPE_GRAY || type == PNG_COLOR_TYPE_GRAY_ALPHA) odd |= bitOf(Oddity::Grey);
  if (type == PNG_COLOR_TYPE_PALETTE) odd |= bitOf(Oddity::Palette);
  if ((type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(reader.png, reader.info, PNG_INFO_tRNS) != 0) {
    odd |= bitOf(Oddity::Alpha);
  }
  if (bytes.size() > 24 && bytes[24] == 16) odd |= bitOf(Oddity::SixteenBit);
  if (framesOf(bytes) > 1) odd |= bitOf(Oddity::Animated);
  return odd;
}

}  // namespace

Pixels decodePng(std::string_view bytes, const std::string& subject, Oddities& found) {
  Source source{bytes};
  Reader reader(source);
  if (!readHeader(reader)) failDamaged(subject, source.message);
  const auto width = png_get_image_width(reader.png, reader.info),
             height = png_get_image_height(reader.png, reader.info);
  checkImageSize(width, height, subject);
  Pixels pixels{static_cast<int>(width), static_cast<int>(height), png_get_channels(reader.png, reader.info), {}};
  const std::size_t stride = std::size_t{width} * pixels.channels;
  if (png_get_rowbytes(reader.png, reader.info) != stride) failDamaged(subject, "rows of another length");
  found |= odditiesOf(reader, bytes);
  pixels.bytes.resize(stride * height);
  const bool interlaced = png_get_interlace_type(reader.png, reader.info) != PNG_INTERLACE_NONE;
  if (!readRows(reader, pixels.bytes.data(), stride, pixels.height, interlaced ? 7 : 1)) {
    failDamaged(subject, source.message);
  }
  const int orientation = orientationOf(reader);
  if (orientation != 1) found |= bitOf(Oddity::Turned);
  return upright(std::move(pixels), orientation);
}

}  // namespace gf

#endif
