// SPDX-License-Identifier: Apache-2.0
// Decoded images that are kept change no bit of a batch, and each image is decoded once for all epochs and loaders.
#include <doctest/doctest.h>

#include <numeric>

#include "base/error.h"
#include "base/kept_files.h"
#include "base/log.h"
#include "data/crop_store.h"
#include "data/loader.h"
#include "data/sample_view.h"
#include "jpeg_maker.h"
#include "packed_material.h"

using namespace gf;

namespace {

constexpr std::uint64_t kRoom = 100'000'000;

void writeJpegs(const test::fs::path& folder, int count) {
  Random random(21);
  for (int i = 0; i < count; ++i) {
    const auto& kind = test::kJpegKinds[static_cast<std::size_t>(i) % test::kJpegKinds.size()];
    const auto scene = test::scene(120 + i % 70, 130 - i % 60, test::channelsOf(kind), random);
    test::write(folder / (i % 2 ? "cat" : "dog") / (std::to_string(1000 + i) + ".jpg"),
                test::jpegOf(scene, kind, 90, 1 + i % 8));
  }
}

Preprocess input(int side, float mean, int channels = 3, double cropPct = 0.875) {
  Preprocess p;
  p.inputSize = {channels, side, side};
  p.mean.assign(static_cast<std::size_t>(channels), mean);
  p.std.assign(static_cast<std::size_t>(channels), 0.229F);
  p.cropPct = cropPct;
  return p;
}

/// Three geometries where all see the first one's crop, four where each sees its own.
const std::vector<Preprocess> kModels{input(48, 0.4F), input(48, 0.5F), input(64, 0.4F, 3, 1), input(40, 0.3F, 1),
                                      input(48, 0.4F, 3, 1.1)};

std::vector<std::uint32_t> all(const DataSet& data) {
  std::vector<std::uint32_t> samples(data.size());
  std::iota(samples.begin(), samples.end(), 0U);
  return samples;
}

LoaderOptions options(Augment augment, CropStore* crops) {
  LoaderOptions o;
  o.batch = 10;
  o.threads = 2;
  o.augment = augment;
  o.crops = crops;
  return o;
}

std::vector<at::Tensor> epochOf(const std::shared_ptr<const DataSet>& data, const LoaderOptions& how, int epoch,
                                const std::vector<Preprocess>& models = kModels) {
  Loader loader(data, all(*data), models, how);
  loader.start(epoch);
  std::vector<at::Tensor> found;
  while (auto batch = loader.next()) found.insert(found.end(), batch->inputs.begin(), batch->inputs.end());
  return found;
}

bool same(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const at::Tensor& one, const at::Tensor& other) { return one.equal(other); });
}

std::string errorOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a mirrored view is the plain one mirrored, whatever the geometry") {
  Random random(5);
  PrepareScratch scratch;
  for (const auto& [width, height] : {std::pair{64, 64}, {97, 41}, {41, 97}, {300, 200}, {33, 500}, {7, 5}, {1, 1}}) {
    for (const int imageChannels : {1, 3}) {
      const Pixels image = test::scene(width, height, imageChannels, random);
      for (const CropMode mode : {CropMode::Center, CropMode::Squash, CropMode::Border}) {
        for (const double share : {0.5, 0.875, 1.0, 1.15, 2.0}) {
          for (const auto& size : {std::array{3, 32, 32}, {3, 33, 47}, {1, 48, 31}, {3, 7, 1}}) {
            Preprocess own = input(32, 0.4F, size[0], share), shared = input(40, 0.45F, 3, share);
            own.inputSize = size;
            own.cropMode = shared.cropMode = mode;
            for (const Interpolation interpolation : {Interpolation::Bilinear, Interpolation::Bicubic}) {
              own.interpolation = interpolation;
              for (const Preparer& preparer : {Preparer(own), Preparer(own, shared)}) {
                std::vector<std::uint8_t> plain(preparer.floats()), mirrored(preparer.floats());
                preparer.crop(image, View{}, scratch, plain.data());
                preparer.crop(image, View{true}, scratch, mirrored.data());
                mirror(plain.data(), {size[2], size[1]}, size[0]);
                CHECK((plain == mirrored));
                const PixelBox a = preparer.boxOf(width, height, View{}), b = preparer.boxOf(width, height, View{true});
                CHECK((a.left == b.left && a.top == b.top && a.width == b.width && a.height == b.height));
              }
            }
          }
        }
      }
    }
  }
}

