// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/crop_cache.h"
#include "knowledge/flips.h"
#include "knowledge/routing.h"
#include "options/transfer_options.h"
#include "predictions/predictions.h"
#include "transfer/frozen_cache.h"

namespace gf {

/// Plain numbers of one optimiser step (or of the few steps since the last one logged: means, and sums of counts).
struct StepRecord {
  std::int64_t step = 0;  ///< 1-based over the whole run.
  double epoch = 0;       ///< Epochs done over the whole run, linear warm-up included.
  int stage = 0;          ///< 0-based; several only with several teachers.
  double total = 0;
  double distillation = 0;  ///< The method's own term before weighting: KL, soft cross-entropy, CD or CRD.
  std::optional<double> crossEntropy;
  std::optional<double> teacherShare;  ///< Share of the samples routed to any teacher, 0–1 (partition methods).
  /// Per teacher of the stage how the samples went to it by outcome, against the frozen student (what trains) and, as
  /// the paper's code does, by the same rule against the student as it now is. Empty without a partition.
  std::vector<Routing> routing, adaptingRouting;
  double learningRate = 0;
  std::optional<double> gradientNorm;  ///< Before clipping; measured only when clipping.
  double samplesPerSecond = 0;
  double memoryBytes = 0;        ///< Resident memory of the process.
  double deviceMemoryBytes = 0;  ///< Highest allocation on the GPU so far; 0 on the CPU.
};

/// Plain numbers of one evaluation of the student so far; the first one (epoch 0) is the initial student.
struct EvaluationRecord {
  std::int64_t step = 0;
  double epoch = 0;
  int stage = 0;
  double accuracy = 0, gain = 0, loss = 0,
         delta = 0;                             ///< Shares 0–1 against the original student; delta = gain − loss.
  double positiveFlips = 0, negativeFlips = 0;  ///< Against the teachers of the stage (any of them right).
  double weightDistance = 0;  ///< ‖θ − θ₀‖ / ‖θ₀‖ over all parameters, θ₀ the original student.
  std::vector<std::int64_t> classGained, classLost;  ///< Samples of each class, against the original student.
  double seconds = 0;                                ///< Since the run began, earlier parts of a resumed one included.
};

/// Receives what a run reports, from the working thread; plain numbers only.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void stepped(const StepRecord&) {}
  virtual void evaluated(const EvaluationRecord&) {}
  /// Where the observer's own record now ends; kept with each saved state.
  virtual std::int64_t mark() { return 0; }
  /// The run goes on from a saved state: forgets what was reported after `mark`, which will be reported again, and
  /// answers the evaluations before it.
  virtual std::vector<EvaluationRecord> rewind(std::int64_t /*mark*/) { return {}; }
};

/// One transfer of a run: the only one, one of several in sequence, all teachers at once, or a branch of a soup.
struct StageOutcome {
  std::vector<std::size_t> teachers;  ///< Whom it learnt from: positions in the order the teachers were given.
  std::int64_t steps = 0;
  double epochs = 0, seconds = 0;
  std::vector<std::int32_t> after;  ///< What the student at its end predicts, [N] of the evaluation set.
  std::vector<Routing> routing;     ///< Per teacher of the stage: of the transfer set, by the run's rule, against the
                                    ///< stage's frozen student. Empty without a partition.
};

/// A point between two students' weights (soup).
struct CurvePoint {
  std::string from, to;                     ///< "student", "soup", or a branch by its teacher's name.
  double position = 0;                      ///< 0 at `from`, 1 at `to`.
  double accuracy = 0, gain = 0, loss = 0;  ///< Shares 0–1, gain and loss against the original student.
};

/// What a finished (or stopped) run amounts to.
struct TransferOutcome {
  bool finished = false;  ///< False when stopped early: the student is the one so far.
  std::int64_t steps = 0;
  double epochs = 0;                  ///< Done, over all stages, linear warm-up included.
  std::vector<std::uint32_t> subset;  ///< The transfer set's indices into the training split.
  Predictions after;                  ///< The final student on the evaluation set; of MCL the slow weights.
  std::optional<Predictions> fast;    ///< MCL: the fast weights at the end.
  std::vector<StageOutcome> stages;   ///< At least one; the last may be unfinished.
  std::vector<CurvePoint> curve;      ///< Of a soup.
  std::vector<EvaluationRecord> evaluations;
  double weightDistance = 0;  ///< ‖θ − θ₀‖ / ‖θ₀‖ of the final student.
  double seconds = 0, trainingSeconds = 0;
  double samplesPerSecond = 0;    ///< Training samples over training seconds.
  double memoryBytes = 0;         ///< Highest resident memory of the process.
  double deviceMemoryBytes = 0;   ///< Highest allocation on the GPU; 0 on the CPU.
  int microBatch = 0;             ///< Samples in one pass at the end: smaller than asked after running out of memory.
  PassForm form;                  ///< Of the student's training passes, as it was used.
  int resumed = 0;                ///< How often it went on from a saved state.
  std::vector<FrozenUse> frozen;  ///< Of this process: a line a frozen model, stage by stage.
  CropUse crops;                  ///< Of this process: training images where decoded ones are kept, else nothing.
};

}  // namespace gf
