// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "jobs/job_state.h"

using namespace gf;

TEST_CASE("every state has its own stable id and is found by it") {
  std::set<std::string> ids;
  for (const JobState state : kAllJobStates) {
    ids.insert(std::string(idOf(state)));
    CHECK(jobStateOf(idOf(state)) == state);
  }
  CHECK(ids == std::set<std::string>{"queued", "preparing", "running", "pausing", "paused", "stopping", "done",
                                     "stopped", "failed", "interrupted"});
  CHECK_FALSE(jobStateOf("no such state").has_value());
}

TEST_CASE("nothing follows a final state, and every other state leads to a final one") {
  for (const JobState from : kAllJobStates) {
    bool reachesEnd = isFinal(from);
    for (const JobState to : kAllJobStates) {
      if (isFinal(from)) CHECK_FALSE(mayFollow(from, to));
      reachesEnd = reachesEnd || (mayFollow(from, to) && isFinal(to));
    }
    CHECK_MESSAGE(reachesEnd, idOf(from));
  }
}

TEST_CASE("an action that is refused says why") {
  CHECK(whyNot(JobAction::Pause, JobState::Running).empty());
  CHECK(whyNot(JobAction::Pause, JobState::Preparing).empty());
  CHECK(whyNot(JobAction::Resume, JobState::Paused).empty());
  CHECK(whyNot(JobAction::Resume, JobState::Pausing).empty());
  CHECK(whyNot(JobAction::Resume, JobState::Running) == "It is not paused.");
  CHECK(whyNot(JobAction::Pause, JobState::Paused) == "It is paused already.");
  CHECK(whyNot(JobAction::StopAndKeep, JobState::Stopping) == "It is stopping already.");
  CHECK(whyNot(JobAction::Remove, JobState::Running) == "Stop it first.");
  for (const JobState state : kAllJobStates) {
    if (!isFinal(state)) continue;
    CHECK(whyNot(JobAction::Remove, state).empty());
    for (const JobAction action :
         {JobAction::Pause, JobAction::Resume, JobAction::StopAndKeep, JobAction::StopAndDiscard}) {
      CHECK(whyNot(action, state) == "It has ended.");
    }
  }
}

TEST_CASE("a run goes on from its saved state once it has ended before its end") {
  for (const JobState state : kAllJobStates) {
    const bool cut = state == JobState::Stopped || state == JobState::Failed || state == JobState::Interrupted;
    CHECK_MESSAGE(whyNot(JobAction::GoOn, state).empty() == cut, idOf(state));
    if (!isFinal(state)) CHECK(whyNot(JobAction::GoOn, state) == "It has not ended.");
  }
  CHECK(whyNot(JobAction::GoOn, JobState::Done) == "It has ended.");
}

TEST_CASE("what an action leads to is allowed wherever the action is") {
  for (const JobState state : kAllJobStates) {
    if (whyNot(JobAction::Pause, state).empty()) CHECK(mayFollow(state, JobState::Pausing));
    if (whyNot(JobAction::Resume, state).empty()) CHECK(mayFollow(state, JobState::Running));
    if (whyNot(JobAction::StopAndKeep, state).empty()) {
      const JobState next = state == JobState::Queued ? JobState::Stopped : JobState::Stopping;
      CHECK(mayFollow(state, next));
    }
  }
}