TEST_CASE("batches are the same bit for bit, and each image is decoded once") {
  const test::TempFolder folder;
  constexpr int kImages = 68;
  writeJpegs(folder / "data", kImages);
  const auto data = openData(folder / "data").eval;
  int kept = 0;
  for (const bool sharedCrop : {false, true}) {
    for (const bool late : {false, true}) {
      for (const Augment augment : {Augment::None, Augment::Flip}) {
        CropStore first({folder / std::to_string(kept), kRoom}, *data, all(*data));
        CropStore second({folder / std::to_string(kept++), kRoom}, *data, all(*data));
        for (int epoch = 0; epoch < 3; ++epoch) {
          auto how = options(augment, nullptr);
          how.sharedCrop = sharedCrop;
          how.normaliseOnDevice = late;
          const auto without = epochOf(data, how, epoch);
          REQUIRE(without.size() == 7 * kModels.size());
          how.crops = &first;
          CHECK(same(epochOf(data, how, epoch), without));
          how.crops = &second;  // as another process has it
          CHECK(same(epochOf(data, how, epoch), without));
        }
        CHECK(first.use().decoded == kImages);
        CHECK(first.use().served == 2 * kImages);
        CHECK(second.use().decoded == 0);
        CHECK(second.use().served == 3 * kImages);
        const auto files = keptFiles(folder / std::to_string(kept - 1));
        CHECK(files.size() == (sharedCrop ? 3 : 4));
        CHECK(evictTo(folder / std::to_string(kept - 1), 0) == bytesOf(files));  // all in use
      }
    }
  }
}

TEST_CASE("views with random parts and colours are decoded as before") {
  const test::TempFolder folder;
  writeJpegs(folder / "data", 20);
  const auto data = openData(folder / "data").eval;
  CropStore crops({folder / "kept", kRoom}, *data, all(*data));
  for (int epoch = 0; epoch < 2; ++epoch) {
    auto how = options(Augment::Strong, nullptr);
    how.sharedCrop = true;
    const auto without = epochOf(data, how, epoch);
    how.crops = &crops;
    CHECK(same(epochOf(data, how, epoch), without));
  }
  CHECK(crops.use().decoded == 40);
}

TEST_CASE("where some geometries are kept and others are not, the image is decoded once for those") {
  const test::TempFolder folder;
  writeJpegs(folder / "data", 20);
  const auto data = openData(folder / "data").eval;
  const std::vector<Preprocess> one{kModels[0]};
  CropStore crops({folder / "kept", kRoom}, *data, all(*data));
  epochOf(data, options(Augment::Flip, &crops), 0, one);
  CHECK(same(epochOf(data, options(Augment::Flip, &crops), 1), epochOf(data, options(Augment::Flip, nullptr), 1)));
  CHECK(crops.use().decoded == 40);
  CHECK(same(epochOf(data, options(Augment::Flip, &crops), 2), epochOf(data, options(Augment::Flip, nullptr), 2)));
  CHECK(crops.use().decoded == 40);
}

TEST_CASE("without room images are decoded in every pass, and that is said once") {
  const test::TempFolder folder;
  writeJpegs(folder / "data", 20);
  const auto data = openData(folder / "data").eval;
  std::vector<std::string> lines;
  const LogSubscription subscription([&](const LogEntry& entry) { lines.push_back(entry.text); });
  // Room for the crops of 40 × 40 grey pixels alone, which come last.
  CropStore crops({folder / "kept", 40'000}, *data, all(*data));
  for (int epoch = 0; epoch < 2; ++epoch) {
    CHECK(same(epochOf(data, options(Augment::Flip, &crops), epoch),
               epochOf(data, options(Augment::Flip, nullptr), epoch)));
  }
  CHECK(crops.use().decoded == 40);
  CHECK(keptFiles(folder / "kept").size() == 1);
  CHECK(lines.size() == 4);
  CHECK(std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
          return line.find("decoded in every pass") != std::string::npos && line.find("room") != std::string::npos;
        }) == 3);
}

TEST_CASE("damaged rows are decoded again and put right") {
  const test::TempFolder folder;
  writeJpegs(folder / "data", 20);
  const auto data = openData(folder / "data").eval;
  const std::vector<Preprocess> one{kModels[0]};
  const auto without = epochOf(data, options(Augment::Flip, nullptr), 0, one);
  const auto decoded = [&] {
    CropStore crops({folder / "kept", kRoom}, *data, all(*data));
    CHECK(same(epochOf(data, options(Augment::Flip, &crops), 0, one), without));
    return crops.use().decoded;
  };
  CHECK(decoded() == 20);
  const auto file = keptFiles(folder / "kept").front().path;
  const std::string sound = test::read(file);
  std::string damaged = sound;
  damaged[damaged.size() / 2] ^= 1;
  damaged[damaged.size() - 1] ^= 1;
  test::write(file, damaged);
  CHECK(decoded() == 2);
  CHECK((test::read(file) == sound));
  CHECK(decoded() == 0);
}

