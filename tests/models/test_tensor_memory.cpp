// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <random>
#include <thread>

#include "base/memory.h"
#include "models/tensor_memory.h"

using namespace gf;

namespace {
constexpr std::size_t kMiB = std::size_t{1} << 20;

at::Tensor bytes(std::size_t count, std::uint8_t value) {
  return at::full({static_cast<std::int64_t>(count)}, value, at::kByte);
}
}  // namespace

TEST_CASE("large tensors get the memory of those before them") {
  const at::Tensor earlier = bytes(3 * kMiB, 1);
  keepTensorMemory();
  releaseTensorMemory();
  const std::size_t used = tensorMemory().used;

  at::Tensor first = bytes(5 * kMiB, 7);
  const void* const place = first.data_ptr();
  CHECK(tensorMemory().used == used + 5 * kMiB);
  first.reset();
  CHECK(tensorMemory().used == used);
  CHECK(tensorMemory().kept == 5 * kMiB);

  const at::Tensor alike = bytes(5 * kMiB - 1000, 9);
  CHECK(alike.data_ptr() == place);
  CHECK(tensorMemory().kept == 0);
  CHECK(alike.eq(9).all().item<bool>());
  const at::Tensor other = bytes(2 * kMiB, 3);  // none is kept for it
  CHECK(other.eq(3).all().item<bool>());
  CHECK(reinterpret_cast<std::uintptr_t>(other.data_ptr()) % 64 == 0);
}

TEST_CASE("a block much too large is not spent on a small tensor") {
  keepTensorMemory();
  releaseTensorMemory();
  bytes(8 * kMiB, 1);
  const at::Tensor small = bytes(kMiB, 2);
  CHECK(tensorMemory().kept == 8 * kMiB);
  at::Tensor tiny = bytes(100, 3);
  tiny.reset();
  CHECK(tensorMemory().kept == 8 * kMiB);
}

TEST_CASE("what is kept goes back to the system") {
  keepTensorMemory();
  bytes(300 * kMiB, 1);
  const double before = residentBytes();
  REQUIRE(tensorMemory().kept >= 300 * kMiB);
  releaseTensorMemory();
  CHECK(tensorMemory().kept == 0);
  CHECK(before - residentBytes() > 250.0 * kMiB);
}

TEST_CASE("used and kept together stay near the highest use") {
  keepTensorMemory();
  releaseTensorMemory();
  for (std::size_t size = 10; size < 120; ++size) {  // no two alike
    bytes(size * kMiB, 1);
    const TensorMemory now = tensorMemory();
    CHECK(now.used + now.kept <= now.most + now.most / 8 + 64 * kMiB);
  }
  CHECK(tensorMemory().most < 140 * kMiB);
  releaseTensorMemory();
}

TEST_CASE("threads do not share a block") {
  keepTensorMemory();
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> all;
    for (std::uint8_t t = 0; t < 4; ++t) {
      all.emplace_back([&wrong, t] {
        std::mt19937 random(t);
        std::vector<at::Tensor> held;
        for (int i = 0; i < 200; ++i) {
          held.push_back(bytes(128 * 1024 * (1 + random() % 8), t));
          if (held.size() > 5) held.erase(held.begin() + static_cast<std::ptrdiff_t>(random() % held.size()));
          for (const at::Tensor& each : held) wrong += each.eq(t).all().item<bool>() ? 0 : 1;
        }
      });
    }
  }
  CHECK(wrong == 0);
  releaseTensorMemory();
}
