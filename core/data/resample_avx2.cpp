// SPDX-License-Identifier: Apache-2.0
#include "data/resample_avx2.h"

#ifdef GF_AVX2

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "data/resample.h"

namespace gf {
namespace {

constexpr int kLowBits = 11;
constexpr int kTaps = 4;    // in one group: as many pixels as a 128-bit half has of 16-bit pairs of each colour, twice
constexpr int kAtOnce = 4;  // results made together
constexpr int kGroupWords = 32;  // 16 upper parts, 16 lower ones

std::int16_t upper(std::int32_t weight) {
  return static_cast<std::int16_t>(weight >> kLowBits);
}
std::int16_t lower(std::int32_t weight) {
  return static_cast<std::int16_t>(weight & ((1 << kLowBits) - 1));
}

/// Two neighbouring rows' weights as the 32 bits that the multiplication takes.
std::int32_t pairOf(std::int16_t first, std::int16_t second) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::uint16_t>(second)) << 16 |
                                   static_cast<std::uint16_t>(first));
}

/// Of each pixel pair in the first 12 bytes the reds, greens and blues side by side, 16 bits each: pixels 0 and 1 in
/// the lower half, 2 and 3 in the upper one.
GF_AVX2 inline __m256i pairMask() {
  return _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                          6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
}

/// The whole sums, rounded, from those of the upper and lower parts of the weights.
GF_AVX2 inline __m256i rounded(__m256i upperSum, __m256i lowerSum) {
  const __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(upperSum, kLowBits), lowerSum);
  return _mm256_srai_epi32(_mm256_add_epi32(sum, _mm256_set1_epi32(1 << 21)), 22);
}

/// One result's sums before they are rounded: red, green, blue, nothing; of even and of odd pairs.
template <int kGroups>
GF_AVX2 inline __m256i sumsOf(const std::uint8_t* in, const std::int16_t* words, int groups, __m256i mask) {
  __m256i high = _mm256_setzero_si256(), low = _mm256_setzero_si256();
  for (int g = 0; g < (kGroups ? kGroups : groups); ++g, in += 3 * kTaps, words += kGroupWords) {
    const __m256i twice = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(in)));
    const __m256i pairs = _mm256_shuffle_epi8(twice, mask);
    const auto* weights = reinterpret_cast<const __m256i*>(words);
    high = _mm256_add_epi32(high, _mm256_madd_epi16(pairs, _mm256_loadu_si256(weights)));
    low = _mm256_add_epi32(low, _mm256_madd_epi16(pairs, _mm256_loadu_si256(weights + 1)));
  }
  return _mm256_add_epi32(_mm256_slli_epi32(high, kLowBits), low);
}

/// The sums of two results, one a half.
GF_AVX2 inline __m256i joined(__m256i first, __m256i second) {
  const __m256i sum =
      _mm256_add_epi32(_mm256_permute2x128_si256(first, second, 0x20), _mm256_permute2x128_si256(first, second, 0x31));
  return _mm256_srai_epi32(_mm256_add_epi32(sum, _mm256_set1_epi32(1 << 21)), 22);
}

template <int kGroups>
GF_AVX2 void rowAcross(const std::uint8_t* in, const ResampleAxis& axis, std::uint8_t* out) {
  const __m256i mask = pairMask();
  const __m128i close = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  const int* starts = axis.starts.data();
  const std::int16_t* words = axis.words.data();
  const std::ptrdiff_t step = static_cast<std::ptrdiff_t>(kGroups ? kGroups : axis.groups) * kGroupWords;
  for (int left = axis.asked.count; left > 0; left -= kAtOnce, starts += kAtOnce, out += 3 * kAtOnce) {
    __m256i sums[kAtOnce];
    for (int k = 0; k < kAtOnce; ++k, words += step) {
      sums[k] = sumsOf<kGroups>(in + starts[k], words, axis.groups, mask);
    }
    const __m256i words16 = _mm256_packs_epi32(joined(sums[0], sums[1]), joined(sums[2], sums[3]));
    const __m256i bytes = _mm256_packus_epi16(words16, words16);
    const __m128i four = _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
    const __m128i twelve = _mm_shuffle_epi8(four, close);
    if (left >= kAtOnce) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out), twelve);
      const int last = _mm_extract_epi32(twelve, 2);
      std::memcpy(out + 8, &last, sizeof last);
    } else {
      std::uint8_t some[16];
      _mm_storeu_si128(reinterpret_cast<__m128i*>(some), twelve);
      std::memcpy(out, some, static_cast<std::size_t>(left) * 3);
    }
  }
}

