// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "data/loader.h"
#include "data/packed_format.h"
#include "data/preparer.h"
#include "helpers.h"
#include "synthetic.h"

using namespace gf;

namespace {

const nlohmann::json& golden() {
  static const auto views = nlohmann::json::parse(test::golden("views.json"));
  return views;
}

Pixels imageOf(const nlohmann::json& one) {
  const auto size = one["image"].get<std::array<int, 3>>();
  return test::synthetic(size[0], size[1], size[2]);
}

Preprocess modelOf(int channels, int height, int width, const std::string& interpolation = "bicubic", double pct = 1) {
  Preprocess p;
  p.inputSize = {channels, height, width};
  p.mean.assign(static_cast<std::size_t>(channels), 0.4F);
  p.std.assign(static_cast<std::size_t>(channels), 0.25F);
  p.interpolation = interpolation == "bilinear" ? Interpolation::Bilinear : Interpolation::Bicubic;
  p.cropPct = pct;
  return p;
}

std::string cropOf(const Preparer& preparer, const Pixels& image, const View& view = {}) {
  PrepareScratch scratch;
  std::string bytes(preparer.floats(), '\0');
  preparer.crop(image, view, scratch, reinterpret_cast<std::uint8_t*>(bytes.data()));
  return bytes;
}

ColourJitter jitterOf(const nlohmann::json& one) {
  ColourJitter jitter;
  const auto order = one["order"].get<std::array<int, 3>>();
  for (std::size_t i = 0; i < 3; ++i) jitter.order[i] = static_cast<ColourJitter::Change>(order[i]);
  jitter.factors = one["factors"].get<std::array<float, 3>>();
  return jitter;
}

}  // namespace

TEST_CASE("strong views are a pure function of seed, sample and epoch, as a second program computes them") {
  for (const auto& one : golden()["strong"]) {
    const View view = viewOf(one["seed"].get<std::uint64_t>(), one["sample"].get<std::uint32_t>(),
                             one["epoch"].get<int>(), Augment::Strong);
    REQUIRE(view.strong);
    CHECK(view.flip == one["flip"].get<bool>());
    CHECK(view.strong->jitter == jitterOf(one));
    CHECK(view.strong->cropKey == one["key"].get<std::uint64_t>());
    for (const auto& box : one["boxes"]) {
      const auto number = box.get<std::array<int, 6>>();
      const PixelBox drawn = strongCrop(view.strong->cropKey, {number[0], number[1]});
      CHECK(std::array{drawn.left, drawn.top, drawn.width, drawn.height} ==
            std::array{number[2], number[3], number[4], number[5]});
    }
  }
  CHECK_FALSE(viewOf(0, 0, 0, Augment::Flip).strong);
}

TEST_CASE("random crops keep to their shares of the area and of the sides") {
  double smallest = 1, largest = 0, sum = 0;
  for (std::uint64_t key = 0; key < 4000; ++key) {
    const PixelBox box = strongCrop(key * 977, {640, 480});
    REQUIRE((box.left >= 0 && box.top >= 0 && box.left + box.width <= 640 && box.top + box.height <= 480));
    const double share = box.width * box.height / (640.0 * 480), ratio = static_cast<double>(box.width) / box.height;
    CHECK((ratio > 0.74 && ratio < 1.35));
    smallest = std::min(smallest, share);
    largest = std::max(largest, share);
    sum += share;
  }
  CHECK((smallest > 0.079 && smallest < 0.09));
  CHECK((largest > 0.95 && largest <= 1));
  CHECK((sum / 4000 > 0.4 && sum / 4000 < 0.56));
}

TEST_CASE("colours change as torchvision's ColorJitter changes them, bit for bit") {
  for (const auto& one : golden()["jitter"]) {
    auto image = test::synthetic(53, 37, one["channels"].get<int>());
    jitter(image.bytes.data(), 53 * 37, image.channels, jitterOf(one));
    CHECK(crc32Of({reinterpret_cast<const char*>(image.bytes.data()), image.bytes.size()}) ==
          one["crc"].get<std::uint32_t>());
  }
}

TEST_CASE("a strong view is torchvision's resized crop, flip and jitter with the same parameters") {
  for (const auto& one : golden()["crops"]) {
    const std::string name = one.dump();
    CAPTURE(name);
    const View view = viewOf(9, one["sample"].get<std::uint32_t>(), 1, Augment::Strong);
    const Pixels image = imageOf(one);
    const auto model = modelOf(image.channels, one["size"][0].get<int>(), one["size"][1].get<int>(),
                               one["interpolation"].get<std::string>());
    CHECK(crc32Of(cropOf(Preparer(model), image, view)) == one["crc"].get<std::uint32_t>());
    // Whose crop would be shared does not matter: the part is drawn.
    CHECK(cropOf(Preparer(model, modelOf(3, 20, 20)), image, view) == cropOf(Preparer(model), image, view));
  }
}

