// SPDX-License-Identifier: Apache-2.0
#ifdef GF_HAVE_WEBP

#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>

#include "data/exif.h"
#include "data/image_file.h"

namespace gf {
namespace {

struct Delete {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

/// The first frame of a WebP, which is all of one that does not move.
struct Frame {
  Frame() = default;
  ~Frame() { WebPDemuxReleaseIterator(&iterator); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  WebPIterator iterator{};
};

int orientationOf(const WebPDemuxer* demuxer) {
  WebPChunkIterator chunk{};
  int orientation = 1;
  if (WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk) != 0) {
    orientation = exifOrientation({reinterpret_cast<const char*>(chunk.chunk.bytes), chunk.chunk.size});
  }
  WebPDemuxReleaseChunkIterator(&chunk);
  return orientation;
}

}  // namespace

Pixels decodeWebP(std::string_view bytes, const std::string& subject, Oddities& found) {
  const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  const std::unique_ptr<WebPDemuxer, Delete> demuxer(WebPDemux(&data));
  if (!demuxer) failDamaged(subject, "an incomplete or inconsistent file");
  const std::uint32_t width = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH);
  const std::uint32_t height = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT);
  checkImageSize(width, height, subject);
  Frame first;
  if (WebPDemuxGetFrame(demuxer.get(), 1, &first.iterator) == 0) failDamaged(subject, "no frame");
  const auto& frame = first.iterator;
  const auto x = static_cast<std::uint32_t>(frame.x_offset), y = static_cast<std::uint32_t>(frame.y_offset);
  WebPBitstreamFeatures features{};
  if (frame.complete == 0 || WebPGetFeatures(frame.fragment.bytes, frame.fragment.size, &features) != VP8_STATUS_OK) {
    failDamaged(subject, "an incomplete frame");
  }
  const auto w = static_cast<std::uint32_t>(features.width), h = static_cast<std::uint32_t>(features.height);
  if (x > width || w > width - x || y > height || h > height - y) failDamaged(subject, "a frame beyond its picture");
  Pixels pixels{static_cast<int>(width), static_cast<int>(height), 3, {}};
  const std::size_t stride = std::size_t{width} * 3;
  pixels.bytes.resize(stride * height);
  const std::size_t begin = y * stride + std::size_t{x} * 3;
  if (!WebPDecodeRGBInto(frame.fragment.bytes, frame.fragment.size, pixels.bytes.data() + begin,
                         pixels.bytes.size() - begin, static_cast<int>(stride))) {
    failDamaged(subject, "data that cannot be decoded");
  }
  const std::uint32_t flags = WebPDemuxGetI(demuxer.get(), WEBP_FF_FORMAT_FLAGS);
  if (features.has_alpha != 0 || frame.has_alpha != 0 || (flags & ALPHA_FLAG) != 0) found |= bitOf(Oddity::Alpha);
  if (WebPDemuxGetI(demuxer.get(), WEBP_FF_FRAME_COUNT) > 1) found |= bitOf(Oddity::Animated);
  const int orientation = orientationOf(demuxer.get());
  if (orientation != 1) found |= bitOf(Oddity::Turned);
  return upright(std::move(pixels), orientation);
}

}  // namespace gf

#endif
