// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "data/dataset.h"
#include "data/preprocess.h"

namespace gf {

class CropStore;

/// Samples of one step, prepared for each model.
struct Batch {
  /// One per Preprocess given to the loader, float32 [B, C, H, W] on the options' device; equal ones share storage.
  std::vector<at::Tensor> inputs;
  at::Tensor labels;                   ///< int64 [B].
  std::vector<std::uint32_t> indices;  ///< Position in the data set of each of the `valid` samples.
  std::size_t valid = 0;               ///< Rows beyond it repeat the last sample (only with `padTail`).
  int epoch = 0;
};

struct LoaderOptions {
  int batch = 64;
  int threads = 1;   ///< Decoding threads, at least 1.
  int prefetch = 2;  ///< Batches made ahead of the reader; with those it holds they are all the memory there is.
  Augment augment = Augment::None;
  bool sharedCrop = false;  ///< All models see what the first one crops; else each its own evaluation crop.
  bool shuffle = false;     ///< Order is a pure function of (seed, epoch).
  bool readOn = false;      ///< At the end of an epoch reads ahead into the next one: somebody will ask for it.
  bool padTail = false;     ///< Keeps the last batch at full size so that shapes never change (evaluation).
  std::uint64_t seed = 0;
  std::optional<View> view{};  ///< Every sample in this view, whatever `augment` would draw.
  /// Where the inputs are wanted. For a GPU the threads make 8-bit crops in pinned memory; it normalises them, with the
  /// same results to the last bit.
  c10::Device device = c10::kCPU;
  bool normaliseOnDevice = false;  ///< The same way on the CPU, for tests of it.
  CropStore* crops = nullptr;      ///< Asked before anything is decoded; must outlive the loader. Changes no bit.
};

/// Decoding threads that a loader may use beside what computes on this device: on the CPU the cores that LibTorch
/// leaves.
int loaderThreads(c10::Device device);

/// Reads batches ahead of their use on its own threads. One reader. Memory of batches is used again once nobody holds
/// their tensors; a sample costs no allocation where its data set and format need none (JPEG in folders and packed
/// files, raw packed pixels).
class Loader {
 public:
  /// `samples`: which of the data set, in order. `preprocess`: one per model.
  Loader(std::shared_ptr<const DataSet> data, std::vector<std::uint32_t> samples, std::vector<Preprocess> preprocess,
         LoaderOptions options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  std::size_t batchesPerEpoch() const;
  /// Begins an epoch (0-based) at its batch `first`, dropping what was read ahead of anything else.
  void start(int epoch, std::size_t first = 0);
  /// The next batch, or nothing at the end of the epoch. Throws Error(Input) of a sample that cannot be read, at its
  /// place in the order.
  std::optional<Batch> next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gf
