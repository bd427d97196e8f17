// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/control.h"
#include "base/error.h"
#include "jobs/job.h"
#include "jobs/job_state.h"

namespace gf {

/// A job's state as seen from outside, at one moment.
struct JobStatus {
  std::uint64_t id = 0;
  std::string title;
  JobState state = JobState::Queued;
  Progress progress;
  std::optional<Error> failure;  ///< When Failed.
};

/// Runs jobs one after another on one worker thread. Every call returns at once; `changed` is called from the worker
/// (or the caller) after any change of state, in the order of the changes, one at a time and never under a lock.
class JobRunner {
 public:
  explicit JobRunner(std::function<void(const JobStatus&)> changed = {});
  /// Stops what runs, waits for it, and drops what is queued.
  ~JobRunner();
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  /// Queues a job; the runner keeps it alive until it has ended.
  std::uint64_t add(std::shared_ptr<Job> job);
  /// State, progress and failure; nothing for an unknown or removed job.
  std::optional<JobStatus> status(std::uint64_t id) const;
  /// Whether anything is queued or running.
  bool busy() const;

  /// Each answers false, and does nothing, where whyNot() of the action is not empty. A stop reaches queued jobs too.
  bool pause(std::uint64_t id);
  bool resume(std::uint64_t id);
  bool stop(std::uint64_t id);

  /// Blocks until nothing is queued or running and every change was told: for tests and for leaving the program.
  void waitIdle() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gf
