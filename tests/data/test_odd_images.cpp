// SPDX-License-Identifier: Apache-2.0
// Images with every oddity against Pillow (make_oddities.py), and what a check says of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "base/error.h"
#include "data/dataset.h"
#include "data/image_file.h"
#include "data/left_out.h"
#include "data/sample_visit.h"
#include "helpers.h"

using namespace gf;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

struct Odd {
  std::string name;
  Oddities odd = 0;
  int tolerance = 0, width = 0, height = 0;
};

std::vector<Odd> oddImages() {
  std::istringstream lines(test::golden("odd/index.txt"));
  std::vector<Odd> all;
  for (Odd one; lines >> one.name >> one.odd >> one.tolerance >> one.width >> one.height;) all.push_back(one);
  return all;
}

}  // namespace

TEST_CASE("every oddity looks as it does to Pillow and is named") {
  const auto all = oddImages();
  CHECK(all.size() >= 50);
  Oddities seen = 0;
  for (const auto& one : all) {
    CAPTURE(one.name);
    Oddities found = 0;
    const Pixels pixels = readImage(fs::path(GF_TEST_DATA) / "odd" / one.name, &found);
    CHECK(found == one.odd);
    seen |= found;
    REQUIRE(pixels.width == one.width);
    REQUIRE(pixels.height == one.height);
    CHECK(pixels.channels == ((one.odd & bitOf(Oddity::Grey)) != 0 ? 1 : 3));
    const std::string expected = test::golden("odd/" + one.name + ".rgb");
    int worst = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const int ours = pixels.bytes[pixels.channels == 1 ? i / 3 : i];
      worst = std::max(worst, std::abs(ours - static_cast<unsigned char>(expected[i])));
    }
    CHECK(worst <= one.tolerance);
  }
  CHECK(seen == (Oddities{1} << kOddities) - 1);
}

TEST_CASE("a folder of images says what is odd about each") {
  TempFolder folder;
  test::write(folder / "a/turned.png", test::golden("odd/turned6.png"));
  test::write(folder / "a/moving.gif", test::golden("odd/moving.gif"));
  test::write(folder / "b/n02105855_2933.JPEG", test::golden("odd/really-png.JPEG"));
  const auto data = openData(folder.path()).eval;
  REQUIRE(data->size() == 3);
  Pixels pixels;
  CHECK(data->examine(0, pixels) == (bitOf(Oddity::Palette) | bitOf(Oddity::Animated)));
  CHECK(data->examine(1, pixels) == bitOf(Oddity::Turned));
  CHECK(data->examine(2, pixels) == bitOf(Oddity::Misnamed));
}

TEST_CASE("samples are left out, and the rest keeps its order, labels and names") {
  TempFolder folder;
  for (const char* name : {"a/1.png", "a/3.png", "b/1.png"}) test::write(folder / name, test::golden("rgb.png"));
  for (const char* name : {"a/2.png", "b/2.png"}) test::write(folder / name, "no image");
  const auto data = openData(folder.path()).eval;
  std::vector<std::uint32_t> samples{0, 1, 2, 3, 4};
  const auto bad = unreadableOf(*data, samples, 3, Control(), "reading");
  REQUIRE(bad.size() == 2);
  CHECK(bad[0].sample == 1);
  CHECK(bad[0].name == "a/2.png");
  CHECK(bad[0].rule == "must be a JPEG, PNG, GIF, BMP, WebP or TIFF image");
  CHECK(bad[1].name == "b/2.png");
  const auto rest = withoutSamples(data, bad);
  REQUIRE(rest->size() == 3);
  CHECK(rest->sampleName(1) == "a/3.png");
  CHECK(rest->labels()[2] == 1);
  CHECK(rest->image(2).width > 0);
  CHECK(rest->identity() != data->identity());
  CHECK(rest->identity() != withoutSamples(data, {bad.data(), 1})->identity());
  CHECK(withoutSamples(data, {}) == data);
  CHECK_THROWS_AS(rest->image(3), Error);
  const auto one = openData(folder.path()).eval;
  std::vector<Unreadable> all;
  for (std::uint32_t i = 0; i < 5; ++i) all.push_back({i, "x", "y", "z"});
  CHECK_THROWS_AS(withoutSamples(one, all), Error);
}

TEST_CASE("every sample is visited once, whatever the threads; a failure and a stop end it") {
  for (const int threads : {1, 3}) {
    std::vector<int> visits(1000, 0);
    visitSamples(visits.size(), threads, Control(), "counting", [&](std::size_t i) { ++visits[i]; });
    CHECK(std::all_of(visits.begin(), visits.end(), [](int n) { return n == 1; }));
    CHECK_THROWS_AS(visitSamples(1000, threads, Control(), "failing",
                                 [](std::size_t i) {
                                   if (i == 700) failRun("x", "y", "z");
                                 }),
                    Error);
    std::stop_source stop;
    const Control control(stop.get_token(), nullptr, {});
    CHECK_THROWS_AS(visitSamples(1000, threads, control, "stopping",
                                 [&](std::size_t i) {
                                   if (i == 5) stop.request_stop();
                                 }),
                    Stopped);
  }
}
