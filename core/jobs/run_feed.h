// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "transfer/record.h"

namespace gf {

/// Carries plain numbers from the working thread to whoever listens. Bounded: when the reader falls behind, the oldest
/// steps are dropped (they stand in metrics.jsonl); evaluations never are.
class RunFeed final : public RunObserver {
 public:
  static constexpr std::size_t kMostSteps = 10000;

  struct Drained {
    std::vector<StepRecord> steps;
    std::vector<EvaluationRecord> evaluations;
    std::size_t droppedSteps = 0;
  };

  void stepped(const StepRecord& record) override;
  void evaluated(const EvaluationRecord& record) override;
  /// Everything since the last call.
  Drained drain();

 private:
  std::mutex mutex_;
  std::deque<StepRecord> steps_;
  std::vector<EvaluationRecord> evaluations_;
  std::size_t dropped_ = 0;
};

}  // namespace gf
