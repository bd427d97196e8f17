// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_runner.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "models/tensor_memory.h"

namespace gf {
namespace {

struct Entry {
  std::shared_ptr<Job> job;
  JobStatus status;
  PauseGate gate;
  std::stop_source stop;
};

}  // namespace

struct JobRunner::State {
  mutable std::mutex mutex;
  mutable std::condition_variable_any changedState;
  std::function<void(const JobStatus&)> changed;
  std::map<std::uint64_t, std::shared_ptr<Entry>> entries;
  std::deque<std::shared_ptr<Entry>> queue;
  std::shared_ptr<Entry> current;
  std::uint64_t nextId = 1;
  std::jthread worker;

  std::deque<JobStatus> outbox;  ///< Changes not yet told, oldest first.
  bool telling = false;          ///< A thread is emptying the outbox.

  /// Tells every change, in the order they happened: worker and caller change states at the same time, so one of them
  /// speaks for both.
  void tell() {
    while (true) {
      JobStatus status;
      {
        const std::lock_guard lock(mutex);
        if (telling || outbox.empty()) return;
        telling = true;
        status = std::move(outbox.front());
        outbox.pop_front();
      }
      if (changed) changed(status);
      const std::lock_guard lock(mutex);
      telling = false;
      changedState.notify_all();
    }
  }

  /// Moves an entry to `to` where the state table allows it; tells whether it did. `also` runs in the same critical
  /// section.
  template <class Also>
  bool move(Entry& entry, JobState to, Also also) {
    {
      const std::lock_guard lock(mutex);
      if (!mayFollow(entry.status.state, to)) return false;
      entry.status.state = to;
      also();
      outbox.push_back(entry.status);
    }
    tell();
    return true;
  }
  bool move(Entry& entry, JobState to) {
    return move(entry, to, [] {});
  }

  std::shared_ptr<Entry> find(std::uint64_t id) const {
    const std::lock_guard lock(mutex);
    const auto found = entries.find(id);
    return found == entries.end() ? nullptr : found->second;
  }

  JobState stateOf(const Entry& entry) const {
    const std::lock_guard lock(mutex);
    return entry.status.state;
  }

  /// Null once the job has ended.
  std::shared_ptr<Job> jobOf(const Entry& entry) const {
    const std::lock_guard lock(mutex);
    return entry.job;
  }

  void report(Entry& entry, const Progress& progress) {
    bool starts = false;
    {
      const std::lock_guard lock(mutex);
      entry.status.progress = progress;
      starts = entry.status.state == JobState::Preparing && !entry.job->isPreparing();
    }
    if (starts) move(entry, JobState::Running);
  }

  void runOne(const std::shared_ptr<Entry>& entry) {
    if (!move(*entry, JobState::Preparing)) {  // stopped in the moment it was taken from the queue
      const std::lock_guard lock(mutex);
      current = nullptr;
      changedState.notify_all();
      return;
    }
    Control control(entry->stop.get_token(), &entry->gate, [&](const Progress& progress) { report(*entry, progress); });
    control.onHeld([&](bool waiting) {
      if (waiting) move(*entry, JobState::Paused);
    });
    JobState end = JobState::Done;
    std::optional<Error> failure;
    try {
      entry->job->run(control);
    } catch (const Stopped&) {
      end = JobState::Stopped;
    } catch (const Error& error) {
      failure = error;
    } catch (const std::exception& error) {
      failure =
          Error(ErrorKind::Run, entry->job->title(), "the work must end without an error of a library", error.what());
    }
    move(*entry, failure ? JobState::Failed : end, [&] {
      entry->status.failure = failure;
      entry->job = nullptr;
    });
    releaseTensorMemory();
    const std::lock_guard lock(mutex);
    current = nullptr;
    changedState.notify_all();
  }

  void work(const std::stop_token& stop) {
    while (true) {
      std::shared_ptr<Entry> entry;
      {
        std::unique_lock lock(mutex);
        if (!changedState.wait(lock, stop, [this] { return !queue.empty(); })) return;
        entry = queue.front();
        queue.pop_front();
        if (entry->status.state != JobState::Queued) {  // stopped while it waited
          changedState.notify_all();                    // the queue may be empty now
          continue;
        }
        current = entry;
      }
      runOne(entry);
    }
  }
};

JobRunner::JobRunner(std::function<void(const JobStatus&)> changed) : state_(std::make_shared<State>()) {
  state_->changed = std::move(changed);
  state_->worker = std::jthread([state = state_.get()](const std::stop_token& stop) { state->work(stop); });
}

JobRunner::~JobRunner() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->queue.clear();
    if (state_->current) state_->current->stop.request_stop();
  }
  state_->worker.request_stop();
  state_->worker.join();
}

std::uint64_t JobRunner::add(std::shared_ptr<Job> job) {
  auto entry = std::make_shared<Entry>();
  entry->job = std::move(job);
  entry->status.title = entry->job->title();
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(state_->mutex);
    id = entry->status.id = state_->nextId++;
    state_->entries[id] = entry;
    state_->queue.push_back(entry);
    state_->outbox.push_back(entry->status);
    state_->changedState.notify_all();
  }
  state_->tell();
  return id;
}

std::optional<JobStatus> JobRunner::status(std::uint64_t id) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(id);
  if (found == state_->entries.end()) return std::nullopt;
  return found->second->status;
}

bool JobRunner::busy() const {
  const std::lock_guard lock(state_->mutex);
  return state_->current || !state_->queue.empty();
}

bool JobRunner::pause(std::uint64_t id) {
  const auto entry = state_->find(id);
  return entry && state_->move(*entry, JobState::Pausing, [&] { entry->gate.pause(); });
}

bool JobRunner::resume(std::uint64_t id) {
  const auto entry = state_->find(id);
  if (!entry || !whyNot(JobAction::Resume, state_->stateOf(*entry)).empty()) return false;
  const auto release = [&] { entry->gate.resume(); };
  const auto job = state_->jobOf(*entry);
  const JobState next = job && job->isPreparing() ? JobState::Preparing : JobState::Running;
  return state_->move(*entry, next, release);
}

bool JobRunner::stop(std::uint64_t id) {
  const auto entry = state_->find(id);
  if (!entry || !whyNot(JobAction::StopAndKeep, state_->stateOf(*entry)).empty()) return false;
  const auto request = [&] { entry->stop.request_stop(); };
  // A queued job ends here and now; a started one ends at its next checkpoint.
  if (state_->stateOf(*entry) == JobState::Queued && state_->move(*entry, JobState::Stopped, request)) return true;
  return state_->move(*entry, JobState::Stopping, request);
}

void JobRunner::waitIdle() const {
  std::unique_lock lock(state_->mutex);
  const auto& state = *state_;
  state.changedState.wait(
      lock, [&] { return !state.current && state.queue.empty() && state.outbox.empty() && !state.telling; });
}

}  // namespace gf
