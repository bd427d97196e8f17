// SPDX-License-Identifier: Apache-2.0
#include "data/batch_maker.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "data/loader.h"
#include "data/pixel_turn.h"

namespace gf {
namespace {

/// The smallest part of an image that holds what each of some preparers reads.
class UnionBox final : public BoxWanted {
 public:
  UnionBox(const std::vector<Preparer>& preparers, const View& view) : preparers_(preparers), view_(view) {}
  PixelBox boxOf(int width, int height) const override {
    int left = width, top = height, right = 0, bottom = 0;
    for (const Preparer& preparer : preparers_) {
      const PixelBox box = preparer.boxOf(width, height, view_);
      left = std::min(left, box.left);
      top = std::min(top, box.top);
      right = std::max(right, box.left + box.width);
      bottom = std::max(bottom, box.top + box.height);
    }
    return {left, top, right - left, bottom - top};
  }

 private:
  const std::vector<Preparer>& preparers_;
  const View& view_;
};

}  // namespace

BatchMaker::BatchMaker(const std::vector<Preprocess>& preprocess, const LoaderOptions& options)
    : late_(options.device.is_cuda() || options.normaliseOnDevice), device_(options.device), crops_(options.crops) {
  std::vector<Preprocess> distinct;
  for (const auto& one : preprocess) {
    const auto found = std::find(distinct.begin(), distinct.end(), one);
    which_.push_back(static_cast<std::size_t>(found - distinct.begin()));
    if (found == distinct.end()) distinct.push_back(one);
  }
  for (const auto& one : distinct) {
    preparers_.emplace_back(one, options.sharedCrop ? distinct.front() : one);
    const Preparer& preparer = preparers_.back();
    std::size_t cropper = 0;
    while (!preparers_[cropper].cropsLike(preparer)) ++cropper;
    cropper_.push_back(cropper);
    kept_.push_back(crops_ && cropper + 1 == preparers_.size() ? crops_->of(preparer) : nullptr);
    if (late_) scales_.push_back(scaleOf(one));
    if (late_ && cropper + 1 < preparers_.size()) {  // The bytes are there already.
      input_.push_back(input_[cropper]);
      continue;
    }
    input_.push_back(sizes_.size());
    const std::int64_t channels = one.inputSize[0], height = one.inputSize[1], width = one.inputSize[2];
    sizes_.push_back(late_ ? std::vector{height, width, channels} : std::vector{channels, height, width});
    if (device_.is_cuda()) continue;
    // Besides those made ahead the reader has one, and may hold on to the one before it for a moment.
    const std::size_t bytes = preparer.floats() * static_cast<std::size_t>(options.batch) * (late_ ? 1 : sizeof(float));
    pools_.push_back(std::make_unique<BufferPool>(bytes, static_cast<std::size_t>(options.prefetch) + 2));
  }
}

BatchMaker::Scale BatchMaker::scaleOf(const Preprocess& preprocess) const {
  const auto perChannel = [this](const std::vector<float>& values) {
    auto tensor = at::empty({1, static_cast<std::int64_t>(values.size()), 1, 1}, at::kFloat);
    std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
    return tensor.to(device_);
  };
  // Dividing by a number, a GPU multiplies by its reciprocal, which differs in the last bit: so 255 is a tensor, too.
  return {perChannel({255.0F}), perChannel(preprocess.mean), perChannel(preprocess.std)};
}

RawInputs BatchMaker::open(std::int64_t rows) const {
  RawInputs inputs;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    std::vector<std::int64_t> sizes{rows};
    sizes.insert(sizes.end(), sizes_[i].begin(), sizes_[i].end());
    if (device_.is_cuda()) {
      inputs.push_back(at::empty(sizes, at::TensorOptions().dtype(at::kByte).pinned_memory(true)));
    } else {
      inputs.push_back(pools_[i]->take(sizes, late_ ? at::kByte : at::kFloat));
    }
  }
  return inputs;
}

void BatchMaker::fill(const RawInputs& inputs, std::size_t row, const DataSet& data, std::uint32_t sample,
                      const View& view, Scratch& scratch) const {
  constexpr std::size_t kMostKept = std::size_t{32} << 20;
  const PixelTurn turn;
  const UnionBox wanted(preparers_, view);
  bool decoded = false;
  const auto rowOf = [&](std::size_t preparer) {
    const at::Tensor& input = inputs[input_[preparer]];
    return static_cast<std::uint8_t*>(input.data_ptr()) + row * preparers_[preparer].floats() * input.element_size();
  };
  for (std::size_t i = 0; i < preparers_.size(); ++i) {
    if (cropper_[i] != i) continue;
    if (!late_ && scratch.crop.size() < preparers_[i].floats()) scratch.crop.resize(preparers_[i].floats());
    std::uint8_t* out = late_ ? rowOf(i) : scratch.crop.data();
    if (!isKept(i, view) || !kept_[i]->read(sample, view.flip, out)) {
      if (!std::exchange(decoded, true)) data.read(sample, &wanted, scratch.pixels);
      crop(i, sample, view, scratch, out);
    }
    if (late_) continue;
    for (std::size_t k = i; k < preparers_.size(); ++k) {
      if (cropper_[k] == i) preparers_[k].normalise(out, reinterpret_cast<float*>(rowOf(k)));
    }
  }
  if (crops_) crops_->count(decoded);
  if (scratch.pixels.bytes.capacity() > kMostKept) scratch = Scratch();
}

/// Of the decoded image; keeps the plain view where that is to be kept.
void BatchMaker::crop(std::size_t preparer, std::uint32_t sample, const View& view, Scratch& scratch,
                      std::uint8_t* out) const {
  const Preparer& one = preparers_[preparer];
  if (!isKept(preparer, view)) return one.crop(scratch.pixels, view, scratch.prepare, out);
  one.crop(scratch.pixels, View{}, scratch.prepare, out);
  kept_[preparer]->put(sample, out);
  const auto [channels, height, width] = one.preprocess().inputSize;
  if (view.flip) mirror(out, {width, height}, channels);
}

void BatchMaker::repeat(const RawInputs& inputs, std::int64_t from, std::int64_t to) {
  for (const at::Tensor& input : inputs) {
    const auto bytes = static_cast<std::size_t>(input.nbytes()) / static_cast<std::size_t>(input.size(0));
    auto* first = static_cast<std::uint8_t*>(input.data_ptr());
    std::memcpy(first + static_cast<std::size_t>(to) * bytes, first + static_cast<std::size_t>(from) * bytes, bytes);
  }
}

std::vector<at::Tensor> BatchMaker::finish(const RawInputs& inputs) const {
  std::vector<at::Tensor> distinct = inputs;
  if (late_) {
    const at::NoGradGuard noGradients;
    std::vector<at::Tensor> crops;
    for (const at::Tensor& input : inputs)
      crops.push_back(input.to(device_, /*non_blocking=*/true).permute({0, 3, 1, 2}));
    distinct.clear();
    for (std::size_t i = 0; i < preparers_.size(); ++i) {
      const at::Tensor& crop = crops[input_[i]];
      at::Tensor numbers = at::empty(crop.sizes(), crop.options().dtype(at::kFloat));
      numbers.copy_(crop);
      distinct.push_back(numbers.div_(scales_[i].full).sub_(scales_[i].mean).div_(scales_[i].std));
    }
  }
  std::vector<at::Tensor> all;
  for (const std::size_t place : which_) all.push_back(distinct[place]);
  return all;
}

}  // namespace gf
