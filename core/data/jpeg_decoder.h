// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "data/dataset.h"

namespace gf {

/// libjpeg-turbo, reused from image to image: after the first few an image costs it no memory from the heap but for the
/// coefficients of images of several scans. Decodes with the accurate transform and smooth chroma. One thread.
class JpegDecoder {
 public:
  /// This thread's own.
  static JpegDecoder& ofThread();
  JpegDecoder();
  ~JpegDecoder();
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  struct Header {
    int width = 0, height = 0;  ///< As stored: EXIF is not looked at here.
    int channels = 0;           ///< 1 grey, 3 RGB, 4 inks.
    bool cuttable = false;      ///< Whether a part comes out as it does in the whole.
  };
  /// Begins an image. `bytes` must stay until it is decoded. Nothing when it is no sound JPEG: problem() says why.
  /// Whatever libjpeg warns of is a reason but for two remarks that leave every pixel in place, see remarked().
  const Header* open(std::string_view bytes);

  /// Decodes at least the pixels of `box` to their places in `pixels` (the whole image's height·width·channels bytes,
  /// interleaved); what lies around it may be overwritten with anything. False when the image is damaged. Of a part
  /// nothing below its last row is looked at.
  bool decode(const PixelBox& box, std::uint8_t* pixels);

  const char* problem() const;
  /// Whether libjpeg found bytes between two segments, or a JFIF revision that it does not know.
  bool remarked() const;
  /// Bytes of the image that were looked at.
  std::size_t looked() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gf
