// SPDX-License-Identifier: Apache-2.0
// Parts of JPEG images against the whole, and the whole against TurboJPEG.
#include <doctest/doctest.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <thread>

#include "base/error.h"
#include "data/image_file.h"
#include "jpeg_maker.h"

using namespace gf;
using test::JpegKind;

namespace {

class Part : public BoxWanted {
 public:
  explicit Part(PixelBox box) : box_(box) {}
  PixelBox boxOf(int width, int height) const override {
    seen = {0, 0, width, height};
    return box_;
  }
  mutable PixelBox seen;

 private:
  PixelBox box_;
};

PixelBox anyBox(int width, int height, Random& random) {
  const auto between = [&](int low, int high) {
    return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
  };
  PixelBox box{between(0, width - 1), between(0, height - 1), 0, 0};
  box.width = between(1, width - box.left);
  box.height = between(1, height - box.top);
  return box;
}

/// The first place in the box where two images differ.
std::optional<std::pair<int, int>> difference(const Pixels& a, const Pixels& b, const PixelBox& box) {
  if (a.width != b.width || a.height != b.height || a.channels != b.channels || a.bytes.size() != b.bytes.size()) {
    return std::pair{-1, -1};
  }
  for (int y = box.top; y < box.top + box.height; ++y) {
    const std::size_t at = (static_cast<std::size_t>(y) * a.width + box.left) * a.channels;
    const auto end = a.bytes.begin() + static_cast<std::ptrdiff_t>(at + std::size_t(box.width) * a.channels);
    const auto [mine, theirs] = std::mismatch(a.bytes.begin() + static_cast<std::ptrdiff_t>(at), end,
                                              b.bytes.begin() + static_cast<std::ptrdiff_t>(at));
    if (mine != end) return std::pair{static_cast<int>((mine - a.bytes.begin()) / a.channels % a.width), y};
  }
  return std::nullopt;
}

/// Reads the part into memory full of something else, and answers where it is not as in the whole.
std::optional<std::pair<int, int>> wrongIn(const std::string& bytes, const Pixels& whole, const PixelBox& box,
                                           Pixels& reused) {
  const Part part(box);
  std::fill(reused.bytes.begin(), reused.bytes.end(), std::uint8_t{0xA5});
  decodeImage(bytes, "part", &part, reused);
  CHECK(part.seen.width == whole.width);
  CHECK(part.seen.height == whole.height);
  return difference(whole, reused, box);
}

void checkBoxes(const std::string& bytes, int boxes, Random& random) {
  const Pixels whole = decodeImage(bytes, "whole");
  Pixels reused;
  for (int i = 0; i < boxes; ++i) {
    const PixelBox box = anyBox(whole.width, whole.height, random);
    const auto wrong = wrongIn(bytes, whole, box, reused);
    if (!wrong) continue;
    FAIL_CHECK("box " << box.left << "," << box.top << " " << box.width << "×" << box.height << " of " << whole.width
                      << "×" << whole.height << ": pixel " << wrong->first << "," << wrong->second);
  }
}

Pixels byTurboJpeg(const std::string& bytes, int channels) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  Pixels pixels{0, 0, channels, {}};
  int subsampling = 0, colours = 0;
  const tjhandle handle = tjInitDecompress();
  tjDecompressHeader3(handle, data, bytes.size(), &pixels.width, &pixels.height, &subsampling, &colours);
  pixels.bytes.resize(static_cast<std::size_t>(pixels.width) * pixels.height * channels);
  const int format = channels == 1 ? TJPF_GRAY : channels == 3 ? TJPF_RGB : TJPF_CMYK;
  CHECK(tjDecompress2(handle, data, bytes.size(), pixels.bytes.data(), pixels.width, 0, pixels.height, format,
                      TJFLAG_ACCURATEDCT) == 0);
  tjDestroy(handle);
  if (channels < 4) return pixels;
  Pixels rgb{pixels.width, pixels.height, 3, {}};
  for (std::size_t i = 0; i < pixels.bytes.size(); i += 4) {
    for (std::size_t c = 0; c < 3; ++c) {
      rgb.bytes.push_back(static_cast<std::uint8_t>(std::lround(pixels.bytes[i + c] * (pixels.bytes[i + 3] / 255.0))));
    }
  }
  return rgb;
}

}  // namespace

