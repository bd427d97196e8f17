// SPDX-License-Identifier: Apache-2.0
#include "jobs/run_feed.h"

#include <utility>

namespace gf {

void RunFeed::stepped(const StepRecord& record) {
  const std::lock_guard lock(mutex_);
  if (steps_.size() == kMostSteps) {
    steps_.pop_front();
    ++dropped_;
  }
  steps_.push_back(record);
}

void RunFeed::evaluated(const EvaluationRecord& record) {
  const std::lock_guard lock(mutex_);
  evaluations_.push_back(record);
}

RunFeed::Drained RunFeed::drain() {
  const std::lock_guard lock(mutex_);
  Drained drained{{steps_.begin(), steps_.end()}, std::move(evaluations_), dropped_};
  steps_.clear();
  evaluations_.clear();
  dropped_ = 0;
  return drained;
}

}  // namespace gf
