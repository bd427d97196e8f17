// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace gf {

/// Where a job is in its life.
enum class JobState { Queued, Preparing, Running, Pausing, Paused, Stopping, Done, Stopped, Failed, Interrupted };
inline constexpr std::array kAllJobStates{JobState::Queued, JobState::Preparing,  JobState::Running, JobState::Pausing,
                                          JobState::Paused, JobState::Stopping,   JobState::Done,    JobState::Stopped,
                                          JobState::Failed, JobState::Interrupted};

/// What can be asked of a job. GoOn asks an ended one to begin again, as a new job, from the state it saved.
enum class JobAction { Pause, Resume, StopAndKeep, StopAndDiscard, Remove, GoOn };
inline constexpr std::array kAllJobActions{JobAction::Pause,          JobAction::Resume, JobAction::StopAndKeep,
                                           JobAction::StopAndDiscard, JobAction::Remove, JobAction::GoOn};
/// Why GoOn is refused where whyNot() allows it but nothing was saved (source text for translation, context "jobs").
inline constexpr std::string_view kNoSavedState = "There is no saved state to go on from.";

std::string_view idOf(JobState state);  ///< "queued", "preparing", …: stable, for files.
std::optional<JobState> jobStateOf(std::string_view id);
bool isFinal(JobState state);
bool mayFollow(JobState from, JobState to);
/// Empty when `action` is allowed in `state`; else why not, as one sentence (source text for translation, context
/// "jobs").
std::string_view whyNot(JobAction action, JobState state);

}  // namespace gf