TEST_CASE("whole images are those of TurboJPEG") {
  Random random(3);
  for (const JpegKind& kind : test::kJpegKinds) {
    CAPTURE(kind.name);
    for (const auto& [width, height] : {std::pair{1, 1}, {2, 5}, {17, 33}, {200, 61}}) {
      const std::string bytes = test::jpegOf(test::scene(width, height, test::channelsOf(kind), random), kind, 85);
      const Pixels whole = decodeImage(bytes, "whole");
      CHECK_FALSE(difference(whole, byTurboJpeg(bytes, test::channelsOf(kind)), {0, 0, width, height}));
    }
  }
}

TEST_CASE("any part of any kind of image is bit for bit that of the whole") {
  Random random(1);
  for (const JpegKind& kind : test::kJpegKinds) {
    CAPTURE(kind.name);
    for (int i = 0; i < 60; ++i) {
      const int width = 1 + static_cast<int>(random.below(i % 3 == 0 ? 300 : 90));
      const int height = 1 + static_cast<int>(random.below(i % 3 == 1 ? 300 : 90));
      const int quality = i % 2 ? 95 : 40;
      checkBoxes(test::jpegOf(test::scene(width, height, test::channelsOf(kind), random), kind, quality), 12, random);
    }
  }
}

TEST_CASE("every place and size of a part, of images around the size of their blocks") {
  Random random(2);
  for (const std::size_t kind : {0, 2, 3, 4, 5, 11}) {
    const JpegKind& one = test::kJpegKinds[kind];
    CAPTURE(one.name);
    const std::string bytes = test::jpegOf(test::scene(83, 67, test::channelsOf(one), random), one, 90);
    const Pixels whole = decodeImage(bytes, "whole");
    Pixels reused;
    std::size_t wrong = 0;
    for (int left = 0; left < 83; ++left) wrong += wrongIn(bytes, whole, {left, 20, 1, 3}, reused).has_value();
    for (int right = 1; right <= 83; ++right)
      wrong += wrongIn(bytes, whole, {right / 2, 9, right - right / 2, 2}, reused).has_value();
    for (int top = 0; top < 67; ++top) {
      for (int rows = 1; rows <= 67 - top; ++rows)
        wrong += wrongIn(bytes, whole, {8, top, 70, rows}, reused).has_value();
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("only the part is decoded where that is possible") {
  Random random(9);
  for (const JpegKind& kind : test::kJpegKinds) {
    CAPTURE(kind.name);
    const std::string bytes = test::jpegOf(test::scene(300, 200, test::channelsOf(kind), random), kind, 90);
    Pixels pixels = decodeImage(bytes, "whole");
    std::fill(pixels.bytes.begin(), pixels.bytes.end(), std::uint8_t{0xA5});
    const Part part({100, 80, 90, 40});
    decodeImage(bytes, "part", &part, pixels);
    const auto untouched = std::count(pixels.bytes.begin(), pixels.bytes.end(), std::uint8_t{0xA5});
    const bool whole = kind.progressive || kind.arithmetic || (kind.across == 4 && kind.down == 2) ||
                       (kind.colours == JCS_GRAYSCALE && kind.across == 2);
    CHECK((untouched > std::ssize(pixels.bytes) * 7 / 10) == !whole);
  }
}

TEST_CASE("parts of turned images") {
  Random random(4);
  for (int orientation = 2; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    for (const JpegKind& kind : test::kJpegKinds) {
      CAPTURE(kind.name);
      const Pixels scene = test::scene(75, 130, test::channelsOf(kind), random);
      const std::string bytes = test::jpegOf(scene, kind, 90, orientation);
      Oddities found = 0;
      const Pixels whole = decodeImage(bytes, "whole", &found);
      CHECK((found & bitOf(Oddity::Turned)) != 0);
      CHECK(whole.width == (orientation < 5 ? 75 : 130));
      checkBoxes(bytes, 12, random);
    }
  }
}

TEST_CASE("a file cut short is refused, whatever part is wanted") {
  Random random(5);
  for (const JpegKind& kind : test::kJpegKinds) {
    CAPTURE(kind.name);
    const std::string bytes = test::jpegOf(test::scene(120, 90, test::channelsOf(kind), random), kind, 90);
    Pixels pixels;
    const Part part({3, 3, 40, 20});
    for (int i = 0; i < 30; ++i) {
      const std::size_t keep = 20 + random.below(bytes.size() - 21);
      CAPTURE(keep);
      CHECK_THROWS_AS(decodeImage(bytes.substr(0, keep), "cut", &part, pixels), Error);
      CHECK_THROWS_AS(decodeImage(bytes.substr(0, keep), "cut"), Error);
    }
    decodeImage(bytes, "sound", &part, pixels);  // The one after a damaged one.
    CHECK_FALSE(difference(decodeImage(bytes, "sound"), pixels, {3, 3, 40, 20}));
  }
}

TEST_CASE("no image inherits the tables of the one before") {
  Random random(6);
  const JpegKind kind = test::kJpegKinds[0];
  const std::string sound = test::jpegOf(test::scene(40, 40, 3, random), kind, 50);
  std::string bare = test::jpegOf(test::scene(40, 40, 3, random), kind, 90);
  for (int table = 0; table < 2; ++table) {  // Its quantisation tables go.
    const std::size_t at = bare.find("\xFF\xDB");
    REQUIRE(at != std::string::npos);
    bare.erase(at, 2 + static_cast<unsigned char>(bare[at + 2]) * 256 + static_cast<unsigned char>(bare[at + 3]));
  }
  CHECK_THROWS_AS(decodeImage(bare, "bare"), Error);
  decodeImage(sound, "sound");
  CHECK_THROWS_AS(decodeImage(bare, "bare"), Error);
}

TEST_CASE("changed bytes are refused or read, and what is read of a part is there") {
  Random random(7);
  for (const JpegKind& kind : test::kJpegKinds) {
    CAPTURE(kind.name);
    const std::string sound = test::jpegOf(test::scene(90, 70, test::channelsOf(kind), random), kind, 80, 6);
    for (int i = 0; i < 60; ++i) {
      std::string bytes = sound;
      for (int k = 0; k <= i % 3; ++k) bytes[2 + random.below(bytes.size() - 2)] = static_cast<char>(random.below(256));
      Pixels pixels;
      const Part part({1, 2, 30, 20});
      try {
        decodeImage(bytes, "changed", &part, pixels);
        CHECK(pixels.bytes.size() == static_cast<std::size_t>(pixels.width) * pixels.height * pixels.channels);
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Input);
        continue;
      }
      // Where the whole is sound as well, both say the same.
      try {
        CHECK_FALSE(difference(decodeImage(bytes, "changed"), pixels, {1, 2, 30, 20}));
      } catch (const Error&) {
      }
    }
  }
}

TEST_CASE("threads decode for themselves") {
  Random random(8);
  const std::string bytes = test::jpegOf(test::scene(220, 160, 3, random), test::kJpegKinds[0], 90);
  const Pixels whole = decodeImage(bytes, "whole");
  std::vector<std::jthread> threads;
  std::array<bool, 4> right{};
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([&, t] {
      Pixels pixels;
      const PixelBox box{static_cast<int>(30 * t), 20, 90, 100};
      const Part part(box);
      right[t] = true;
      for (int i = 0; i < 20; ++i) {
        decodeImage(bytes, "part", &part, pixels);
        right[t] = right[t] && !difference(whole, pixels, box);
      }
    });
  }
  threads.clear();
  CHECK(right == std::array<bool, 4>{true, true, true, true});
}
