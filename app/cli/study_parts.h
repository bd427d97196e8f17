// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of `study` share; for nobody else.
#pragma once

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "study/study_store.h"

namespace gf {

/// Each adds its subcommand below `study`.
void addStudyRun(CLI::App& study, Chosen& run);
void addStudyStatus(CLI::App& study, Chosen& run);
void addStudyPlans(CLI::App& study, Chosen& run);

/// "done", "failed", "running", "missing".
std::string stateWord(CellState state);
/// How the study in `folder` stands, for people and programs; answers how many cells failed. Throws Error(Input) when
/// there is none.
std::size_t sayStatus(const std::string& folder, const Control& control, Terminal& terminal);

}  // namespace gf