/// 32 bytes of one result row.
GF_AVX2 inline void chunkDown(const std::uint8_t* in, std::ptrdiff_t stride, const std::int32_t* weights, int length,
                              std::uint8_t* out) {
  const __m256i zero = _mm256_setzero_si256();
  __m256i high[4] = {zero, zero, zero, zero}, low[4] = {zero, zero, zero, zero};
  for (int y = 0; y < length; y += 2, in += 2 * stride) {
    const bool alone = y + 1 == length;
    const std::int32_t second = alone ? 0 : weights[y + 1];
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in));
    const __m256i b = alone ? a : _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + stride));
    const __m256i upperPair = _mm256_set1_epi32(pairOf(upper(weights[y]), upper(second)));
    const __m256i lowerPair = _mm256_set1_epi32(pairOf(lower(weights[y]), lower(second)));
    const __m256i front = _mm256_unpacklo_epi8(a, b), back = _mm256_unpackhi_epi8(a, b);
    const __m256i pairs[4] = {_mm256_unpacklo_epi8(front, zero), _mm256_unpackhi_epi8(front, zero),
                              _mm256_unpacklo_epi8(back, zero), _mm256_unpackhi_epi8(back, zero)};
    for (int k = 0; k < 4; ++k) {
      high[k] = _mm256_add_epi32(high[k], _mm256_madd_epi16(pairs[k], upperPair));
      low[k] = _mm256_add_epi32(low[k], _mm256_madd_epi16(pairs[k], lowerPair));
    }
  }
  const __m256i front = _mm256_packs_epi32(rounded(high[0], low[0]), rounded(high[1], low[1]));
  const __m256i back = _mm256_packs_epi32(rounded(high[2], low[2]), rounded(high[3], low[3]));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_packus_epi16(front, back));
}

}  // namespace

void layOutAvx2(ResampleAxis& axis) {
  const int groups = (axis.taps + kTaps - 1) / kTaps, pixels = groups * kTaps;
  if (axis.asked.inSize < pixels) return;
  const auto results = static_cast<std::size_t>((axis.asked.count + kAtOnce - 1) / kAtOnce * kAtOnce);
  axis.starts.assign(results, 0);
  axis.words.assign(results * static_cast<std::size_t>(groups) * kGroupWords, 0);
  std::int16_t* words = axis.words.data();
  for (std::size_t i = 0; i < static_cast<std::size_t>(axis.asked.count); ++i) {
    // Near the right edge the groups begin further left, so that they end with the row.
    const int start = std::min(axis.begins[i], axis.asked.inSize - pixels);
    axis.starts[i] = 3 * start;
    const std::int32_t* weights = axis.weights.data() + i * static_cast<std::size_t>(axis.taps);
    for (int x = 0; x < axis.lengths[i]; ++x) {
      const int place = axis.begins[i] - start + x;
      std::int16_t* group = words + place / kTaps * kGroupWords + (place % kTaps / 2 * 8) + place % 2;
      for (int c = 0; c < 3; ++c) {
        group[2 * c] = upper(weights[x]);
        group[2 * c + 16] = lower(weights[x]);
      }
    }
    words += static_cast<std::ptrdiff_t>(groups) * kGroupWords;
  }
  axis.groups = groups;
}

void acrossAvx2(const std::uint8_t* in, std::ptrdiff_t stride, int rows, const ResampleAxis& axis, std::uint8_t* out,
                std::ptrdiff_t outStride, std::vector<std::uint8_t>& padded) {
  const auto row = axis.groups == 1   ? rowAcross<1>
                   : axis.groups == 2 ? rowAcross<2>
                   : axis.groups == 3 ? rowAcross<3>
                   : axis.groups == 4 ? rowAcross<4>
                                      : rowAcross<0>;
  for (int y = 0; y < rows - 1; ++y, in += stride, out += outStride) row(in, axis, out);
  // A group is loaded with four bytes more than it has, which lie in the next row; after the last row they may be
  // nobody's.
  const auto bytes = static_cast<std::size_t>(axis.asked.inSize) * 3;
  padded.resize(std::max(padded.size(), bytes + 4));
  std::memcpy(padded.data(), in, bytes);
  row(padded.data(), axis, out);
}

GF_AVX2 void rowDownAvx2(const std::uint8_t* in, std::ptrdiff_t stride, const std::int32_t* weights, int length,
                         std::size_t bytes, std::uint8_t* out) {
  std::size_t at = 0;
  for (; at + 32 <= bytes; at += 32) chunkDown(in + at, stride, weights, length, out + at);
  if (at < bytes) chunkDown(in + bytes - 32, stride, weights, length, out + bytes - 32);
}

}  // namespace gf

#endif
