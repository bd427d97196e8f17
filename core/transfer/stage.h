// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/loader.h"
#include "transfer/run_state.h"
#include "transfer/stepper.h"

namespace gf {

/// What stays the same over all stages of a run.
struct StageSetting {
  const TransferOptions& options;
  const DataSource& data;
  const std::vector<std::uint32_t>& subset;  ///< The transfer set.
  int microBatch = 0;
  PassForm form{};
  bool headOnly = false;               ///< Only the classifier head trains; the model stays in eval mode throughout.
  const FrozenCache* cache = nullptr;  ///< Of the stage's frozen models; null where nothing is kept.
  CropStore* crops = nullptr;          ///< Of the transfer set; null where every pass decodes.
};

/// One transfer, step by step: the loader, the optimiser and what a method remembers between steps. Knows neither
/// evaluation nor files. A stage is the same whether it stands alone or is one of several.
class Stage {
 public:
  /// Throws Error when the student cannot be trained so (no classifier head for a linear warm-up, batch norm with one
  /// sample a batch, …).
  Stage(const StageSetting& setting, const StageModels& models);
  ~Stage();

  /// Before the first step: computes what frozen models answer, where that is kept and missing. Throws Stopped.
  void prepare(const Control& control) { frozen_.prepare(control); }
  FrozenModels& frozen() { return frozen_; }

  std::int64_t stepsPerEpoch() const { return stepsPerEpoch_; }
  std::int64_t steps() const { return steps_; }        ///< In all, linear warm-up included.
  std::int64_t position() const { return position_; }  ///< Steps done.
  double epochs() const { return static_cast<double>(position_) / static_cast<double>(stepsPerEpoch_); }
  bool done() const { return position_ == steps_; }
  int microBatch() const { return stepper_->microBatch(); }
  /// "Epoch 3 of 20" or "Linear warm-up, epoch 1 of 1".
  std::string title() const;

  /// The next batch, one optimiser step. A non-finite objective or gradient throws Error(Run) naming step and samples
  /// before any weight has changed; failedBatch() then says which samples these were.
  StepValues step();
  /// The same on a batch of one's own, which the loader knows nothing of.
  StepValues step(const Batch& batch);
  const std::vector<std::uint32_t>& failedBatch() const { return failedBatch_; }
  /// False after a failure inside a step: statistics of batch norm may have moved. A batch that could not be read moved
  /// nothing.
  bool betweenSteps() const { return betweenSteps_; }

  /// Position, optimiser, memory banks. Weights are the models' and are not kept here.
  void store(RunState& state) const;
  void restore(const RunState& state);

 private:
  void planSteps();
  void buildCrd();
  void openLoader();
  void enterPhase(bool warmup);
  void setMode(bool warmup);
  bool inWarmup() const { return position_ < warmupSteps_; }
  double learningRate() const;
  Batch nextBatch();
  void requireFinite(double value, const char* what, const Batch& batch);
  std::optional<double> clip();
  std::vector<at::Tensor> trained() const;

  StageSetting setting_;
  StageModels models_;
  FrozenModels frozen_;
  std::unique_ptr<CrdMemory> crd_;
  std::vector<std::uint32_t> places_;  ///< Position in the transfer set by index into the training split; for CRD.
  std::unique_ptr<Stepper> stepper_;
  std::unique_ptr<Loader> loader_;
  struct Optimiser;
  std::unique_ptr<Optimiser> optimiser_;
  std::int64_t stepsPerEpoch_ = 0, warmupSteps_ = 0, steps_ = 0, position_ = 0;
  bool reading_ = false;  ///< The loader stands at `position_`.
  bool betweenSteps_ = true;
  std::vector<std::uint32_t> failedBatch_;
};

}  // namespace gf
