// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/control.h"
#include "data/dataset.h"
#include "data/loader.h"
#include "models/classifier.h"
#include "predictions/kept_logits.h"
#include "transfer/frozen_cache.h"
#include "transfer/frozen_key.h"

namespace gf {

/// The models of one stage. All live on one device.
struct StageModels {
  Classifier* student = nullptr;  ///< Learns; of MCL the fast weights.
  std::vector<Classifier*> teachers;
  Classifier* frozen = nullptr;  ///< The student as the stage began; null without a partition.
  Classifier* slow = nullptr;    ///< The slow weights; null but for MCL.
};

/// What the frozen models say to a batch: logits [B, C].
struct FrozenLogits {
  std::vector<at::Tensor> teachers;  ///< Empty where the method compares features.
  at::Tensor frozen;                 ///< Undefined without a frozen student.
};

/// The teachers and the frozen student of a stage. Their answers come from the cache where that pays, else from the
/// models; a student trained on either has the same bits (on the CPU), as every pass has the same number of rows.
class FrozenModels {
 public:
  /// Until prepare() all run. `cache`: null where no answers are to be kept, `crops`: no decoded images. All of it must
  /// outlive this.
  FrozenModels(const TransferOptions& options, const DataSource& data, const std::vector<std::uint32_t>& subset,
               const StageModels& models, const FrozenCache* cache, CropStore* crops = nullptr);
  ~FrozenModels();

  /// Decides which models' answers are read from the cache, computes what is missing of them and logs it; a trouble
  /// with the cache only means that a model runs. What is computed is kept batch by batch. Throws Stopped.
  void prepare(const Control& control);

  /// What batches must hold: the student's input first, then those of the models that run.
  std::vector<Preprocess> inputs() const;
  /// To be asked of each batch that is used. False where kept answers turned out to be damaged: their model runs from
  /// now on, inputs() has changed, and the batch must be loaded again.
  bool look(const Batch& batch);
  /// Of the batch last looked at. Throws as models do, OutOfMemory among it.
  FrozenLogits logits(const Batch& batch);
  /// The batch's images as teacher `k` takes them, which runs.
  const at::Tensor& imagesOf(std::size_t k, const Batch& batch) const;
  /// Teacher `k`'s penultimate features, [B, D].
  at::Tensor features(std::size_t k, const at::Tensor& images);
  /// At most so many rows a pass from now on; for want of memory.
  void limitRows(std::int64_t rows);

  /// All samples of the transfer set as they are, in its order. Throws Stopped, Error.
  void overTransferSet(const Control& control, const std::function<void(const Batch&, const FrozenLogits&)>& visit);

  /// A line a model, teachers first.
  std::vector<FrozenUse> use() const;
  void logUse() const;
  /// The stage is over: removes the answers that nobody will ask for again (FrozenCache::passing).
  void forgetPassing();

 private:
  struct One;
  struct Fill;
  void runs(One& one, const std::string& why);
  void giveUp(One& one, const KeptLogits& damaged);
  bool look(const Batch& batch, std::optional<std::size_t> view);
  at::Tensor liveLogits(One& one, const at::Tensor& images);
  std::unique_ptr<Loader> plainLoader() const;
  Batch bareBatch(std::size_t begin) const;

  // What is kept, and how it is computed (frozen_fill.cpp).
  FrozenSource sourceOf(const One& one) const;
  KeptShape shapeOf(const One& one, std::size_t view) const;
  bool open(One& one, std::size_t view);
  void decide(One& one);
  void makeRoom();
  bool fillSome(const Control& control);
  void fill(std::size_t view, std::vector<Fill>& fills, const Control& control);
  void fillRows(std::size_t view, std::vector<Fill>& fills, const Control& control);
  void fillFrom(const Batch& batch, std::size_t begin, Fill& fill);
  bool standsAlone(One& one, const at::Tensor& images, const at::Tensor& logits);

  const TransferOptions& options_;
  const DataSource& data_;
  const std::vector<std::uint32_t>& subset_;
  StageModels models_;
  const FrozenCache* cache_;
  CropStore* crops_;
  FrozenViews views_;
  std::int64_t keptRows_, liveRows_;
  std::vector<One> all_;               ///< Teachers, then the frozen student.
  std::vector<std::uint32_t> places_;  ///< Place in the transfer set by index into the training split.
  bool prepared_ = false;
};

/// Logits of all images, in passes of exactly `rows` rows, the last one filled up by repeating its last image.
at::Tensor logitsInRows(Classifier& model, const at::Tensor& images, std::int64_t rows);

}  // namespace gf
