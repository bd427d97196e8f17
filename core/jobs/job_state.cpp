// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_state.h"

#include <algorithm>
#include <vector>

namespace gf {
namespace {

struct StateRow {
  JobState state;
  std::string_view id;
  bool final;
  std::vector<JobState> next;
  /// Why each action is refused, in the order of kAllJobActions; empty means allowed.
  std::array<std::string_view, kAllJobActions.size()> whyNot;
};

constexpr std::string_view kYes = "";
constexpr std::string_view kNotStarted = "It has not started yet.";
constexpr std::string_view kNotPaused = "It is not paused.";
constexpr std::string_view kEnded = "It has ended.";
constexpr std::string_view kStopping = "It is stopping already.";
constexpr std::string_view kPausedAlready = "It is paused already.";
constexpr std::string_view kGoing = "Stop it first.";
constexpr std::string_view kNotEnded = "It has not ended.";

const std::vector<StateRow>& table() {
  using S = JobState;
  static const std::vector<StateRow> rows{
      {S::Queued,
       "queued",
       false,
       {S::Preparing, S::Running, S::Stopped},
       {kNotStarted, kNotPaused, kYes, kYes, kYes, kNotEnded}},
      {S::Preparing,
       "preparing",
       false,
       {S::Running, S::Pausing, S::Stopping, S::Done, S::Failed, S::Stopped, S::Interrupted},
       {kYes, kNotPaused, kYes, kYes, kGoing, kNotEnded}},
      {S::Running,
       "running",
       false,
       {S::Pausing, S::Stopping, S::Done, S::Failed, S::Stopped, S::Interrupted},
       {kYes, kNotPaused, kYes, kYes, kGoing, kNotEnded}},
      {S::Pausing,
       "pausing",
       false,
       {S::Paused, S::Preparing, S::Running, S::Stopping, S::Done, S::Failed, S::Stopped, S::Interrupted},
       {kPausedAlready, kYes, kYes, kYes, kGoing, kNotEnded}},
      {S::Paused,
       "paused",
       false,
       {S::Preparing, S::Running, S::Stopping, S::Stopped, S::Interrupted},
       {kPausedAlready, kYes, kYes, kYes, kGoing, kNotEnded}},
      {S::Stopping,
       "stopping",
       false,
       {S::Stopped, S::Done, S::Failed, S::Interrupted},
       {kStopping, kStopping, kStopping, kStopping, kGoing, kNotEnded}},
      {S::Done, "done", true, {}, {kEnded, kEnded, kEnded, kEnded, kYes, kEnded}},
      {S::Stopped, "stopped", true, {}, {kEnded, kEnded, kEnded, kEnded, kYes, kYes}},
      {S::Failed, "failed", true, {}, {kEnded, kEnded, kEnded, kEnded, kYes, kYes}},
      {S::Interrupted, "interrupted", true, {}, {kEnded, kEnded, kEnded, kEnded, kYes, kYes}},
  };
  return rows;
}

const StateRow& rowOf(JobState state) {
  return *std::find_if(table().begin(), table().end(), [&](const StateRow& row) { return row.state == state; });
}

}  // namespace

std::string_view idOf(JobState state) {
  return rowOf(state).id;
}

std::optional<JobState> jobStateOf(std::string_view id) {
  for (const auto& row : table()) {
    if (row.id == id) return row.state;
  }
  return std::nullopt;
}

bool isFinal(JobState state) {
  return rowOf(state).final;
}

bool mayFollow(JobState from, JobState to) {
  const auto& next = rowOf(from).next;
  return std::find(next.begin(), next.end(), to) != next.end();
}

std::string_view whyNot(JobAction action, JobState state) {
  return rowOf(state).whyNot[static_cast<std::size_t>(action)];
}

}  // namespace gf
