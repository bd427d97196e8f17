// SPDX-License-Identifier: Apache-2.0
#include "data/packed_image.h"

#include <algorithm>
#include <string_view>

#ifdef GF_HAVE_TURBOJPEG
#include <turbojpeg.h>
#endif

#include "base/error.h"
#include "base/hash.h"
#include "data/resample.h"

namespace gf {
namespace {

#ifdef GF_HAVE_TURBOJPEG
/// One encoder with a buffer of its own.
class JpegEncoder {
 public:
  explicit JpegEncoder(int quality) : quality_(quality), handle_(tjInitCompress()) {
    if (!handle_) failRun("JPEG", "the encoder must start", tjGetErrorStr2(nullptr));
  }
  ~JpegEncoder() {
    tjFree(buffer_);
    tjDestroy(handle_);
  }
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;

  std::string encode(const ImageView& image) {
    unsigned long size = room_;
    const bool grey = image.channels == 1;
    if (tjCompress2(handle_, image.bytes, image.width, static_cast<int>(image.stride), image.height,
                    grey ? TJPF_GRAY : TJPF_RGB, &buffer_, &size, grey ? TJSAMP_GRAY : TJSAMP_444, quality_,
                    TJFLAG_ACCURATEDCT) != 0) {
      failRun("JPEG", "the image must be encodable", tjGetErrorStr2(handle_));
    }
    room_ = std::max(room_, size);
    return {reinterpret_cast<const char*>(buffer_), size};
  }

 private:
  int quality_;
  tjhandle handle_;
  unsigned char* buffer_ = nullptr;
  unsigned long room_ = 0;
};
#endif

}  // namespace

struct PackedMaker::State {
  int side = 0, quality = 0;
  Resampler resampler;
  std::vector<std::uint8_t> resized;
#ifdef GF_HAVE_TURBOJPEG
  std::unique_ptr<JpegEncoder> encoder;
#endif

  /// The image as it is stored.
  ImageView resizedOf(const Pixels& pixels) {
    const ImageView image = viewOfPixels(pixels);
    if (side == 0 || std::min(image.width, image.height) <= side) return image;
    const ImageSize size = shorterEdgeTo(side, {image.width, image.height});
    const auto row = static_cast<std::ptrdiff_t>(size.width) * image.channels;
    resized.resize(static_cast<std::size_t>(row) * static_cast<std::size_t>(size.height));
    resampler.run(image,
                  {Interpolation::Bicubic,
                   0,
                   0,
                   static_cast<float>(image.width),
                   static_cast<float>(image.height),
                   size,
                   {0, 0, size.width, size.height}},
                  resized.data(), row);
    return {resized.data(), size.width, size.height, image.channels, row};
  }
};

PackedMaker::PackedMaker(int side, int quality) : state_(std::make_unique<State>()) {
  state_->side = side;
  state_->quality = quality;
  if (quality == 0) return;
#ifdef GF_HAVE_TURBOJPEG
  state_->encoder = std::make_unique<JpegEncoder>(quality);
#else
  failUsage("--quality", "must be raw in a build without libjpeg-turbo", std::to_string(quality),
            "Use --quality raw, or a build with libjpeg-turbo");
#endif
}

PackedMaker::~PackedMaker() = default;
PackedMaker::PackedMaker(PackedMaker&&) noexcept = default;

PackedMaker::Made PackedMaker::make(const Pixels& pixels) {
  const ImageView image = state_->resizedOf(pixels);
  Made made;
#ifdef GF_HAVE_TURBOJPEG
  if (state_->encoder) made.bytes = state_->encoder->encode(image);
#endif
  if (state_->quality == 0) {
    made.bytes.assign(reinterpret_cast<const char*>(image.bytes),
                      static_cast<std::size_t>(image.width) * image.height * image.channels);
  }
  PackedEntry& entry = made.entry;
  entry.width = static_cast<std::uint32_t>(image.width);
  entry.height = static_cast<std::uint32_t>(image.height);
  entry.channels = static_cast<std::uint8_t>(image.channels);
  entry.encoding = state_->quality == 0 ? PackedEncoding::Raw : PackedEncoding::Jpeg;
  entry.imageBytes = static_cast<std::uint32_t>(made.bytes.size());
  entry.imageCrc = crc32Of(made.bytes);
  entry.digest = bytesOfHex<kDigestBytes>(sha256(made.bytes));
  return made;
}

std::string packedResizeText(int side) {
  if (side == 0) return "none";
  return "shorter edge to " + std::to_string(side) + " where it is longer, bicubic with antialiasing";
}

std::string packedEncodingText(int quality) {
  if (quality == 0) return "raw 8-bit pixels";
  return "JPEG of quality " + std::to_string(quality) + ", 4:4:4";
}

}  // namespace gf
