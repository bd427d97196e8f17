// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
// clang-format off: it needs <cstdio> before it.
#include <jpeglib.h>
// clang-format on

#include "base/random.h"
#include "data/dataset.h"

/// JPEG files of every kind, made by libjpeg itself.
namespace test {

struct JpegKind {
  const char* name;
  J_COLOR_SPACE colours = JCS_YCbCr;  ///< As stored.
  int across = 2, down = 2;           ///< Of luma (and black) to one of chroma.
  bool progressive = false, arithmetic = false;
  int restart = 0;  ///< Blocks between restart markers.
};

/// Edges, ramps and noise: whatever would hide a pixel of another place is not there.
inline gf::Pixels scene(int width, int height, int channels, gf::Random& random) {
  gf::Pixels pixels{width, height, channels, {}};
  const auto a = static_cast<int>(3 + random.below(9)), b = static_cast<int>(2 + random.below(7));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const int ramp = x * a + y * b * (c + 1) + ((x / 5 + y / 3) % 2) * 70 * c;
        pixels.bytes.push_back(static_cast<std::uint8_t>(ramp % 231 + static_cast<int>(random.below(25))));
      }
    }
  }
  return pixels;
}

inline std::string jpegOf(const gf::Pixels& pixels, const JpegKind& kind, int quality, int orientation = 1) {
  jpeg_compress_struct to{};
  jpeg_error_mgr errors{};
  to.err = jpeg_std_error(&errors);
  jpeg_create_compress(&to);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&to, &memory, &size);
  to.image_width = static_cast<JDIMENSION>(pixels.width);
  to.image_height = static_cast<JDIMENSION>(pixels.height);
  to.input_components = pixels.channels;
  to.in_color_space = pixels.channels == 1 ? JCS_GRAYSCALE : pixels.channels == 4 ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults(&to);
  jpeg_set_colorspace(&to, kind.colours);
  jpeg_set_quality(&to, quality, TRUE);
  for (int i = 0; i < to.num_components; ++i) {
    to.comp_info[i].h_samp_factor = i == 0 || i == 3 ? kind.across : 1;
    to.comp_info[i].v_samp_factor = i == 0 || i == 3 ? kind.down : 1;
  }
  if (kind.progressive) jpeg_simple_progression(&to);
  to.arith_code = kind.arithmetic ? TRUE : FALSE;
  to.restart_interval = static_cast<unsigned>(kind.restart);
  jpeg_start_compress(&to, TRUE);
  if (orientation != 1) {
    std::string exif("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", 32);
    exif[25] = static_cast<char>(orientation);
    jpeg_write_marker(&to, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  }
  while (to.next_scanline < to.image_height) {
    const auto* row =
        pixels.bytes.data() + static_cast<std::size_t>(to.next_scanline) * to.image_width * pixels.channels;
    JSAMPROW rows[] = {const_cast<JSAMPROW>(row)};
    jpeg_write_scanlines(&to, rows, 1);
  }
  jpeg_finish_compress(&to);
  jpeg_destroy_compress(&to);
  std::string bytes(reinterpret_cast<const char*>(memory), size);
  std::free(memory);
  return bytes;
}

inline constexpr std::array kJpegKinds{
    JpegKind{"4:2:0"},
    JpegKind{"4:2:0 with restart markers", JCS_YCbCr, 2, 2, false, false, 3},
    JpegKind{"4:2:2", JCS_YCbCr, 2, 1},
    JpegKind{"4:4:0", JCS_YCbCr, 1, 2},
    JpegKind{"4:4:4", JCS_YCbCr, 1, 1},
    JpegKind{"4:1:1", JCS_YCbCr, 4, 1},
    JpegKind{"4:1:0", JCS_YCbCr, 4, 2},
    JpegKind{"RGB", JCS_RGB, 1, 1},
    JpegKind{"grey", JCS_GRAYSCALE, 1, 1},
    JpegKind{"grey of 2×2", JCS_GRAYSCALE, 2, 2},
    JpegKind{"CMYK", JCS_CMYK, 1, 1},
    JpegKind{"YCCK 4:2:0", JCS_YCCK, 2, 2},
    JpegKind{"YCCK 4:2:2", JCS_YCCK, 2, 1},
    JpegKind{"progressive 4:2:0", JCS_YCbCr, 2, 2, true},
    JpegKind{"progressive grey", JCS_GRAYSCALE, 1, 1, true},
    JpegKind{"arithmetic 4:2:0", JCS_YCbCr, 2, 2, false, true},
    JpegKind{"arithmetic, progressive", JCS_YCbCr, 2, 1, true, true},
};

inline int channelsOf(const JpegKind& kind) {
  return kind.colours == JCS_GRAYSCALE ? 1 : kind.colours == JCS_CMYK || kind.colours == JCS_YCCK ? 4 : 3;
}

}  // namespace test
