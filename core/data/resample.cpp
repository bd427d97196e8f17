// SPDX-License-Identifier: Apache-2.0
#include "data/resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "data/resample_avx2.h"

namespace gf {
namespace {

constexpr int kWeightBits = 22;  // 32 less 8 for the pixel and 2 for sums beyond 0–255, as in Pillow

double bilinear(double x) {
  x = std::abs(x);
  return x < 1 ? 1 - x : 0;
}

/// Keys' cubic convolution with a = −½.
double bicubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

/// Pillow's precompute_coeffs (libImaging/Resample.c), for some of the results.
struct Reach {
  double scale, filterScale, support;
  int inSize;
  float from;

  Reach(Interpolation interpolation, int in, float begin, float end, int out)
      : scale(static_cast<double>(end - begin) / out),
        filterScale(std::max(scale, 1.0)),
        support((interpolation == Interpolation::Bilinear ? 1.0 : 2.0) * filterScale),
        inSize(in),
        from(begin) {}

  double centre(int result) const { return from + (result + 0.5) * scale; }
  int begin(double centre) const { return std::max(0, static_cast<int>(centre - support + 0.5)); }
  int end(double centre) const { return std::min(inSize, static_cast<int>(centre + support + 0.5)); }
};

void fillWeights(const ResampleAxis::Question& asked, ResampleAxis& axis) {
  const Reach reach(asked.interpolation, asked.inSize, asked.from, asked.to, asked.outSize);
  const double inverse = 1 / reach.filterScale;
  axis.taps = std::min(static_cast<int>(std::ceil(reach.support)) * 2 + 1, asked.inSize);
  const auto count = static_cast<std::size_t>(asked.count);
  axis.begins.resize(count);
  axis.lengths.resize(count);
  axis.weights.assign(count * static_cast<std::size_t>(axis.taps), 0);
  thread_local std::vector<double> values;
  values.resize(static_cast<std::size_t>(axis.taps));
  for (int i = 0; i < asked.count; ++i) {
    const double centre = reach.centre(asked.first + (asked.mirrored ? asked.count - 1 - i : i));
    const int begin = reach.begin(centre), length = reach.end(centre) - begin;
    double sum = 0;
    for (int x = 0; x < length; ++x) {
      const double at = (x + begin - centre + 0.5) * inverse;
      const double value = asked.interpolation == Interpolation::Bilinear ? bilinear(at) : bicubic(at);
      values[static_cast<std::size_t>(x)] = value;
      sum += value;
    }
    std::int32_t* weights = axis.weights.data() + static_cast<std::ptrdiff_t>(i) * axis.taps;
    for (int x = 0; x < length; ++x) {
      double value = values[static_cast<std::size_t>(x)];
      if (sum != 0) value /= sum;
      weights[x] = static_cast<std::int32_t>((value < 0 ? -0.5 : 0.5) + value * (1 << kWeightBits));
    }
    axis.begins[static_cast<std::size_t>(i)] = begin;
    axis.lengths[static_cast<std::size_t>(i)] = length;
  }
}

/// Makes the axis, unless it is that of the image before. True when it was made.
bool prepareAxis(const ResampleAxis::Question& asked, ResampleAxis& axis) {
  if (axis.asked == asked) return false;
  axis.asked = {};  // Should memory run out below, nobody takes the half-made axis for a whole one.
  fillWeights(asked, axis);
  axis.asked = asked;
  return true;
}

std::uint8_t clipped(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}
constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

/// One row across: `in` is the image's row, `out` gets one pixel of each of the axis' results.
template <int kChannels>
void rowAcross(const std::uint8_t* in, const ResampleAxis& axis, std::uint8_t* out) {
  for (std::size_t i = 0; i < axis.begins.size(); ++i, out += kChannels) {
    const std::int32_t* weights = axis.weights.data() + i * static_cast<std::size_t>(axis.taps);
    const std::uint8_t* from = in + static_cast<std::ptrdiff_t>(axis.begins[i]) * kChannels;
    std::int32_t sums[kChannels];
    std::fill_n(sums, kChannels, kHalf);
    for (int x = 0; x < axis.lengths[i]; ++x, from += kChannels) {
      for (int c = 0; c < kChannels; ++c) sums[c] += from[c] * weights[x];
    }
    for (int c = 0; c < kChannels; ++c) out[c] = clipped(sums[c]);
  }
}

/// One result row down: `in` is the first of `length` rows.
void rowDown(const std::uint8_t* in, std::ptrdiff_t stride, const std::int32_t* weights, int length, std::size_t bytes,
             std::uint8_t* out) {
  for (std::size_t i = 0; i < bytes; ++i) {
    std::int32_t sum = kHalf;
    for (int y = 0; y < length; ++y) sum += in[i + static_cast<std::size_t>(y * stride)] * weights[y];
    out[i] = clipped(sum);
  }
}

/// First and last source pixel + 1 that results [first, first + count) of one direction come from.
struct Range {
  int begin, end;
};
Range rangeOf(Interpolation interpolation, int inSize, float from, float to, int outSize, int first, int count) {
  const Reach reach(interpolation, inSize, from, to, outSize);
  return {reach.begin(reach.centre(first)), reach.end(reach.centre(first + count - 1))};
}

}  // namespace

ImageView viewOfPixels(const Pixels& pixels) {
  return {pixels.bytes.data(), pixels.width, pixels.height, pixels.channels,
          static_cast<std::ptrdiff_t>(pixels.width) * pixels.channels};
}

ImageView partOf(const ImageView& image, const PixelBox& box) {
  return {image.bytes + box.top * image.stride + static_cast<std::ptrdiff_t>(box.left) * image.channels, box.width,
          box.height, image.channels, image.stride};
}

ImageSize shorterEdgeTo(int edge, ImageSize image) {
  const auto other = [edge](std::int64_t longer, int shorter) {
    return static_cast<int>(std::min<std::int64_t>(edge * longer / shorter, INT32_MAX));
  };
  if (image.width <= image.height) return {edge, other(image.height, image.width)};
  return {other(image.width, image.height), edge};
}

PixelBox readBy(const Resampling& r, ImageSize image) {
  const Range x = rangeOf(r.interpolation, image.width, r.left, r.right, r.size.width, r.window.left, r.window.width);
  const Range y = rangeOf(r.interpolation, image.height, r.top, r.bottom, r.size.height, r.window.top, r.window.height);
  return {x.begin, y.begin, x.end - x.begin, y.end - y.begin};
}

void Resampler::across(const ImageView& rows, std::uint8_t* out, std::ptrdiff_t stride) {
#ifdef GF_AVX2
  if (across_.groups > 0 && rows.channels == 3) {
    return acrossAvx2(rows.bytes, rows.stride, rows.height, across_, out, stride, padded_);
  }
#endif
  const auto row = rows.channels == 1 ? rowAcross<1> : rowAcross<3>;
  for (int y = 0; y < rows.height; ++y) row(rows.bytes + y * rows.stride, across_, out + y * stride);
}

/// `in` is row `firstRow` of the image.
void Resampler::down(const std::uint8_t* in, std::ptrdiff_t stride, int firstRow, std::size_t bytes, std::uint8_t* out,
                     std::ptrdiff_t outStride) const {
  auto row = rowDown;
#ifdef GF_AVX2
  if (!portable_ && haveAvx2() && bytes >= 32) row = rowDownAvx2;
#endif
  const std::int32_t* weights = down_.weights.data();
  for (std::size_t i = 0; i < down_.begins.size(); ++i, out += outStride, weights += down_.taps) {
    row(in + (down_.begins[i] - firstRow) * stride, stride, weights, down_.lengths[i], bytes, out);
  }
}

void Resampler::run(const ImageView& image, const Resampling& r, std::uint8_t* out, std::ptrdiff_t stride) {
  const PixelBox& window = r.window;
  const auto channels = static_cast<std::ptrdiff_t>(image.channels);
  const bool wide =
      r.mirrored || r.size.width != image.width || r.left != 0 || r.right != static_cast<float>(image.width);
  const bool high = r.size.height != image.height || r.top != 0 || r.bottom != static_cast<float>(image.height);
  if (wide &&
      prepareAxis({r.interpolation, image.width, r.size.width, r.left, r.right, window.left, window.width, r.mirrored},
                  across_)) {
    across_.groups = 0;
#ifdef GF_AVX2
    if (!portable_ && haveAvx2()) layOutAvx2(across_);
#endif
  }
  if (high) {
    prepareAxis({r.interpolation, image.height, r.size.height, r.top, r.bottom, window.top, window.height, false},
                down_);
  }
  const auto rowBytes = static_cast<std::size_t>(window.width * channels);
  // Where a direction stays as it is, its window lies at the same place in the image.
  const PixelBox read = readBy(r, {image.width, image.height});
  if (!wide && !high) {
    const std::uint8_t* corner = partOf(image, window).bytes;
    for (int y = 0; y < window.height; ++y) std::memcpy(out + y * stride, corner + y * image.stride, rowBytes);
  } else if (!high) {
    across(partOf(image, {0, window.top, image.width, window.height}), out, stride);
  } else if (!wide) {
    down(image.bytes + window.left * channels, image.stride, 0, rowBytes, out, stride);
  } else if (const std::int64_t less = std::int64_t{image.height} - r.size.height;
             less > 0 && less > 2 * (std::int64_t{image.width} - r.size.width)) {
    // A row between holds the columns that the second direction reads, at their places in the image's own row.
    const std::ptrdiff_t row = image.width * channels, skipped = read.left * channels;
    between_.resize(std::max(between_.size(), static_cast<std::size_t>(row * window.height)));
    down(image.bytes + skipped, image.stride, 0, static_cast<std::size_t>(read.width * channels),
         between_.data() + skipped, row);
    across({between_.data(), image.width, window.height, image.channels, row}, out, stride);
  } else {
    between_.resize(std::max(between_.size(), rowBytes * static_cast<std::size_t>(read.height)));
    const auto row = static_cast<std::ptrdiff_t>(rowBytes);
    across(partOf(image, {0, read.top, image.width, read.height}), between_.data(), row);
    down(between_.data(), row, read.top, rowBytes, out, stride);
  }
}

}  // namespace gf
