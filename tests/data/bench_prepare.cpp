// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>

#include "data/preparer.h"
#include "data/synthetic.h"

/// What preparing one decoded image costs on one core: bench_prepare [WIDTH HEIGHT]. Processor time of the thread, the
/// best of 15 rounds of 40 images.
namespace {

using namespace gf;

double secondsOf(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  constexpr int kImages = 40;
  double best = 1e9;
  for (int round = 0; round < 15; ++round) {
    const double begin = now();
    for (int i = 0; i < kImages; ++i) work();
    best = std::min(best, (now() - begin) / kImages);
  }
  return best;
}

/// ATen's 8-bit resize of the whole image, the crop and the normalisation by its kernels.
at::Tensor withATen(const Pixels& image, const Preprocess& p) {
  const ImageSize size = shorterEdgeTo(static_cast<int>(p.inputSize[1] / p.cropPct), {image.width, image.height});
  auto* bytes = const_cast<std::uint8_t*>(image.bytes.data());
  const auto input = torch::from_blob(bytes, {1, image.height, image.width, 3}, torch::kByte).permute({0, 3, 1, 2});
  const std::array<std::int64_t, 2> target{size.height, size.width};
  const auto whole = at::_upsample_bicubic2d_aa(input, target, false, std::nullopt, std::nullopt);
  const auto crop = whole.narrow(2, (size.height - p.inputSize[1]) / 2, p.inputSize[1])
                        .narrow(3, (size.width - p.inputSize[2]) / 2, p.inputSize[2]);
  const auto mean = torch::tensor(p.mean).view({-1, 1, 1}), std = torch::tensor(p.std).view({-1, 1, 1});
  return crop.to(torch::kFloat).div_(255).sub_(mean).div_(std).contiguous();
}

}  // namespace

int main(int count, char** arguments) {
  const int width = count > 2 ? std::atoi(arguments[1]) : 500, height = count > 2 ? std::atoi(arguments[2]) : 375;
  if (width < 1 || height < 1) return 2;
  torch::set_num_threads(1);
  const Pixels image = test::synthetic(width, height, 3);
  Preprocess p;
  p.mean = {0.485F, 0.456F, 0.406F};
  p.std = {0.229F, 0.224F, 0.225F};
  const Preparer preparer(p);
  PrepareScratch quick, portable{Resampler(true), {}, {}, {}};
  std::vector<float> out(preparer.floats());
  std::vector<std::uint8_t> crop(preparer.floats());
  const double whole = secondsOf([&] { preparer.prepare(image, {}, quick, out.data()); });
  const double half = secondsOf([&] { preparer.crop(image, {}, quick, crop.data()); });
  const double slow = secondsOf([&] { preparer.crop(image, {}, portable, crop.data()); });
  const double theirs = secondsOf([&] { (void)withATen(image, p); });
  std::printf(
      "%d x %d to 224 of 256, bicubic: %.3f ms an image (crop %.3f, normalise %.3f; crop without vectors %.3f); with "
      "ATen %.3f ms, %.2f times as long\n",
      width, height, 1000 * whole, 1000 * half, 1000 * (whole - half), 1000 * slow, 1000 * theirs, theirs / whole);
}
