// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/loader.h"
#include "models/classifier.h"
#include "transfer/crd.h"
#include "transfer/frozen_models.h"
#include "transfer/objectives.h"
#include "transfer/run_log.h"

namespace gf {

/// Gradients of one batch, in one pass or several.
class Stepper {
 public:
  /// `crd`: null but for CRD. `microBatch`: samples in one pass, 0 for the batch at once.
  Stepper(const TransferOptions& options, const StageModels& models, FrozenModels& frozen, CrdMemory* crd,
          int microBatch, PassForm form);

  /// Leaves the objective's gradient in the student's parameters and answers what the batch came to, at which the
  /// frozen models have looked. `draw` keys CRD's negatives. When memory runs out the micro-batch is
  /// halved and the batch done again; throws Error(Run) when one sample is too many.
  StepValues gradients(const Batch& batch, std::uint64_t draw, std::span<const std::uint32_t> positions);
  int microBatch() const { return microBatch_; }
  /// Why a batch in several passes is not exactly one in a single pass, as a sentence; empty where it is.
  std::string inexactness() const;

 private:
  struct Sums;
  StepValues attempt(const Batch& batch, std::uint64_t draw, std::span<const std::uint32_t> positions);
  void pass(const Batch& batch, const FrozenLogits& frozen, std::int64_t begin, std::int64_t rows, std::uint64_t draw,
            std::span<const std::uint32_t> positions, Sums& sums);
  ObjectiveInput inputOf(const Batch& batch, const FrozenLogits& frozen, std::int64_t begin, std::int64_t rows);
  void forwardStudent(const at::Tensor& images, ObjectiveInput& input);
  bool needsTwo() const;  ///< Samples a pass, for batch norm.
  void makeRoom(std::size_t rows, const std::string& reason);

  const TransferOptions& options_;
  StageModels models_;
  FrozenModels& frozen_;
  CrdMemory* crd_;
  std::vector<at::Tensor> parameters_;
  int microBatch_;
  PassForm form_;
};

}  // namespace gf