TEST_CASE("another model sees the part of the image that the student crops, at its own size") {
  for (const auto& one : golden()["shared"]) {
    const std::string name = one.dump();
    CAPTURE(name);
    const Pixels image = imageOf(one);
    const int edge = one["student"].get<int>(), other = one["teacher"].get<int>();
    const auto student = modelOf(image.channels, edge, edge, "bicubic", one["crop_pct"].get<double>());
    const auto teacher = modelOf(image.channels, other, other, one["interpolation"].get<std::string>(), 0.7);
    const Preparer preparer(teacher, student);
    CHECK(crc32Of(cropOf(preparer, image)) == one["crc"].get<std::uint32_t>());
    CHECK(crc32Of(cropOf(preparer, image, {true, {}})) == one["crc_mirrored"].get<std::uint32_t>());
  }
}

TEST_CASE("the student's training view, and that of inputs of its size, is its evaluation crop") {
  const auto image = test::synthetic(123, 77, 3);
  for (const double pct : {0.8, 1.0, 1.15}) {
    const auto student = modelOf(3, 48, 48, "bicubic", pct);
    auto teacher = modelOf(3, 48, 48, "bicubic", 0.9);
    teacher.mean = {0.1F, 0.2F, 0.3F};
    const auto seen = cropOf(Preparer(student), image);
    CHECK(cropOf(Preparer(student, student), image) == seen);
    CHECK(cropOf(Preparer(teacher, student), image) == seen);
    CHECK(Preparer(teacher, student).cropsLike(Preparer(student)));
    CHECK(cropOf(Preparer(teacher), image) != seen);
    teacher.interpolation = Interpolation::Bilinear;
    CHECK_FALSE(Preparer(teacher, student).cropsLike(Preparer(student)));
  }
}

TEST_CASE("what a view does not read may be anything") {
  auto student = modelOf(3, 40, 40, "bicubic", 0.6);
  for (const int channels : {1, 3}) {
    for (const int edge : {40, 25}) {
      const Preparer preparer(modelOf(channels, edge, edge), student);
      const auto image = test::synthetic(160, 90, 3);
      for (std::uint32_t sample = 0; sample < 20; ++sample) {
        const View view = viewOf(4, sample, 0, sample % 2 ? Augment::Strong : Augment::Flip);
        const PixelBox box = preparer.boxOf(image.width, image.height, view);
        CHECK((box.width < image.width || box.height < image.height));
        auto rest = image;
        for (int y = 0; y < rest.height; ++y) {
          for (int x = 0; x < rest.width; ++x) {
            if (x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height) continue;
            for (int c = 0; c < 3; ++c) rest.bytes[static_cast<std::size_t>((y * rest.width + x) * 3 + c)] ^= 0xff;
          }
        }
        REQUIRE(cropOf(preparer, rest, view) == cropOf(preparer, image, view));
      }
    }
  }
}

namespace {

class Pictures final : public DataSet {
 public:
  std::size_t size() const override { return labels_.size(); }
  std::span<const std::int32_t> labels() const override { return labels_; }
  const std::vector<std::string>& classNames() const override { return names_; }
  std::string sampleName(std::size_t index) const override { return std::to_string(index); }
  const std::string& identity() const override { return names_[0]; }
  Pixels image(std::size_t index) const override { return test::synthetic(50 + static_cast<int>(index), 60, 3); }

 private:
  std::vector<std::int32_t> labels_{0, 1, 0, 1};
  std::vector<std::string> names_{"a", "b"};
};

}  // namespace

TEST_CASE("a loader of training views gives all models the first one's crop") {
  const auto student = modelOf(3, 24, 24, "bicubic", 0.7), teacher = modelOf(3, 24, 24);
  for (const bool shared : {true, false}) {
    LoaderOptions options;
    options.batch = 4;
    options.sharedCrop = shared;
    Loader loader(std::make_shared<Pictures>(), {0, 1, 2, 3}, {student, teacher}, options);
    loader.start(0);
    const auto batch = loader.next();
    REQUIRE(batch);
    const auto bytes = [](const at::Tensor& images) {
      return std::string(static_cast<const char*>(images.const_data_ptr()), images.nbytes());
    };
    CHECK((bytes(batch->inputs[0]) == bytes(batch->inputs[1])) == shared);
  }
}
