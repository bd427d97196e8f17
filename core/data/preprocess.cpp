// SPDX-License-Identifier: Apache-2.0
#include "data/preprocess.h"

#include <cmath>

#include "base/random.h"
#include "data/preparer.h"

namespace gf {
namespace {
// Keep choices apart that are drawn from the same three numbers.
constexpr std::uint64_t kFlip = 1, kStrong = 3;

constexpr double kSmallestShare = 0.08, kNarrowest = 3.0 / 4, kWidest = 4.0 / 3;
constexpr int kTries = 10;

int rounded(double value) {
  return static_cast<int>(std::nearbyint(value));  // half to even, as Python
}

}  // namespace

View viewOf(std::uint64_t seed, std::uint32_t sample, int epoch, Augment augment) {
  View view;
  if (augment != Augment::None) view.flip = mix(seed, sample, epoch, kFlip) >> 63 != 0;
  if (augment == Augment::Strong) {
    Random random(mix(seed, sample, epoch, kStrong));
    const auto jitter = drawJitter(random);
    view.strong = StrongChange{random.next(), jitter};
  }
  return view;
}

PixelBox strongCrop(std::uint64_t key, ImageSize image) {
  Random random(key);
  const auto within = [&random](double low, double high) { return low + (high - low) * random.uniform(); };
  const double area = static_cast<double>(image.width) * image.height;
  for (int i = 0; i < kTries; ++i) {
    const double part = area * within(kSmallestShare, 1);
    const double ratio = std::exp(within(std::log(kNarrowest), std::log(kWidest)));
    const int width = rounded(std::sqrt(part * ratio)), height = rounded(std::sqrt(part / ratio));
    if (width < 1 || height < 1 || width > image.width || height > image.height) continue;
    const auto top = random.below(static_cast<std::uint64_t>(image.height - height) + 1);
    const auto left = random.below(static_cast<std::uint64_t>(image.width - width) + 1);
    return {static_cast<int>(left), static_cast<int>(top), width, height};
  }
  PixelBox box{0, 0, image.width, image.height};
  const double ratio = static_cast<double>(image.width) / image.height;
  if (ratio < kNarrowest) box.height = rounded(image.width / kNarrowest);
  if (ratio > kWidest) box.width = rounded(image.height * kWidest);
  box.left = (image.width - box.width) / 2;
  box.top = (image.height - box.height) / 2;
  return box;
}

at::Tensor prepare(const Pixels& pixels, const Preprocess& preprocess, const View& view) {
  const Preparer preparer(preprocess);
  const auto [channels, height, width] = preprocess.inputSize;
  auto result = at::empty({channels, height, width}, at::kFloat);
  PrepareScratch scratch;
  preparer.prepare(pixels, view, scratch, result.data_ptr<float>());
  return result;
}

}  // namespace gf