TEST_CASE("an image that cannot be read is named as before, whatever is kept of the others") {
  const test::TempFolder folder;
  writeJpegs(folder / "data", 20);
  test::write(folder / "data/cat/1003.jpg", test::read(folder / "data/cat/1003.jpg").substr(0, 900));
  const auto data = openData(folder / "data").eval;
  CropStore crops({folder / "kept", kRoom}, *data, all(*data));
  const std::string without = errorOf([&] { epochOf(data, options(Augment::Flip, nullptr), 0); });
  CHECK(without.find("1003.jpg") != std::string::npos);
  for (int epoch = 0; epoch < 2; ++epoch) {
    CHECK(errorOf([&] { epochOf(data, options(Augment::Flip, &crops), epoch); }) == without);
  }
}

TEST_CASE("what is not of the transfer set is decoded and not kept; another transfer set has files of its own") {
  const test::TempFolder folder;
  writeJpegs(folder / "data", 20);
  const auto data = openData(folder / "data").eval;
  const std::vector<Preprocess> one{kModels[0]};
  CropStore some({folder / "kept", kRoom}, *data, {3, 4, 19});
  for (int epoch = 0; epoch < 2; ++epoch) {
    CHECK(same(epochOf(data, options(Augment::Flip, &some), epoch, one),
               epochOf(data, options(Augment::Flip, nullptr), epoch, one)));
  }
  CHECK(some.use().served == 3);
  CropStore others({folder / "kept", kRoom}, *data, {3, 4, 18});
  epochOf(data, options(Augment::Flip, &others), 0, one);
  CHECK(others.use().served == 0);
  CHECK(keptFiles(folder / "kept").size() == 2);
}

TEST_CASE("the key follows all that decides pixels, and nothing else") {
  const auto key = [](const Preparer& preparer, const std::string& data = "d", const std::string& samples = "s") {
    return cropKey(preparer, data, samples);
  };
  const Preprocess base = input(48, 0.4F);
  const std::string reference = key(Preparer(base));
  CHECK(reference == key(Preparer(input(48, 0.5F))));  // the mean normalises only
  CHECK(reference != key(Preparer(base), "e"));
  CHECK(reference != key(Preparer(base), "d", "t"));
  const auto changed = [&](auto change) {
    Preprocess other = base;
    change(other);
    CHECK(key(Preparer(other)) != reference);
    CHECK_FALSE(Preparer(other).cropsLike(Preparer(base)));
  };
  changed([](Preprocess& p) { p.inputSize = {3, 48, 47}; });
  changed([](Preprocess& p) { p.inputSize = {3, 47, 48}; });
  changed([](Preprocess& p) { p = input(48, 0.4F, 1); });
  changed([](Preprocess& p) { p.cropPct = std::nextafter(0.875, 1); });
  changed([](Preprocess& p) { p.cropMode = CropMode::Squash; });
  changed([](Preprocess& p) { p.cropMode = CropMode::Border; });
  changed([](Preprocess& p) { p.interpolation = Interpolation::Bilinear; });
  CHECK(key(Preparer(base, input(64, 0.4F))) != reference);
}

TEST_CASE("only what is compressed is worth keeping") {
  const test::TempFolder folder;
  writeJpegs(folder / "data", 6);
  const auto data = openData(folder / "data").eval;
  CHECK(data->decodes());
  CHECK(SampleView(data, {1}, {{0}, data->classNames(), "id"}).decodes());
  for (const int quality : {0, 95}) {
    auto plan = test::smallPlan(0, 0, 60, quality);
    for (int i = 0; i < 6; ++i) plan.eval.push_back(i % 3);
    const auto path = folder / (std::to_string(quality) + ".gfpack");
    PackedWriter writer(path, plan, false);
    PackedMaker maker(60, quality);
    for (std::size_t i = 0; i < 6; ++i) {
      const auto made = maker.make(data->image(i));
      writer.add(made.entry, made.bytes, data->sampleName(i));
    }
    writer.finish();
    CHECK(openData(path).eval->decodes() == (quality > 0));
  }
  CHECK_FALSE(openData(std::string(GF_TEST_DATA) + "/../../transfer/data/pictures").eval->decodes());
}
