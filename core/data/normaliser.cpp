// SPDX-License-Identifier: Apache-2.0
#include "data/normaliser.h"

#include <algorithm>
#include <cstring>

#include "data/vector_code.h"

#ifdef GF_AVX2
#include <immintrin.h>
#endif

namespace gf {
namespace {

#ifdef GF_AVX2
/// a / b of which 1 / b is known: one step of Newton's on the quotient makes it the rounded one (Markstein).
GF_AVX2 inline __m256 divided(__m256 a, __m256 b, __m256 inverse) {
  const __m256 quotient = _mm256_mul_ps(a, inverse);
  return _mm256_fmadd_ps(_mm256_fnmadd_ps(quotient, b, a), inverse, quotient);
}

/// Channel `c` of eight pixels of three, from their first 16 and last 16 bytes.
GF_AVX2 inline __m128i channelOf(__m128i front, __m128i back, int c) {
  alignas(16) static constexpr std::int8_t kFront[3][16] = {
      {0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
      {1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
      {2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}};
  alignas(16) static constexpr std::int8_t kBack[3][16] = {
      {-1, -1, -1, -1, -1, -1, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1},
      {-1, -1, -1, -1, -1, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1},
      {-1, -1, -1, -1, -1, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1}};
  return _mm_or_si128(_mm_shuffle_epi8(front, _mm_load_si128(reinterpret_cast<const __m128i*>(kFront[c]))),
                      _mm_shuffle_epi8(back, _mm_load_si128(reinterpret_cast<const __m128i*>(kBack[c]))));
}

struct Constants {
  const float *mean, *std, *inverse;
};

GF_AVX2 inline __m256 normalised(__m128i values, const Constants& of, int c) {
  const __m256 share =
      divided(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(values)), _mm256_set1_ps(255.0F), _mm256_set1_ps(1.0F / 255.0F));
  return divided(_mm256_sub_ps(share, _mm256_set1_ps(of.mean[c])), _mm256_set1_ps(of.std[c]),
                 _mm256_set1_ps(of.inverse[c]));
}

/// Whole groups of eight pixels; returns how many pixels that were.
GF_AVX2 std::size_t runAvx2(const std::uint8_t* in, std::size_t pixels, std::size_t channels, const Constants& of,
                            float* out) {
  std::size_t at = 0;
  for (; at + 8 <= pixels; at += 8, in += 8 * channels) {
    if (channels == 1) {
      const __m128i eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(in));
      _mm256_storeu_ps(out + at, normalised(eight, of, 0));
      continue;
    }
    const __m128i front = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
    const __m128i back = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + 8));
    for (int c = 0; c < 3; ++c) {
      _mm256_storeu_ps(out + static_cast<std::size_t>(c) * pixels + at, normalised(channelOf(front, back, c), of, c));
    }
  }
  return at;
}
#endif

}  // namespace

Normaliser::Normaliser(const std::vector<float>& mean, const std::vector<float>& std, bool portable)
    : mean_(mean), std_(std), table_(mean.size() * 256) {
  for (const float value : std) inverse_.push_back(1.0F / value);
  for (std::size_t i = 0; i < table_.size(); ++i) {
    table_[i] = (static_cast<float>(i % 256) / 255.0F - mean_[i / 256]) / std_[i / 256];
  }
  if (portable || !haveAvx2()) return;
  // Division by way of the inverse is exact unless numbers are very large or small; all there are to divide are tried.
  std::vector<std::uint8_t> all;
  for (std::size_t i = 0; i < table_.size(); ++i) all.push_back(static_cast<std::uint8_t>(i / channels()));
  std::vector<float> made(table_.size());
  vectors_ = true;
  run(all.data(), 256, made.data());
  vectors_ = std::memcmp(made.data(), table_.data(), made.size() * sizeof(float)) == 0;
}

void Normaliser::run(const std::uint8_t* in, std::size_t pixels, float* out) const {
  std::size_t done = 0;
#ifdef GF_AVX2
  if (vectors_) done = runAvx2(in, pixels, channels(), {mean_.data(), std_.data(), inverse_.data()}, out);
#endif
  for (std::size_t c = 0; c < channels(); ++c) {
    const float* table = table_.data() + 256 * c;
    for (std::size_t i = done; i < pixels; ++i) out[c * pixels + i] = table[in[i * channels() + c]];
  }
}

}  // namespace gf
