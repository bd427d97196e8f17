// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "jobs/job_runner.h"

using namespace gf;
namespace {

/// Collects announcements, and lets a test wait for one.
class Witness {
 public:
  void operator()(const JobStatus& status) {
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(status);
    }
    changed_.notify_all();
  }
  void await(std::uint64_t id, JobState state) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      for (const auto& each : seen_) {
        if (each.id == id && each.state == state) return true;
      }
      return false;
    });
  }
  std::vector<JobState> statesOf(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    std::vector<JobState> states;
    for (const auto& each : seen_) {
      if (each.id == id) states.push_back(each.state);
    }
    return states;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<JobStatus> seen_;
};

/// Works in steps; the test lets it begin, and each step passes a checkpoint.
class SteppingJob : public Job {
 public:
  explicit SteppingJob(bool endless = false) : endless_(endless) {}
  std::string title() const override { return "stepping"; }
  void run(const Control& control) override {
    started.count_down();
    mayBegin.wait();
    do {
      control.checkpoint();
      control.report({"working", 0.5});
      ++steps;
    } while (endless_);
  }
  std::latch started{1}, mayBegin{1};
  std::atomic<int> steps{0};

 private:
  bool endless_;
};

class FailingJob : public Job {
 public:
  std::string title() const override { return "failing"; }
  void run(const Control&) override { failInput("a.pt", "must be a model", "a poem"); }
};

class ThrowingJob : public Job {
 public:
  std::string title() const override { return "throwing"; }
  void run(const Control&) override { throw std::runtime_error("a library's words"); }
};

}  // namespace

TEST_CASE("a job goes from queued to done, and reports its progress") {
  Witness witness;
  JobRunner runner([&](const JobStatus& status) { witness(status); });
  auto job = std::make_shared<SteppingJob>();
  const auto id = runner.add(job);
  job->started.wait();
  CHECK(runner.busy());
  job->mayBegin.count_down();
  runner.waitIdle();
  CHECK_FALSE(runner.busy());
  CHECK(witness.statesOf(id) == std::vector{JobState::Queued, JobState::Preparing, JobState::Running, JobState::Done});
  CHECK(runner.status(id)->progress.stage == "working");
  CHECK_FALSE(runner.status(id + 1).has_value());
}

TEST_CASE("jobs run one after another, in the order they were added") {
  Witness witness;
  JobRunner runner([&](const JobStatus& status) { witness(status); });
  auto first = std::make_shared<SteppingJob>();
  auto second = std::make_shared<SteppingJob>();
  const auto a = runner.add(first);
  const auto b = runner.add(second);
  first->started.wait();
  CHECK(runner.status(b)->state == JobState::Queued);
  CHECK(second->steps == 0);
  second->mayBegin.count_down();
  first->mayBegin.count_down();
  runner.waitIdle();
  CHECK(runner.status(a)->state == JobState::Done);
  CHECK(runner.status(b)->state == JobState::Done);
}

TEST_CASE("a pause holds the job until it is resumed") {
  Witness witness;
  JobRunner runner([&](const JobStatus& status) { witness(status); });
  auto job = std::make_shared<SteppingJob>();
  const auto id = runner.add(job);
  job->started.wait();
  CHECK(runner.pause(id));
  CHECK_FALSE(runner.pause(id));
  job->mayBegin.count_down();
  witness.await(id, JobState::Paused);
  CHECK(job->steps == 0);
  CHECK(runner.resume(id));
  runner.waitIdle();
  CHECK(job->steps == 1);
  CHECK(runner.status(id)->state == JobState::Done);
  CHECK_FALSE(runner.resume(id));
}

TEST_CASE("a pause taken back before the job noticed leaves it running") {
  JobRunner runner;
  auto job = std::make_shared<SteppingJob>();
  const auto id = runner.add(job);
  job->started.wait();
  CHECK(runner.pause(id));
  CHECK(runner.resume(id));
  job->mayBegin.count_down();
  runner.waitIdle();
  CHECK(runner.status(id)->state == JobState::Done);
}

TEST_CASE("a stop ends a running, a paused and a queued job") {
  Witness witness;
  JobRunner runner([&](const JobStatus& status) { witness(status); });
  auto running = std::make_shared<SteppingJob>(true);
  auto queued = std::make_shared<SteppingJob>();
  const auto a = runner.add(running);
  const auto b = runner.add(queued);
  running->mayBegin.count_down();
  witness.await(a, JobState::Running);
  CHECK(runner.stop(b));
  CHECK(runner.status(b)->state == JobState::Stopped);
  CHECK(runner.pause(a));
  witness.await(a, JobState::Paused);
  CHECK(runner.stop(a));
  runner.waitIdle();
  CHECK(runner.status(a)->state == JobState::Stopped);
  CHECK(queued->steps == 0);
  CHECK_FALSE(runner.stop(a));
}

TEST_CASE("failures are kept with their rule; anything thrown by a library becomes one") {
  JobRunner runner;
  const auto a = runner.add(std::make_shared<FailingJob>());
  const auto b = runner.add(std::make_shared<ThrowingJob>());
  runner.waitIdle();
  REQUIRE(runner.status(a)->failure.has_value());
  CHECK(runner.status(a)->state == JobState::Failed);
  CHECK(runner.status(a)->failure->rule() == "must be a model");
  REQUIRE(runner.status(b)->failure.has_value());
  CHECK(runner.status(b)->failure->observed() == "a library's words");
}

TEST_CASE("a runner that dies stops what runs and drops what waits") {
  auto running = std::make_shared<SteppingJob>(true);
  auto waiting = std::make_shared<SteppingJob>();
  {
    JobRunner runner;
    runner.add(running);
    runner.add(waiting);
    running->mayBegin.count_down();
    running->started.wait();
  }
  CHECK(waiting->steps == 0);
}
