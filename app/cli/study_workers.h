// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "app/cli/terminal.h"
#include "jobs/study_job.h"

namespace gf {

/// Runs a study by `jobs` child processes, each `gainfinder study run` on the same folder: they share the cells through
/// their locks. Without `threads` the cores are shared out among them. What they say goes to workers/N.log in the
/// study's folder. `plan`: the file or ready plan as the user named it. Throws Stopped after they have been asked to
/// stop and have saved their states, Error(Run) when one cannot be started or was ended by force.
void runWorkers(const StudyRequest& request, const std::string& plan, std::size_t jobs, Terminal& terminal);

}  // namespace gf
