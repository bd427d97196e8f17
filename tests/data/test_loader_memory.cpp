// SPDX-License-Identifier: Apache-2.0
// What the loader does with memory, and that parts of images and late normalisation change nothing.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <numeric>
#include <set>
#include <thread>

#include "base/error.h"
#include "data/crop_store.h"
#include "data/image_file.h"
#include "data/loader.h"
#include "data/pixel_turn.h"
#include "jpeg_maker.h"
#include "packed_material.h"

using namespace gf;

#ifndef __SANITIZE_ADDRESS__
// Every allocation of this program, LibTorch's and libjpeg's included, comes through here.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
static std::atomic<std::size_t> allocations{0};
void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  ++allocations;
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** to, std::size_t alignment, std::size_t size) {
  ++allocations;
  *to = __libc_memalign(alignment, size);
  return *to == nullptr ? 12 : 0;
}
}
#endif

namespace {

/// A folder of JPEGs of every kind, turned ones too, in two classes.
void writeJpegs(const test::fs::path& folder, int count, int width, int height) {
  Random random(21);
  for (int i = 0; i < count; ++i) {
    const auto& kind = test::kJpegKinds[static_cast<std::size_t>(i) % test::kJpegKinds.size()];
    const auto scene = test::scene(width + i % 7, height + i % 5, test::channelsOf(kind), random);
    test::write(folder / (i % 2 ? "cat" : "dog") / (std::to_string(1000 + i) + ".jpg"),
                test::jpegOf(scene, kind, 90, 1 + i % 8));
  }
}

/// Of a JPEG image of one scan alone, so that nothing is left to decoders that allocate.
void writeSameKind(const test::fs::path& folder, int count, int width, int height) {
  Random random(22);
  for (int i = 0; i < count; ++i) {
    const auto& kind = test::kJpegKinds[std::array<std::size_t, 4>{0, 4, 8, 11}[static_cast<std::size_t>(i) % 4]];
    const auto scene = test::scene(width, height, test::channelsOf(kind), random);
    test::write(folder / (i % 2 ? "cat" : "dog") / (std::to_string(1000 + i) + ".jpg"),
                test::jpegOf(scene, kind, 90, i % 3 == 0 ? 6 : 1));
  }
}

/// The same images, always read whole.
class Whole : public DataSet {
 public:
  explicit Whole(std::shared_ptr<const DataSet> data) : data_(std::move(data)) {}
  std::size_t size() const override { return data_->size(); }
  std::span<const std::int32_t> labels() const override { return data_->labels(); }
  const std::vector<std::string>& classNames() const override { return data_->classNames(); }
  Pixels image(std::size_t index) const override { return data_->image(index); }
  std::string sampleName(std::size_t index) const override { return data_->sampleName(index); }
  const std::string& identity() const override { return data_->identity(); }

 private:
  std::shared_ptr<const DataSet> data_;
};

Preprocess input(int side, float mean, int channels = 3, double cropPct = 0.875) {
  Preprocess p;
  p.inputSize = {channels, side, side};
  p.mean.assign(static_cast<std::size_t>(channels), mean);
  p.mean[0] = 0.485F;
  p.std.assign(static_cast<std::size_t>(channels), 0.229F);
  p.cropPct = cropPct;
  return p;
}

std::vector<std::uint32_t> all(const DataSet& data) {
  std::vector<std::uint32_t> samples(data.size());
  std::iota(samples.begin(), samples.end(), 0U);
  return samples;
}

LoaderOptions options(int batch, int threads = 2) {
  LoaderOptions o;
  o.batch = batch;
  o.threads = threads;
  return o;
}

/// All inputs of an epoch, one after the other; of each model.
std::vector<std::vector<at::Tensor>> readAll(const std::shared_ptr<const DataSet>& data,
                                             const std::vector<Preprocess>& preprocess, const LoaderOptions& how) {
  Loader loader(data, all(*data), preprocess, how);
  loader.start(3);
  std::vector<std::vector<at::Tensor>> found;
  while (auto batch = loader.next()) found.push_back(batch->inputs);
  return found;
}

bool same(const std::vector<std::vector<at::Tensor>>& a, const std::vector<std::vector<at::Tensor>>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                      [](const at::Tensor& one, const at::Tensor& other) { return one.equal(other); });
  });
}

const std::vector<Preprocess> kModels{input(48, 0.4F), input(48, 0.5F), input(64, 0.4F, 3, 1), input(40, 0.3F, 1),
                                      input(48, 0.4F)};

}  // namespace

TEST_CASE("what only the wanted parts are decoded of gives the inputs of whole images, to the last bit") {
  test::TempFolder folder;
  writeJpegs(folder.path(), 68, 150, 110);
  const auto data = openData(folder.path()).eval;
  for (const bool sharedCrop : {false, true}) {
    for (const Augment augment : {Augment::None, Augment::Flip}) {
      auto how = options(10);
      how.sharedCrop = sharedCrop;
      how.augment = augment;
      const auto parts = readAll(data, kModels, how);
      REQUIRE(parts.size() == 7);
      CHECK(same(parts, readAll(std::make_shared<Whole>(data), kModels, how)));
    }
  }
}

TEST_CASE("normalising on the device changes no bit") {
  test::TempFolder folder;
  writeJpegs(folder.path(), 34, 80, 60);
  const auto data = openData(folder.path()).eval;
  auto how = options(8);
  how.padTail = true;
  how.augment = Augment::Flip;
  const auto early = readAll(data, kModels, how);
  how.normaliseOnDevice = true;
  const auto late = readAll(data, kModels, how);
  CHECK(same(early, late));
  CHECK(late[0][0].is_same(late[0][4]));
  CHECK(late[0][0].is_contiguous());
}

