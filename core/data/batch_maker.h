// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "data/buffer_pool.h"
#include "data/crop_store.h"
#include "data/preparer.h"

namespace gf {

struct LoaderOptions;

/// The inputs of one batch while they are filled, one tensor each: floats [B, C, H, W] as the models take them, or
/// where the device normalises, the crops' bytes [B, H, W, C].
using RawInputs = std::vector<at::Tensor>;

/// Makes the inputs of batches for several models: their memory, which is used again, and what an image becomes in
/// them. Models that want the same share it; what only differs in normalisation is cropped once. Const use is
/// thread-safe.
class BatchMaker {
 public:
  /// `preprocess`: one per model. Throws Error(Input) when one contradicts itself.
  BatchMaker(const std::vector<Preprocess>& preprocess, const LoaderOptions& options);

  /// Memory of one thread.
  struct Scratch {
    Pixels pixels;
    PrepareScratch prepare;
    std::vector<std::uint8_t> crop;
  };

  /// Inputs of `rows` rows whose content may be anything.
  RawInputs open(std::int64_t rows) const;
  /// Reads a sample, in the part that some model sees, into a row. Throws as the data set does.
  void fill(const RawInputs& inputs, std::size_t row, const DataSet& data, std::uint32_t sample, const View& view,
            Scratch& scratch) const;
  /// Copies a row.
  static void repeat(const RawInputs& inputs, std::int64_t from, std::int64_t to);
  /// One tensor per Preprocess, float32 [B, C, H, W] on the options' device; on a GPU the work is only queued.
  std::vector<at::Tensor> finish(const RawInputs& inputs) const;

 private:
  /// How the device normalises.
  struct Scale {
    at::Tensor full, mean, std;  ///< 255, and [1, C, 1, 1].
  };
  Scale scaleOf(const Preprocess& preprocess) const;
  bool isKept(std::size_t preparer, const View& view) const { return kept_[preparer] && !view.strong; }
  void crop(std::size_t preparer, std::uint32_t sample, const View& view, Scratch& scratch, std::uint8_t* out) const;

  bool late_ = false;  ///< Whether the device normalises.
  c10::Device device_;
  std::vector<Preparer> preparers_;     ///< The distinct ones.
  std::vector<std::size_t> which_;      ///< Of each Preprocess its place in `preparers_`.
  std::vector<std::size_t> cropper_;    ///< Of each preparer the first one that crops like it.
  CropStore* crops_;                    ///< Null where nothing is kept.
  std::vector<const KeptCrops*> kept_;  ///< Of each preparer that others crop like; null where nothing is kept.
  std::vector<std::size_t> input_;      ///< Of each preparer its place among the raw inputs.
  std::vector<std::unique_ptr<BufferPool>>
      pools_;                                     ///< Of each raw input; none for pinned memory, which LibTorch pools.
  std::vector<std::vector<std::int64_t>> sizes_;  ///< Of each raw input without its rows.
  std::vector<Scale> scales_;                     ///< Of each preparer.
};

}  // namespace gf
