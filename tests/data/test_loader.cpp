// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <latch>
#include <numeric>

#include "base/error.h"
#include "data/loader.h"
#include "helpers.h"

using namespace gf;

namespace {

constexpr int kSide = 6;

/// Sample i is filled with i, but for its first column, which is 255; some samples fail or wait on request.
class FakeData : public DataSet {
 public:
  explicit FakeData(std::size_t size) : labels_(size) {
    for (std::size_t i = 0; i < size; ++i) labels_[i] = static_cast<std::int32_t>(i % 3);
  }
  std::size_t size() const override { return labels_.size(); }
  std::span<const std::int32_t> labels() const override { return labels_; }
  const std::vector<std::string>& classNames() const override { return names_; }
  std::string sampleName(std::size_t index) const override { return "fake #" + std::to_string(index); }
  const std::string& identity() const override { return names_[0]; }
  Pixels image(std::size_t index) const override {
    ++reads;
    if (onRead) onRead(index);
    if (index == broken) failInput(sampleName(index), "must be readable", "a broken one");
    Pixels pixels{kSide, kSide, 1, std::vector<std::uint8_t>(kSide * kSide, static_cast<std::uint8_t>(index))};
    for (int y = 0; y < kSide; ++y) pixels.bytes[y * kSide] = 255;
    return pixels;
  }
  std::size_t broken = SIZE_MAX;
  std::function<void(std::size_t)> onRead;
  mutable std::atomic<int> reads{0};

 private:
  std::vector<std::int32_t> labels_;
  std::vector<std::string> names_{"a", "b", "c"};
};

Preprocess preprocess(int channels = 1, float mean = 0) {
  Preprocess p;
  p.inputSize = {channels, kSide, kSide};
  p.mean.assign(channels, mean);
  p.std.assign(channels, 1.0F);
  p.cropPct = 1;
  return p;
}

std::vector<std::uint32_t> firstSamples(std::uint32_t count) {
  std::vector<std::uint32_t> samples(count);
  std::iota(samples.begin(), samples.end(), 0U);
  return samples;
}

struct Epoch {
  std::vector<std::uint32_t> order;
  std::vector<at::Tensor> inputs, labels;
  bool operator==(const Epoch& other) const {
    const auto same = [](const at::Tensor& a, const at::Tensor& b) { return a.equal(b); };
    return order == other.order &&
           std::equal(inputs.begin(), inputs.end(), other.inputs.begin(), other.inputs.end(), same) &&
           std::equal(labels.begin(), labels.end(), other.labels.begin(), other.labels.end(), same);
  }
};

Epoch readEpoch(Loader& loader, int epoch) {
  Epoch all;
  loader.start(epoch);
  while (auto batch = loader.next()) {
    all.order.insert(all.order.end(), batch->indices.begin(), batch->indices.end());
    all.inputs.push_back(batch->inputs[0]);
    all.labels.push_back(batch->labels);
  }
  return all;
}

LoaderOptions options(int batch, int threads = 1) {
  LoaderOptions o;
  o.batch = batch;
  o.threads = threads;
  return o;
}

}  // namespace

TEST_CASE("an epoch gives every sample once, in order, with its pixels and label") {
  auto data = std::make_shared<FakeData>(23);
  Loader loader(data, {5, 3, 22, 7, 0}, {preprocess()}, options(2, 2));
  CHECK(loader.batchesPerEpoch() == 3);
  CHECK_FALSE(loader.next());  // Nothing before an epoch was begun.
  const auto epoch = readEpoch(loader, 0);
  CHECK(epoch.order == std::vector<std::uint32_t>{5, 3, 22, 7, 0});
  CHECK(epoch.inputs[2].sizes() == at::IntArrayRef{1, 1, kSide, kSide});
  CHECK(epoch.inputs[0][1][0][2][3].item<float>() == 3.0F / 255.0F);
  CHECK(epoch.inputs[0][1][0][2][0].item<float>() == 1.0F);
  CHECK(epoch.labels[1].equal(torch::tensor({1, 1}, at::kLong)));
  CHECK_FALSE(loader.next());
}

