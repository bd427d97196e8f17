// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <bit>
#include <cstring>

#include "base/random.h"
#include "data/normaliser.h"

using namespace gf;

namespace {

/// Every value of every channel, then some that end within a group of eight.
std::vector<std::uint8_t> allValues(std::size_t channels) {
  std::vector<std::uint8_t> values;
  for (std::size_t i = 0; i < 261 * channels; ++i) values.push_back(static_cast<std::uint8_t>(i / channels));
  return values;
}

void checkExact(const std::vector<float>& mean, const std::vector<float>& std) {
  const std::size_t channels = mean.size(), pixels = 261;
  const auto values = allValues(channels);
  for (const bool portable : {false, true}) {
    std::vector<float> out(values.size() + 8, -77);
    Normaliser(mean, std, portable).run(values.data(), pixels, out.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t c = i / pixels;
      // One rounding an operation: volatile keeps the compiler from joining them.
      volatile float value = static_cast<float>(i % pixels % 256) / 255.0F;
      value = value - mean[c];
      value = value / std[c];
      const float expected = value;
      REQUIRE(std::bit_cast<std::uint32_t>(out[i]) == std::bit_cast<std::uint32_t>(expected));
    }
    for (std::size_t i = values.size(); i < out.size(); ++i) CHECK(out[i] == -77);
  }
}

}  // namespace

TEST_CASE("normalised values are those of fp32 division, to the last bit") {
  checkExact({0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F});
  checkExact({0.5F, 0.5F, 0.5F}, {0.5F, 0.5F, 0.5F});
  checkExact({0.48145466F, 0.4578275F, 0.40821073F}, {0.26862954F, 0.26130258F, 0.27577711F});
  checkExact({0.2F}, {0.3F});
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    std::vector<float> mean, std;
    for (int c = 0; c < 3; ++c) {
      mean.push_back(static_cast<float>(2 * random.uniform() - 0.5));
      std.push_back(static_cast<float>(random.uniform() + 1e-3));
    }
    checkExact(mean, std);
  }
}

TEST_CASE("numbers too large or small for a short cut are divided all the same") {
  checkExact({0, 0, 0}, {1e-38F, 1e-44F, 3e38F});
  checkExact({1e30F, -1e-40F, 0.5F}, {1e-30F, 1e30F, 1e-20F});
}
