// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/cli/terminal.h"
#include "jobs/study_job.h"

namespace gf {

/// Compute threads of each of so many workers, where `asked` is what the command line says (0: nothing): the cores are
/// shared out among several; one alone has as many as any other work.
int threadsOf(int asked, std::size_t jobs);

/// What the plan amounts to, its store opened and, where asked for, its failures forgotten: what whoever hands out work
/// does once before.
PreparedStudy openStudy(const StudyRequest& request, const Control& control);

/// Program and words of one worker, but for --threads. `plan`: a file or a ready plan's name.
std::vector<std::string> workerWords(const StudyRequest& request, const std::string& plan);

/// Runs a study by `jobs` child processes, each `gainfinder study run` on the same folder: they share the cells through
/// their locks. Each has threadsOf() of the cores. What they say goes to workers/N.log in the
/// study's folder. One that dies is started again, three times at most. `plan`: the file or ready plan as the user
/// named it. Throws Stopped after they have been asked to stop and have saved their states, Error(Run) when one cannot
/// be started or died once more.
void runWorkers(const StudyRequest& request, const std::string& plan, std::size_t jobs, Terminal& terminal);

}  // namespace gf