TEST_CASE("memory of batches is used again, at most four batches of it, but never while somebody holds it") {
  test::TempFolder folder;
  writeSameKind(folder.path(), 60, 70, 60);
  const auto data = openData(folder.path()).eval;
  Loader loader(data, all(*data), {input(32, 0.4F)}, options(3, 3));
  const auto reference = readAll(std::make_shared<Whole>(data), {input(32, 0.4F)}, options(3, 1));
  std::set<const void*> places;
  for (int epoch = 0; epoch < 3; ++epoch) {
    loader.start(epoch);
    std::optional<Batch> before;  // Some readers let go of a batch only when they have the next.
    while (auto batch = loader.next()) {
      places.insert(batch->inputs[0].data_ptr());
      before = std::move(batch);
    }
  }
  CHECK(places.size() <= 4);
  // Kept, they stay what they are, and so do views of them.
  std::vector<at::Tensor> kept;
  loader.start(3);
  while (auto batch = loader.next()) kept.push_back(batch->inputs[0].narrow(0, 1, 2));
  REQUIRE(kept.size() == 20);
  const auto holds = [&] {
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (!kept[i].equal(reference[i][0].narrow(0, 1, 2))) return false;
    }
    return true;
  };
  CHECK(holds());
  loader.start(4);
  while (loader.next()) {
  }
  CHECK(holds());
}

TEST_CASE("a batch may outlive its loader") {
  test::TempFolder folder;
  writeSameKind(folder.path(), 8, 40, 40);
  const auto data = openData(folder.path()).eval;
  auto loader = std::make_unique<Loader>(data, all(*data), std::vector{input(32, 0.4F)}, options(4));
  loader->start(0);
  const auto batch = loader->next();
  const at::Tensor copy = batch->inputs[0].clone();
  loader.reset();
  CHECK(batch->inputs[0].equal(copy));
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a sample costs no allocation") {
  const std::size_t before = allocations;
  CHECK(std::make_unique<int>(1) != nullptr);
  CHECK(allocations > before);  // They are counted.
  test::TempFolder folder;
  constexpr int kImages = 256;
  writeSameKind(folder / "jpeg", kImages, 90, 70);
  const auto files = openData(folder / "jpeg").eval;
  std::vector<std::shared_ptr<const DataSet>> sets{files};
  for (const int quality : {0, 95}) {
    auto plan = test::smallPlan(0, 0, 60, quality);
    for (int i = 0; i < kImages; ++i) plan.eval.push_back(i % 3);
    const auto path = folder / (std::to_string(quality) + ".gfpack");
    PackedWriter writer(path, plan, false);
    PackedMaker maker(60, quality);
    for (std::size_t i = 0; i < kImages; ++i) {
      const auto made = maker.make(files->image(i));
      writer.add(made.entry, made.bytes, files->sampleName(i));
    }
    writer.finish();
    sets.push_back(openData(path).eval);
  }
  for (std::size_t i = 0; i <= sets.size(); ++i) {
    const auto& data = sets[i % sets.size()];  // the last time from what is kept
    CAPTURE(data->sampleName(0));
    CropStore crops({folder / "kept", 10'000'000}, *data, all(*data));
    auto how = options(kImages);
    if (i == sets.size()) how.crops = &crops;
    Loader loader(data, all(*data), {input(48, 0.4F), input(40, 0.4F)}, how);
    std::size_t counted = 0;
    for (int epoch = 0; epoch < 5; ++epoch) {  // In the first ones each thread meets each kind of image.
      loader.start(epoch);
      const std::size_t begin = allocations;
      while (loader.next()) {
      }
      counted = allocations - begin;
    }
    CAPTURE(counted);
    CHECK(counted < kImages / 4);  // Those of the one batch.
    CHECK(crops.use().served == (how.crops ? 4 * kImages : 0));
  }
}
#endif

TEST_CASE("large images are decoded in turn, small ones are not held up") {
  std::atomic<bool> over{false};
  bool early = true, small = false;
  std::jthread other, third;
  {
    const PixelTurn turn;
    PixelTurn::waitFor(kMaxImagePixels - PixelTurn::kCountedPixels);
    PixelTurn::waitFor(kMaxImagePixels);  // The same thread never waits for itself.
    other = std::jthread([&] {
      const PixelTurn mine;
      PixelTurn::waitFor(PixelTurn::kCountedPixels);
      early = !over;
    });
    third = std::jthread([&] {
      const PixelTurn mine;
      PixelTurn::waitFor(PixelTurn::kCountedPixels - 1);
      small = true;
    });
    third.join();
    CHECK(small);
    while (PixelTurn::waiting() != 1) std::this_thread::yield();
    over = true;
  }
  other.join();
  CHECK_FALSE(early);
  PixelTurn::waitFor(kMaxImagePixels);  // Without a turn nobody waits and nothing is kept.
  const PixelTurn turn;
  PixelTurn::waitFor(kMaxImagePixels);
}

TEST_CASE("threads that meet large images hold no more of them than one may be large") {
  std::atomic<std::uint64_t> held{0}, most{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const std::uint64_t pixels = (1 + static_cast<std::uint64_t>(t * 31 + i * 17) % 8) * (kMaxImagePixels / 8);
        const PixelTurn turn;
        PixelTurn::waitFor(pixels);
        const std::uint64_t now = held += pixels;
        for (std::uint64_t seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        held -= pixels;
      }
    });
  }
  threads.clear();
  CHECK(most > 0);
  CHECK(most <= kMaxImagePixels);
}