TEST_CASE("the shuffled order is the one a second program computes") {
  const auto golden = nlohmann::json::parse(test::golden("choices.json"));
  auto data = std::make_shared<FakeData>(30);
  for (const auto& one : golden["orders"]) {
    auto o = options(7, 2);
    o.shuffle = true;
    o.seed = one["seed"].get<std::uint64_t>();
    Loader loader(data, firstSamples(30), {preprocess()}, o);
    CHECK(readEpoch(loader, one["epoch"].get<int>()).order == one["order"].get<std::vector<std::uint32_t>>());
  }
}

TEST_CASE("threads, prefetch, earlier epochs and restarts change nothing") {
  auto data = std::make_shared<FakeData>(57);
  auto o = options(8);
  o.shuffle = true;
  o.augment = Augment::Flip;
  o.seed = 11;
  Loader reference(data, firstSamples(57), {preprocess()}, o);
  const auto first = readEpoch(reference, 0), second = readEpoch(reference, 1);
  CHECK_FALSE(first.order == second.order);
  for (const int threads : {1, 2, 5}) {
    for (const int prefetch : {1, 4}) {
      CAPTURE(threads);
      o.threads = threads;
      o.prefetch = prefetch;
      o.readOn = prefetch > 1;
      Loader loader(data, firstSamples(57), {preprocess()}, o);
      loader.start(7);
      loader.next();
      CHECK(readEpoch(loader, 1) == second);  // Out of an unfinished epoch, without the one before.
      CHECK(readEpoch(loader, 0) == first);
      CHECK(readEpoch(loader, 1) == second);
    }
  }
}

TEST_CASE("the next epoch is read while nobody has begun it") {
  auto data = std::make_shared<FakeData>(8);
  std::latch both(16);
  data->onRead = [&](std::size_t) {
    if (!both.try_wait()) both.count_down();
  };
  auto o = options(4);
  o.shuffle = true;
  Loader reference(std::make_shared<FakeData>(8), firstSamples(8), {preprocess()}, o);
  o.readOn = true;
  {
    Loader loader(data, firstSamples(8), {preprocess()}, o);
    CHECK(readEpoch(loader, 0) == readEpoch(reference, 0));
    both.wait();
    CHECK_FALSE(loader.next());  // It is not begun.
    CHECK(data->reads == 16);
    CHECK(readEpoch(loader, 1) == readEpoch(reference, 1));
    CHECK(readEpoch(loader, 5) == readEpoch(reference, 5));
  }
}

TEST_CASE("flips follow the sample's index in the data, not its place in the batch") {
  auto data = std::make_shared<FakeData>(40);
  auto o = options(8, 2);
  o.augment = Augment::Flip;
  o.seed = 3;
  Loader loader(data, {39, 4, 17, 4, 25, 0, 31, 12, 8}, {preprocess()}, o);
  loader.start(2);
  int flipped = 0;
  while (auto batch = loader.next()) {
    for (std::size_t row = 0; row < batch->valid; ++row) {
      const bool flip = viewOf(3, batch->indices[row], 2, Augment::Flip).flip;
      flipped += flip;
      CHECK(batch->inputs[0][static_cast<int>(row)][0][0][flip ? kSide - 1 : 0].item<float>() == 1.0F);
    }
  }
  CHECK(flipped > 0);
  CHECK(flipped < 9);
}

TEST_CASE("the tail is padded with its last sample on request") {
  auto data = std::make_shared<FakeData>(11);
  for (const int threads : {1, 3}) {
    auto o = options(4, threads);
    o.padTail = true;
    Loader loader(data, firstSamples(11), {preprocess()}, o);
    loader.start(0);
    std::optional<Batch> last;
    while (auto batch = loader.next()) {
      CHECK(batch->labels.numel() == 4);
      last = std::move(batch);
    }
    CHECK(last->valid == 3);
    CHECK(last->indices == std::vector<std::uint32_t>{8, 9, 10});
    CHECK(last->inputs[0].size(0) == 4);
    CHECK(last->inputs[0][3].equal(last->inputs[0][2]));
    CHECK(last->labels[3].equal(last->labels[2]));
  }
}

TEST_CASE("models with equal preprocessing share one tensor, others get their own; each image is read once") {
  auto data = std::make_shared<FakeData>(4);
  auto small = preprocess();
  small.inputSize = {1, 3, 3};
  Loader loader(data, firstSamples(4), {preprocess(), preprocess(3), preprocess(), preprocess(1, 0.5F), small},
                options(4));
  loader.start(0);
  const auto batch = loader.next();
  REQUIRE(batch->inputs.size() == 5);
  CHECK(batch->inputs[0].is_same(batch->inputs[2]));
  CHECK(batch->inputs[1].sizes() == at::IntArrayRef{4, 3, kSide, kSide});
  CHECK(batch->inputs[3].allclose(batch->inputs[0] - 0.5F));
  CHECK(batch->inputs[4].sizes() == at::IntArrayRef{4, 1, 3, 3});
  CHECK(data->reads == 4);
}

