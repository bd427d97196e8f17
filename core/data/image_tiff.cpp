// SPDX-License-Identifier: Apache-2.0
#ifdef GF_HAVE_TIFF

#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "data/exif.h"
#include "data/image_file.h"

namespace gf {
namespace {

/// What libtiff reads from, and what it said last.
struct Source {
  std::string_view bytes;
  std::uint64_t at = 0;
  std::string message;
  bool warned = false;
};

tmsize_t readBytes(thandle_t handle, void* out, tmsize_t count) {
  auto* source = static_cast<Source*>(handle);
  if (source->at >= source->bytes.size() || count <= 0) return 0;
  const auto given = std::min<std::uint64_t>(static_cast<std::uint64_t>(count), source->bytes.size() - source->at);
  std::memcpy(out, source->bytes.data() + source->at, given);
  source->at += given;
  return static_cast<tmsize_t>(given);
}

tmsize_t writeNothing(thandle_t, void*, tmsize_t) {
  return 0;
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
  auto* source = static_cast<Source*>(handle);
  source->at = (whence == SEEK_CUR ? source->at : whence == SEEK_END ? source->bytes.size() : 0) + offset;
  return source->at;
}

int closeNothing(thandle_t) {
  return 0;
}

toff_t sizeOf(thandle_t handle) {
  return static_cast<Source*>(handle)->bytes.size();
}

void note(Source& source, const char* format, va_list arguments) {
  char text[160];
  std::vsnprintf(text, sizeof text, format, arguments);
  if (source.message.empty()) source.message = text;
}

/// 1: libtiff is to say nothing itself.
int onError(TIFF*, void* data, const char*, const char* format, va_list arguments) {
  note(*static_cast<Source*>(data), format, arguments);
  return 1;
}

int onWarning(TIFF*, void* data, const char*, const char* format, va_list arguments) {
  auto& source = *static_cast<Source*>(data);
  source.warned = true;
  note(source, format, arguments);
  return 1;
}

struct Close {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

/// RGB of inks that are stored inverted: light is what each ink leaves, times what black leaves.
Pixels lightFromInks(const Pixels& inks) {
  Pixels rgb{inks.width, inks.height, 3, {}};
  rgb.bytes.reserve(inks.bytes.size() / 4 * 3);
  for (std::size_t i = 0; i < inks.bytes.size(); i += 4) {
    const int black = inks.bytes[i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      rgb.bytes.push_back(static_cast<std::uint8_t>((inks.bytes[i + c] * black + 127) / 255));
    }
  }
  return rgb;
}

/// The first page and how its samples lie.
struct Page {
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 1, samples = 1, photometric = PHOTOMETRIC_MINISWHITE, planar = PLANARCONFIG_CONTIG;
  std::uint16_t compression = COMPRESSION_NONE, format = SAMPLEFORMAT_UINT, inks = INKSET_CMYK, orientation = 1;
  bool tiled = false;
  /// Samples of a pixel that make its colour: 1 grey or palette, 3, or 4 inks.
  int used() const {
    return photometric == PHOTOMETRIC_SEPARATED ? 4 : photometric <= PHOTOMETRIC_MINISBLACK || isPalette() ? 1 : 3;
  }
  bool isPalette() const { return photometric == PHOTOMETRIC_PALETTE; }
  /// Whether libtiff has to make the colours: luminance and chroma that no JPEG codec turns into RGB, Lab and the like.
  bool needsConversion() const { return photometric > PHOTOMETRIC_PALETTE && photometric != PHOTOMETRIC_SEPARATED; }
};

class TiffReader {
 public:
  TiffReader(std::string_view bytes, const std::string& subject) : source_{bytes, 0, {}, false}, subject_(subject) {
    const std::unique_ptr<TIFFOpenOptions, Close> options(TIFFOpenOptionsAlloc());
    if (!options) throw std::bad_alloc();
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(kMostBlock));
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), onError, &source_);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), onWarning, &source_);
    tiff_.reset(TIFFClientOpenExt("image", "rm", &source_, readBytes, writeNothing, seek, closeNothing, sizeOf, nullptr,
                                  nullptr, options.get()));
    if (!tiff_) fail("a header that cannot be read");
    readPage();
  }

  const Page& page() const { return page_; }
  bool hasMorePages() const { return TIFFLastDirectory(tiff_.get()) == 0; }

  Pixels decode() {
    // Remarks on tags are harmless, remarks on pixels are not: what is missing would be filled up.
    source_.warned = false;
    source_.message.clear();
    Pixels pixels = page_.needsConversion() ? converted() : colours(samples());
    if (source_.warned) fail("damaged pixels");
    return pixels;
  }

 private:
  /// The largest strip or tile that is decoded at once; also the largest thing that libtiff may allocate.
  static constexpr std::size_t kMostBlock = std::size_t{768} << 20;

  template <class Value>
  void take(std::uint32_t tag, Value& value) {
    TIFFGetFieldDefaulted(tiff_.get(), tag, &value);
  }

  void readPage() {
    TIFF* tiff = tiff_.get();
    take(TIFFTAG_IMAGEWIDTH, page_.width);
    take(TIFFTAG_IMAGELENGTH, page_.height);
    checkImageSize(page_.width, page_.height, subject_);
    take(TIFFTAG_BITSPERSAMPLE, page_.bits);
    take(TIFFTAG_SAMPLESPERPIXEL, page_.samples);
    take(TIFFTAG_PLANARCONFIG, page_.planar);
    take(TIFFTAG_COMPRESSION, page_.compression);
    take(TIFFTAG_SAMPLEFORMAT, page_.format);
    take(TIFFTAG_INKSET, page_.inks);
    take(TIFFTAG_ORIENTATION, page_.orientation);
    page_.tiled = TIFFIsTiled(tiff) != 0;
    if (TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &page_.photometric) == 0) {
      page_.photometric = page_.samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    }
    if (page_.photometric == PHOTOMETRIC_YCBCR && page_.compression == COMPRESSION_JPEG &&
        page_.planar == PLANARCONFIG_CONTIG) {
      TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
      page_.photometric = PHOTOMETRIC_RGB;
    }
    checkKind();
  }

  void checkKind() const {
    const auto bits = page_.bits;
    const bool whole = bits == 1 || bits == 2 || bits == 4 || bits == 8 || (bits == 16 && !page_.isPalette());
    if (!whole || (page_.format != SAMPLEFORMAT_UINT && page_.format != SAMPLEFORMAT_VOID)) {
      failInput(subject_, "TIFF samples must be whole numbers of 1, 2, 4, 8 or 16 bits",
                std::to_string(bits) + " bits, sample format " + std::to_string(page_.format),
                "Save the image with 8 bits a channel, or leave it out");
    }
    const bool inks = page_.photometric == PHOTOMETRIC_SEPARATED && page_.inks != INKSET_CMYK;
    if (inks || page_.samples < page_.used() || page_.samples > kMostSamples) {
      failInput(subject_, "a TIFF image must be grey, RGB, by palette or CMYK",
                std::to_string(page_.samples) + " samples a pixel, photometric interpretation " +
                    std::to_string(page_.photometric),
                "Save the image as RGB, or leave it out");
    }
  }

  /// The samples that make the colours, 8 bits each (numbers of a palette as they are).
  Pixels samples() {
    Pixels raw{static_cast<int>(page_.width), static_cast<int>(page_.height), page_.used(), {}};
    TIFF* tiff = tiff_.get();
    std::uint32_t across = page_.width, down = 0;
    if (page_.tiled) {
      take(TIFFTAG_TILEWIDTH, across);
      take(TIFFTAG_TILELENGTH, down);
    } else {
      take(TIFFTAG_ROWSPERSTRIP, down);
      down = std::min(down, page_.height);
    }
    const auto size = static_cast<std::uint64_t>(page_.tiled ? TIFFTileSize64(tiff) : TIFFStripSize64(tiff));
    const std::uint64_t most = std::min<std::uint64_t>(
        kMostBlock, std::max<std::uint64_t>(std::uint64_t{64} << 20, std::uint64_t{page_.width} * page_.height * 16));
    if (across == 0 || down == 0 || size == 0 || size > most) {
      fail("strips or tiles of " + std::to_string(across) + " × " + std::to_string(down) + " pixels");
    }
    raw.bytes.resize(static_cast<std::size_t>(page_.width) * page_.height * raw.channels);
    std::vector<std::uint8_t> block(size);
    const int planes = page_.planar == PLANARCONFIG_SEPARATE ? raw.channels : 1;
    for (int plane = 0; plane < planes; ++plane) {
      for (std::uint32_t y = 0; y < page_.height; y += down) {
        for (std::uint32_t x = 0; x < page_.width; x += across) {
          readBlock(x, y, std::min(down, page_.height - y), plane, block);
          placeBlock(x, y, std::min(across, page_.width - x), std::min(down, page_.height - y), plane, block, raw);
        }
      }
    }
    return raw;
  }

  void readBlock(std::uint32_t x, std::uint32_t y, std::uint32_t rows, int plane, std::vector<std::uint8_t>& block) {
    TIFF* tiff = tiff_.get();
    const auto room = static_cast<tmsize_t>(block.size());
    const auto sample = static_cast<std::uint16_t>(plane);
    tmsize_t wanted = room, got = 0;
    if (page_.tiled) {
      got = TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, sample), block.data(), room);
    } else {
      wanted = TIFFVStripSize(tiff, rows);
      got = TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, sample), block.data(), std::min(wanted, room));
    }
    if (got != wanted) fail(std::to_string(std::max<tmsize_t>(got, 0)) + " of " + std::to_string(wanted) + " bytes");
  }

  void placeBlock(std::uint32_t x, std::uint32_t y, std::uint32_t columns, std::uint32_t rows, int plane,
                  const std::vector<std::uint8_t>& block, Pixels& raw) const {
    const auto stride =
        static_cast<std::size_t>(page_.tiled ? TIFFTileRowSize64(tiff_.get()) : TIFFScanlineSize64(tiff_.get()));
    const bool apart = page_.planar == PLANARCONFIG_SEPARATE;
    const int first = apart ? plane : 0, last = apart ? plane + 1 : raw.channels;
    const std::size_t step = apart ? 1 : page_.samples;
    if (stride * rows > block.size() || (columns * step * page_.bits + 7) / 8 > stride) fail("rows of another length");
    for (std::uint32_t row = 0; row < rows; ++row) {
      const std::uint8_t* in = block.data() + row * stride;
      std::uint8_t* out = raw.bytes.data() + ((static_cast<std::size_t>(y) + row) * page_.width + x) * raw.channels;
      for (std::size_t column = 0; column < columns; ++column, out += raw.channels) {
        for (int c = first; c < last; ++c) {
          out[c] = sampleAt(in, column * step + static_cast<std::size_t>(apart ? 0 : c));
        }
      }
    }
  }

  /// Sample `i` of a row with 8 bits.
  std::uint8_t sampleAt(const std::uint8_t* row, std::size_t i) const {
    const unsigned bits = page_.bits;
    if (bits == 8) return row[i];
    if (bits == 16) {
      std::uint16_t value = 0;
      std::memcpy(&value, row + 2 * i, 2);
      return static_cast<std::uint8_t>((value + 128U) / 257U);  // round(v·255 / 65535)
    }
    const std::size_t at = i * bits;
    const unsigned value = row[at / 8] >> (8 - bits - at % 8) & ((1U << bits) - 1);
    return static_cast<std::uint8_t>(page_.isPalette() ? value : value * 255 / ((1U << bits) - 1));
  }

  Pixels colours(Pixels raw) const {
    if (page_.photometric == PHOTOMETRIC_MINISWHITE) {
      for (auto& byte : raw.bytes) byte = static_cast<std::uint8_t>(255 - byte);
    }
    if (page_.photometric == PHOTOMETRIC_SEPARATED) {
      for (auto& byte : raw.bytes) byte = static_cast<std::uint8_t>(255 - byte);
      return lightFromInks(raw);
    }
    return page_.isPalette() ? fromPalette(raw) : raw;
  }

  Pixels fromPalette(const Pixels& raw) const {
    std::uint16_t* table[3] = {};
    if (TIFFGetField(tiff_.get(), TIFFTAG_COLORMAP, &table[0], &table[1], &table[2]) == 0) fail("no colour map");
    const std::size_t entries = std::size_t{1} << page_.bits;
    bool wide = false;  // Some writers put 8 bits where 16 belong.
    for (const auto* column : table) wide |= std::any_of(column, column + entries, [](auto v) { return v > 255; });
    Pixels pixels{raw.width, raw.height, 3, {}};
    pixels.bytes.reserve(raw.bytes.size() * 3);
    for (const std::uint8_t number : raw.bytes) {
      for (const auto* column : table) {
        pixels.bytes.push_back(static_cast<std::uint8_t>(column[number] >> (wide ? 8 : 0)));
      }
    }
    return pixels;
  }

  /// By libtiff's own conversion to RGB, as stored, not turned.
  Pixels converted() {
    char why[1024] = "";
    if (TIFFRGBAImageOK(tiff_.get(), why) == 0) fail(why);
    std::vector<std::uint32_t> raster(static_cast<std::size_t>(page_.width) * page_.height);
    if (TIFFReadRGBAImageOriented(tiff_.get(), page_.width, page_.height, raster.data(), page_.orientation, 1) == 0) {
      fail("data that cannot be decoded");
    }
    Pixels pixels{static_cast<int>(page_.width), static_cast<int>(page_.height), 3, {}};
    pixels.bytes.reserve(raster.size() * 3);
    for (const std::uint32_t value : raster) {
      for (const unsigned shift : {0U, 8U, 16U}) pixels.bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    return pixels;
  }

  [[noreturn]] void fail(const std::string& otherwise) const {
    failDamaged(subject_, source_.message.empty() ? otherwise : source_.message);
  }

  static constexpr int kMostSamples = 64;
  Source source_;
  std::string subject_;
  std::unique_ptr<TIFF, Close> tiff_;
  Page page_;
};

Oddities odditiesOf(const Page& page) {
  Oddities odd = 0;
  if (page.photometric <= PHOTOMETRIC_MINISBLACK) odd |= bitOf(Oddity::Grey);
  if (page.photometric == PHOTOMETRIC_SEPARATED) odd |= bitOf(Oddity::Cmyk);
  if (page.isPalette()) odd |= bitOf(Oddity::Palette);
  if (page.bits > 8) odd |= bitOf(Oddity::SixteenBit);
  if (page.samples > (page.needsConversion() ? 3 : page.used())) odd |= bitOf(Oddity::Alpha);
  return odd;
}

}  // namespace

Pixels decodeTiff(std::string_view bytes, const std::string& subject, Oddities& found) {
  TiffReader reader(bytes, subject);
  Pixels pixels = reader.decode();
  const Page& page = reader.page();
  const bool turned = page.orientation > 1 && page.orientation <= 8;
  found |=
      odditiesOf(page) | (turned ? bitOf(Oddity::Turned) : 0) | (reader.hasMorePages() ? bitOf(Oddity::Animated) : 0);
  return upright(std::move(pixels), page.orientation);
}

}  // namespace gf

#endif
