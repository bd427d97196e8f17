// SPDX-License-Identifier: Apache-2.0
#include "data/packed_image.h"

#include <algorithm>
#include <optional>
#include <string_view>

#ifdef GF_HAVE_TURBOJPEG
#include <turbojpeg.h>
#endif

#include "base/error.h"
#include "base/hash.h"
#include "data/preparer.h"

namespace gf {
namespace {

/// A model's input whose resize is the one wanted here: shorter edge to `side`, the longer one rounded down.
Preprocess resizeTo(int side) {
  Preprocess wanted;
  wanted.inputSize = {3, side, side};
  wanted.mean = wanted.std = {1, 1, 1};
  wanted.interpolation = Interpolation::Bicubic;
  wanted.cropPct = 1;
  wanted.cropMode = CropMode::Center;
  return wanted;
}

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

  std::string encode(const Resized& image) {
    unsigned long size = room_;
    const bool grey = image.channels == 1;
    if (tjCompress2(handle_, image.bytes, image.width, 0, image.height, grey ? TJPF_GRAY : TJPF_RGB, &buffer_, &size,
                    grey ? TJSAMP_GRAY : TJSAMP_444, quality_, TJFLAG_ACCURATEDCT) != 0) {
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
  std::optional<Preparer> resizer;
#ifdef GF_HAVE_TURBOJPEG
  std::unique_ptr<JpegEncoder> encoder;
#endif
};

PackedMaker::PackedMaker(int side, int quality) : state_(std::make_unique<State>()) {
  state_->side = side;
  state_->quality = quality;
  if (side > 0) state_->resizer.emplace(resizeTo(side));
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
  Resized image{pixels.width, pixels.height, pixels.channels, pixels.bytes.data(), {}};
  if (state_->side > 0 && std::min(pixels.width, pixels.height) > state_->side) image = state_->resizer->fit(pixels);
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
