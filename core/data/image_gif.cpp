// SPDX-License-Identifier: Apache-2.0
#ifdef GF_HAVE_GIF

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "data/image_file.h"

namespace gf {
namespace {

struct Source {
  std::string_view bytes;
  std::size_t at = 0;
};

int readBytes(GifFileType* gif, GifByteType* out, int count) {
  auto* source = static_cast<Source*>(gif->UserData);
  const std::size_t given = std::min(static_cast<std::size_t>(count), source->bytes.size() - source->at);
  std::memcpy(out, source->bytes.data() + source->at, given);
  source->at += given;
  return static_cast<int>(given);
}

struct Close {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};

class GifReader {
 public:
  GifReader(std::string_view bytes, const std::string& subject) : source_{bytes}, subject_(subject) {
    int error = 0;
    gif_.reset(DGifOpen(&source_, readBytes, &error));
    if (!gif_) fail(error);
  }

  /// Goes to the next frame and reads where it lies; false at the end. With `strict` a damaged file is an error, else
  /// it ends there.
  bool nextFrame(bool strict) {
    for (;;) {
      GifRecordType record = UNDEFINED_RECORD_TYPE;
      if (DGifGetRecordType(gif_.get(), &record) == GIF_ERROR) return strict ? fail(gif_->Error) : false;
      if (record == TERMINATE_RECORD_TYPE) return false;
      if (record == IMAGE_DESC_RECORD_TYPE) {
        if (DGifGetImageDesc(gif_.get()) == GIF_ERROR) return strict ? fail(gif_->Error) : false;
        return true;
      }
      if (record == EXTENSION_RECORD_TYPE && !readExtension()) return strict ? fail(gif_->Error) : false;
    }
  }

  void readRow(std::uint8_t* row, int width) {
    if (DGifGetLine(gif_.get(), row, width) == GIF_ERROR) fail(gif_->Error);
  }

  const GifFileType& gif() const { return *gif_; }
  std::optional<int> transparent() const { return transparent_; }

 private:
  bool readExtension() {
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(gif_.get(), &code, &block) == GIF_ERROR) return false;
    while (block) {
      GraphicsControlBlock control{};
      if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
        transparent_.reset();
        if (control.TransparentColor != NO_TRANSPARENT_COLOR) transparent_ = control.TransparentColor;
      }
      if (DGifGetExtensionNext(gif_.get(), &block) == GIF_ERROR) return false;
    }
    return true;
  }

  bool fail(int error) const {
    const char* message = GifErrorString(error);
    failDamaged(subject_, message ? message : "data that cannot be decoded");
  }

  Source source_;
  std::string subject_;
  std::unique_ptr<GifFileType, Close> gif_;
  std::optional<int> transparent_;
};

/// Rows in the order in which they are stored.
std::vector<int> rowOrder(int height, bool interlaced) {
  std::vector<int> rows;
  constexpr std::array<std::array<int, 2>, 4> kPasses{{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
  for (const auto& [first, step] : kPasses) {
    for (int y = interlaced ? first : static_cast<int>(rows.size()); y < height; y += interlaced ? step : 1)
      rows.push_back(y);
  }
  return rows;
}

/// Colours by number; a number beyond the palette is a grey, as Pillow has it.
std::array<std::array<std::uint8_t, 3>, 256> colours(const ColorMapObject* map) {
  std::array<std::array<std::uint8_t, 3>, 256> all;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (map && static_cast<int>(i) < map->ColorCount) {
      all[i] = {map->Colors[i].Red, map->Colors[i].Green, map->Colors[i].Blue};
    } else {
      all[i].fill(static_cast<std::uint8_t>(i));
    }
  }
  return all;
}

}  // namespace

Pixels decodeGif(std::string_view bytes, const std::string& subject, Oddities& found) {
  GifReader reader(bytes, subject);
  if (!reader.nextFrame(true)) failDamaged(subject, "no frame");
  const auto frame = reader.gif().Image;
  const auto side = [](int screen, int offset, int extent) {
    return static_cast<std::uint64_t>(std::max(screen, offset + extent));
  };
  const std::uint64_t width = side(reader.gif().SWidth, frame.Left, frame.Width);
  const std::uint64_t height = side(reader.gif().SHeight, frame.Top, frame.Height);
  checkImageSize(width, height, subject);
  checkImageSize(static_cast<std::uint64_t>(frame.Width), static_cast<std::uint64_t>(frame.Height), subject);
  const auto colour = colours(frame.ColorMap ? frame.ColorMap : reader.gif().SColorMap);
  const auto transparent = reader.transparent();
  const auto& outside = colour[static_cast<std::size_t>(transparent.value_or(0)) & 0xFF];
  Pixels pixels{static_cast<int>(width), static_cast<int>(height), 3, {}};
  pixels.bytes.resize(width * height * 3);
  const bool whole =
      width == static_cast<std::uint64_t>(frame.Width) && height == static_cast<std::uint64_t>(frame.Height);
  for (std::size_t i = 0; !whole && i < pixels.bytes.size(); ++i) pixels.bytes[i] = outside[i % 3];
  std::vector<std::uint8_t> row(static_cast<std::size_t>(frame.Width));
  for (const int y : rowOrder(frame.Height, frame.Interlace)) {
    reader.readRow(row.data(), frame.Width);
    std::uint8_t* out = pixels.bytes.data() + ((static_cast<std::size_t>(frame.Top) + y) * width + frame.Left) * 3;
    for (const std::uint8_t number : row) out = std::copy_n(colour[number].data(), 3, out);
  }
  found |= bitOf(Oddity::Palette);
  if (transparent) found |= bitOf(Oddity::Alpha);
  if (reader.nextFrame(false)) found |= bitOf(Oddity::Animated);
  return pixels;
}

}  // namespace gf

#endif
