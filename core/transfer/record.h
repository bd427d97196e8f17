// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "knowledge/flips.h"
#include "knowledge/routing.h"
#include "options/transfer_options.h"
#include "predictions/predictions.h"

namespace gf {

/// Plain numbers of one optimiser step (or the mean of the few steps since the last one logged).
struct StepRecord {
  std::int64_t step = 0;  ///< 1-based over the whole run.
  double epoch = 0;       ///< Fraction of epochs done, 0 … epochs.
  double total = 0, distillation = 0;
  std::optional<double> crossEntropy;
  std::optional<double> teacherShare;  ///< Share of the batch routed to the teacher, 0–1.
  double samplesPerSecond = 0;
};

/// Plain numbers of one evaluation of the student so far; the first one (epoch 0) is the initial student.
struct EvaluationRecord {
  std::int64_t step = 0;
  double epoch = 0;
  double accuracy = 0, gain = 0, loss = 0, delta = 0;  ///< Shares 0–1; delta = gain − loss.
  double positiveFlips = 0, negativeFlips = 0;         ///< Against the teacher.
  double seconds = 0;                                  ///< Since the run began.
};

/// Receives what a run reports, from the working thread; plain numbers only.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void stepped(const StepRecord&) {}
  virtual void evaluated(const EvaluationRecord&) {}
};

/// What a finished (or stopped) run amounts to.
struct TransferOutcome {
  bool finished = false;  ///< False when stopped early: the student is the one so far.
  std::int64_t steps = 0;
  double epochs = 0;                  ///< Done.
  std::vector<std::uint32_t> subset;  ///< The transfer set's indices into the training split.
  Predictions after;                  ///< The final student on the evaluation set.
  Routing transferRouting;  ///< Of the transfer set by the run's rule, with outcomes against the frozen student
                            ///< (partition methods).
  std::vector<EvaluationRecord> evaluations;
  double seconds = 0, trainingSeconds = 0;
  double samplesPerSecond = 0;  ///< Training samples over training seconds.
};

}  // namespace gf
