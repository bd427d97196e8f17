// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "data/packed_format.h"
#include "data/resample.h"
#include "helpers.h"
#include "synthetic.h"

using namespace gf;

namespace {

std::string resized(Resampler& resampler, const Pixels& image, const Resampling& wanted) {
  const auto row = static_cast<std::ptrdiff_t>(wanted.window.width) * image.channels;
  std::string bytes(static_cast<std::size_t>(row * wanted.window.height) + 16, '\x5a');
  resampler.run(viewOfPixels(image), wanted, reinterpret_cast<std::uint8_t*>(bytes.data()), row);
  CHECK(bytes.ends_with(std::string(16, '\x5a')));  // Nothing is written beyond the window.
  bytes.resize(bytes.size() - 16);
  return bytes;
}

Resampling fromJson(const nlohmann::json& one) {
  Resampling r;
  r.interpolation = one["bicubic"].get<bool>() ? Interpolation::Bicubic : Interpolation::Bilinear;
  r.left = one["box"][0].get<float>();
  r.top = one["box"][1].get<float>();
  r.right = one["box"][2].get<float>();
  r.bottom = one["box"][3].get<float>();
  r.size = {one["size"][0].get<int>(), one["size"][1].get<int>()};
  const auto window = one["window"].get<std::array<int, 4>>();
  r.window = {window[0], window[1], window[2], window[3]};
  r.mirrored = one["mirrored"].get<bool>();
  return r;
}

/// The image with other bytes everywhere but in the box.
Pixels onlyIn(const PixelBox& box, Pixels image) {
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const bool inside = x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
      for (int c = 0; c < image.channels && !inside; ++c) {
        image.bytes[(static_cast<std::size_t>(y) * image.width + x) * image.channels + c] ^= 0xff;
      }
    }
  }
  return image;
}

}  // namespace

TEST_CASE("windows of resized images are Pillow's, bit for bit, with vectors and without") {
  const auto cases = nlohmann::json::parse(test::golden("resample.json"));
  REQUIRE(cases.size() == 300);
  Resampler portable(true), quick;  // One of each for all: memory that is used again must not show.
  for (const auto& one : cases) {
    const std::string name = one.dump();
    CAPTURE(name);
    const auto size = one["image"].get<std::array<int, 3>>();
    const auto image = test::synthetic(size[0], size[1], size[2]);
    const Resampling wanted = fromJson(one);
    CHECK(crc32Of(resized(portable, image, wanted)) == one["crc"].get<std::uint32_t>());
    CHECK(crc32Of(resized(quick, image, wanted)) == one["crc"].get<std::uint32_t>());
    const PixelBox read = readBy(wanted, {image.width, image.height});
    CHECK((read.left >= 0 && read.top >= 0 && read.width > 0 && read.height > 0));
    CHECK((read.left + read.width <= image.width && read.top + read.height <= image.height));
    CHECK(crc32Of(resized(quick, onlyIn(read, image), wanted)) == one["crc"].get<std::uint32_t>());
  }
}

TEST_CASE("black and white at every weight: vectors and portable code agree where sums leave 0 to 255") {
  Random random(3);
  Resampler portable(true), quick;
  for (int i = 0; i < 200; ++i) {
    Pixels image{
        static_cast<int>(1 + random.below(90)), static_cast<int>(1 + random.below(90)), random.below(4) ? 3 : 1, {}};
    const auto bytes = static_cast<std::size_t>(image.width * image.height * image.channels);
    for (std::size_t k = 0; k < bytes; ++k) image.bytes.push_back(random.below(2) ? 255 : 0);
    Resampling r;
    r.interpolation = random.below(3) ? Interpolation::Bicubic : Interpolation::Bilinear;
    r.right = static_cast<float>(image.width);
    r.bottom = static_cast<float>(image.height);
    r.size = {static_cast<int>(1 + random.below(120)), static_cast<int>(1 + random.below(120))};
    r.window = {0, 0, r.size.width, r.size.height};
    REQUIRE(resized(quick, image, r) == resized(portable, image, r));
  }
}

TEST_CASE("the shorter edge becomes what is asked for, the other is rounded down") {
  CHECK(shorterEdgeTo(256, {500, 375}) == ImageSize{341, 256});  // 341.33
  CHECK(shorterEdgeTo(256, {375, 500}) == ImageSize{256, 341});
  CHECK(shorterEdgeTo(100, {60, 60}) == ImageSize{100, 100});
  CHECK(shorterEdgeTo(8192, {1, 65535}) == ImageSize{8192, 536862720});
}
