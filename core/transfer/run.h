// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to transfer/: what goes on while a TransferRun runs.
#include <memory>
#include <optional>
#include <vector>

#include "data/crop_store.h"
#include "transfer/run_log.h"
#include "transfer/run_state.h"
#include "transfer/schedule.h"
#include "transfer/stage.h"
#include "transfer/transfer_run.h"

namespace gf {

/// Models that a run leaves beside its student.
struct RunResult {
  std::optional<Classifier> slow;
  std::vector<Classifier> branches;
};

/// Plans the stages, drives them step by step, evaluates, reports and saves.
class Run {
 public:
  Run(TransferInput& input, StateFolder* states, const Control& control, RunObserver& observer);

  /// Before run(): goes on from there. Throws Error(Input) when the state is of another run.
  void restore(const RunState& state);
  TransferOutcome run();
  RunResult takeResult();

 private:
  // The course of the run (run.cpp).
  void begin();
  void runStages();
  void beginStage();
  void openStage();
  void openCrops();
  void nameFrozen();
  void bookFrozen();
  void trainStage();
  void advance();
  void finishStage();
  void bookStage();
  void blend();
  void finish();
  void routeTransferSet(std::size_t teachers);
  std::vector<Classifier*> stageTeachers();
  Classifier& current() { return slow_ ? *slow_ : input_.student; }
  double epochsDone() const { return epochsBefore_ + (stage_ ? stage_->epochs() : 0); }
  double secondsSoFar() const { return secondsBefore_ + monotonicSeconds() - began_; }
  double secondsLeft() const;
  void planProgress();

  // What it says and keeps (run_evaluation.cpp, run_saving.cpp).
  void evaluateStudent(const Control& control);
  Predictions evaluateWithin(Classifier& model, const Control& control, const std::string& stage);
  void record(const Predictions& now);
  void save();
  void storeStages(RunState& state) const;
  void restoreStages(const RunState& state);
  void keepFailedBatch();

  TransferInput& input_;
  const TransferOptions& options_;
  StateFolder* states_;
  const Control& control_;
  RunObserver& observer_;
  const double began_ = monotonicSeconds();
  TransferOutcome outcome_;
  std::vector<std::vector<std::size_t>> plan_;  ///< Teachers of each stage.
  Classifier origin_;                           ///< The student before anything.
  std::optional<Classifier> frozen_;            ///< The student as the stage began; partition methods.
  std::optional<Classifier> slow_;              ///< MCL.
  std::vector<Classifier> branches_;            ///< Soup.
  std::optional<FrozenCache> stageCache_;       ///< Of the models of the stage.
  std::unique_ptr<CropStore> crops_;            ///< Of the transfer set; null where every pass decodes.
  std::unique_ptr<Stage> stage_;
  std::size_t stageIndex_ = 0;
  std::optional<Cadence> evaluations_, saves_;
  std::optional<StepLog> log_;
  std::optional<RunProgress> progress_;
  std::optional<PassForm> form_;  ///< Once it is chosen.
  bool restored_ = false;
  bool evaluationOwed_ = false;  ///< Of the step that a saved state was taken at.
  int microBatch_ = 0;
  std::int64_t steps_ = 0;         ///< Over all stages.
  std::int64_t evaluatedAt_ = 0;   ///< Step of the last evaluation by this process.
  std::int64_t savedAt_ = -1;      ///< Step of the last state that this process saved.
  double epochsBefore_ = 0;        ///< Of the stages before this one.
  double secondsBefore_ = 0;       ///< Of an earlier part of a resumed run.
  double stageSecondsBefore_ = 0;  ///< On the run's clock, when the stage began.
  double passes_ = 0;              ///< Model passes a training sample costs.
  double evaluationSeconds_ = -1;  ///< Of the last evaluation; negative while unknown.
};

}  // namespace gf
