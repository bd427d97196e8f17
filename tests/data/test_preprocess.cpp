// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <map>

#include "base/error.h"
#include "data/preprocess.h"
#include "helpers.h"
#include "synthetic.h"

using namespace gf;
using test::synthetic;

namespace {

/// Mean 0 and std 1 for `channels`: the result is pixel / 255.
Preprocess plain(int channels, int height, int width) {
  Preprocess p;
  p.inputSize = {channels, height, width};
  p.mean.assign(channels, 0.0F);
  p.std.assign(channels, 1.0F);
  p.cropPct = 1;
  return p;
}

Preprocess fromJson(const nlohmann::json& one, const nlohmann::json& golden) {
  Preprocess p;
  p.inputSize = one["input_size"].get<std::array<int, 3>>();
  p.mean = golden["mean"].get<std::vector<float>>();
  p.std = golden["std"].get<std::vector<float>>();
  p.mean.resize(p.inputSize[0]);
  p.std.resize(p.inputSize[0]);
  p.interpolation = one["interpolation"] == "bilinear" ? Interpolation::Bilinear : Interpolation::Bicubic;
  p.cropPct = one["crop_pct"].get<double>();
  p.cropMode = std::map<std::string, CropMode>{{"center", CropMode::Center},
                                               {"squash", CropMode::Squash},
                                               {"border", CropMode::Border}}[one["crop_mode"].get<std::string>()];
  return p;
}

/// The 8-bit pixels that a prepared tensor came from, [H, W, C].
at::Tensor pixelsOf(const at::Tensor& prepared, const Preprocess& p) {
  const auto mean = torch::tensor(p.mean).view({-1, 1, 1}), std = torch::tensor(p.std).view({-1, 1, 1});
  return ((prepared * std + mean) * 255).round().to(at::kInt).permute({1, 2, 0}).contiguous();
}

}  // namespace

TEST_CASE("resize and crop are those of Pillow and timm's rules, bit for bit") {
  const auto golden = nlohmann::json::parse(test::golden("resize.json"));
  const std::string bytes = test::golden("resize.bin");
  for (const auto& one : golden["cases"]) {
    const std::string name = one.dump();
    CAPTURE(name);
    const auto size = one["image"].get<std::array<int, 3>>();
    const auto p = fromJson(one, golden);
    const auto result = pixelsOf(prepare(synthetic(size[0], size[1], size[2]), p, {}), p);
    const auto step = one["row_step"].get<std::int64_t>();
    const auto rows = result.index({torch::indexing::Slice(torch::indexing::None, torch::indexing::None, step)});
    REQUIRE(rows.numel() == one["bytes"].get<std::int64_t>());
    auto* begin = const_cast<char*>(bytes.data()) + one["offset"].get<std::size_t>();
    const auto expected = torch::from_blob(begin, rows.sizes(), at::kByte).to(at::kInt);
    const auto difference = (rows - expected).abs();
    const auto most = difference.max().item<std::int64_t>();
    CHECK(most == 0);
  }
}

TEST_CASE("normalised values are exactly those of fp32 arithmetic in NumPy") {
  const auto golden = nlohmann::json::parse(test::golden("resize.json"));
  const auto values = golden["values"].get<std::vector<std::uint8_t>>();
  auto p = plain(3, 1, static_cast<int>(values.size()));
  p.mean = golden["mean"].get<std::vector<float>>();
  p.std = golden["std"].get<std::vector<float>>();
  Pixels pixels{static_cast<int>(values.size()), 1, 3, {}};
  for (const auto value : values) pixels.bytes.insert(pixels.bytes.end(), 3, value);
  const auto result = prepare(pixels, p, {});
  for (int c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      CHECK(result[c][0][static_cast<int>(i)].item<double>() == golden["normalised"][c][i].get<double>());
    }
  }
}

TEST_CASE("a flipped view is the mirror image of the other") {
  const auto pixels = synthetic(41, 33, 3);
  for (const auto mode : {CropMode::Center, CropMode::Squash, CropMode::Border}) {
    auto p = plain(3, 24, 25);
    p.cropMode = mode;
    p.cropPct = 0.83;
    const auto straight = prepare(pixels, p, {false}), flipped = prepare(pixels, p, {true});
    CHECK(flipped.equal(straight.flip(2)));
    CHECK_FALSE(flipped.equal(straight));
  }
}

TEST_CASE("grey serves three equal channels, colour becomes grey by ITU-R 601") {
  const auto grey = synthetic(20, 20, 1);
  const auto three = prepare(grey, plain(3, 20, 20), {});
  CHECK(three[0].equal(three[1]));
  CHECK(three[0].equal(prepare(grey, plain(1, 20, 20), {})[0]));
  // 0.299·200 + 0.587·100 + 0.114·50 = 124.2
  const auto one = prepare(Pixels{1, 1, 3, {200, 100, 50}}, plain(1, 1, 1), {});
  CHECK(one.item<float>() == 124.0F / 255.0F);
}

TEST_CASE("an image of the input size passes untouched when nothing is cropped") {
  const auto pixels = synthetic(17, 11, 3);
  const auto p = plain(3, 11, 17);
  const auto expected =
      torch::from_blob(const_cast<std::uint8_t*>(pixels.bytes.data()), {11, 17, 3}, at::kByte).to(at::kInt);
  CHECK(pixelsOf(prepare(pixels, p, {}), p).equal(expected));
}

TEST_CASE("a preprocessing that contradicts itself is refused") {
  const auto pixels = synthetic(8, 8, 3);
  const auto refused = [&](auto change) {
    auto p = plain(3, 8, 8);
    change(p);
    CHECK_THROWS_AS(prepare(pixels, p, {}), Error);
  };
  refused([](Preprocess& p) { p.inputSize[0] = 4; });
  refused([](Preprocess& p) { p.inputSize[1] = 0; });
  refused([](Preprocess& p) { p.inputSize[2] = 100000; });
  refused([](Preprocess& p) { p.mean.pop_back(); });
  refused([](Preprocess& p) { p.std[1] = 0; });
  refused([](Preprocess& p) { p.std[1] = NAN; });
  refused([](Preprocess& p) { p.cropPct = 0; });
  refused([](Preprocess& p) { p.cropPct = 1e-9; });
  refused([](Preprocess& p) { p.cropPct = 2.01; });
}

TEST_CASE("of an image far too long for its input only what is shown is made") {
  auto p = plain(3, 4000, 4000);
  const Pixels line{1, 65000, 3, std::vector<std::uint8_t>(195000, 51)};
  const auto result = prepare(line, p, {});
  CHECK(result.min().item<float>() == 0.2F);
  CHECK(result.max().item<float>() == 0.2F);
}