TEST_CASE("inputs may be kept for a backward pass") {
  auto data = std::make_shared<FakeData>(4);
  Loader loader(data, firstSamples(4), {preprocess()}, options(4));
  loader.start(0);
  const auto batch = loader.next();
  auto weight = torch::ones({1, 1, kSide, kSide}, torch::requires_grad());
  (batch->inputs[0] * weight).sum().backward();
  CHECK(weight.grad().squeeze().equal(batch->inputs[0].sum(0).squeeze()));
}

TEST_CASE("a sample that cannot be read is reported at its place; the epoch can go on") {
  auto data = std::make_shared<FakeData>(20);
  data->broken = 9;
  for (const int threads : {1, 4}) {
    Loader loader(data, firstSamples(20), {preprocess()}, options(4, threads));
    for (int epoch = 0; epoch < 2; ++epoch) {
      loader.start(epoch);
      CHECK(loader.next()->indices.front() == 0);
      CHECK(loader.next()->indices.front() == 4);
      try {
        loader.next();
        FAIL("sample 9 is in the third batch");
      } catch (const Error& error) {
        CHECK(error.subject() == "fake #9");
      }
      CHECK(loader.next()->indices.front() == 12);
      CHECK(loader.next()->indices.front() == 16);
      CHECK_FALSE(loader.next());
    }
  }
}

TEST_CASE("what is read ahead is bounded") {
  auto data = std::make_shared<FakeData>(1000);
  std::latch eight(8);
  data->onRead = [&](std::size_t) {
    if (!eight.try_wait()) eight.count_down();
  };
  auto o = options(4);
  o.prefetch = 2;
  {
    Loader loader(data, firstSamples(1000), {preprocess()}, o);
    loader.start(0);
    eight.wait();  // Two batches of four were read without anybody asking for one.
  }
  CHECK(data->reads == 8);
}

TEST_CASE("a loader may go away in the middle of an epoch, with reads under way") {
  auto data = std::make_shared<FakeData>(1000);
  std::promise<void> reading, goOn;
  auto mayGoOn = goOn.get_future().share();
  std::once_flag once;
  data->onRead = [&](std::size_t) {
    std::call_once(once, [&] { reading.set_value(); });
    mayGoOn.wait();
  };
  auto loader = std::make_unique<Loader>(data, firstSamples(1000), std::vector{preprocess()}, options(64, 2));
  loader->start(0);
  reading.get_future().wait();
  auto destroyed = std::async(std::launch::async, [&] { loader.reset(); });
  goOn.set_value();
  destroyed.get();
  CHECK(data->reads < 1000);
  for (int i = 0; i < 50; ++i) {
    Loader quick(std::make_shared<FakeData>(100), firstSamples(100), {preprocess()}, options(8, 3));
    if (i % 2) quick.start(i);
    if (i % 3 == 1) quick.next();
  }
}

TEST_CASE("the loader's threads leave everybody else's compute threads alone") {
  at::set_num_threads(3);
  auto data = std::make_shared<FakeData>(8);
  Loader loader(data, firstSamples(8), {preprocess()}, options(4, 2));
  readEpoch(loader, 0);
  CHECK(at::get_num_threads() == 3);
  CHECK(std::async(std::launch::async, [] { return at::get_num_threads(); }).get() == 3);
  at::set_num_threads(1);
}

TEST_CASE("no samples make an empty epoch, and wrong requests are refused") {
  auto data = std::make_shared<FakeData>(5);
  Loader empty(data, {}, {preprocess()}, options(4));
  empty.start(0);
  CHECK(empty.batchesPerEpoch() == 0);
  CHECK_FALSE(empty.next());
  CHECK_THROWS_AS(Loader(data, {5}, {preprocess()}, options(4)), Error);
  CHECK_THROWS_AS(Loader(data, {0}, {preprocess()}, options(0)), Error);
  CHECK_THROWS_AS(Loader(data, {0}, {preprocess()}, options(1, 0)), Error);
}
