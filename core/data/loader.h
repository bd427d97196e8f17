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

/// Samples of one step, prepared for each model.
struct Batch {
  std::vector<at::Tensor>
      inputs;         ///< One per Preprocess given to the loader, float32 [B, C, H, W]; equal ones share storage.
  at::Tensor labels;  ///< int64 [B].
  std::vector<std::uint32_t> indices;  ///< Position in the data set of each of the `valid` samples.
  std::size_t valid = 0;               ///< Rows beyond it repeat the last sample (only with `padTail`).
};

struct LoaderOptions {
  int batch = 64;
  int threads = 1;   ///< Decoding threads, at least 1.
  int prefetch = 2;  ///< Batches made ahead of the reader; bounds the memory.
  Augment augment = Augment::None;
  bool sharedCrop = false;  ///< All models see what the first one crops; else each its own evaluation crop.
  bool shuffle = false;     ///< Order is a pure function of (seed, epoch).
  bool padTail = false;     ///< Keeps the last batch at full size so that shapes never change (evaluation).
  std::uint64_t seed = 0;
};

/// Reads batches ahead of their use on its own threads. One reader.
class Loader {
 public:
  /// `samples`: which of the data set, in order. `preprocess`: one per model.
  Loader(std::shared_ptr<const DataSet> data, std::vector<std::uint32_t> samples, std::vector<Preprocess> preprocess,
         LoaderOptions options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  std::size_t batchesPerEpoch() const;
  /// Begins an epoch (0-based) at its batch `first`, dropping what was read ahead of an unfinished one.
  void start(int epoch, std::size_t first = 0);
  /// The next batch, or nothing at the end of the epoch. Throws Error(Input) of a sample that cannot be read, at its
  /// place in the order.
  std::optional<Batch> next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gf
