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
void addStudySubmit(CLI::App& study, Chosen& run);

/// The plan in a file, or the ready plan of that name; `models` and `data` win over the plan's where they are not
/// empty.
StudyPlan planOf(const std::string& plan, const std::string& models, const std::string& data);
/// The file of a plan that the user named, which may be a ready one.
std::filesystem::path planFile(const std::string& plan);

/// A whole number from 1 to `most`. Throws Error(Usage) naming `option`.
std::size_t countOf(const std::string& option, const std::string& text, std::size_t most);

/// "done", "failed", "running", "missing".
std::string stateWord(CellState state);
/// How the study in `folder` stands, for people and programs; answers how many cells failed. Throws Error(Input) when
/// there is none.
std::size_t sayStatus(const std::string& folder, const Control& control, Terminal& terminal);

}  // namespace gf
