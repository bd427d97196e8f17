// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "ui/workspace/run_center.h"

namespace gf {

/// runs.json: what is remembered of each run between sessions. A damaged file is moved aside, logged, and read as
/// empty, so that neither the window nor what the file held is lost.
std::vector<RunRow> readHistory(const std::filesystem::path& file);
/// Throws Error(Run) when it cannot be written.
void writeHistory(const std::filesystem::path& file, const std::vector<RunRow>& rows);

/// Appends; when there are too many, a quarter to a half stay, evenly over the run, the first and the last among them.
void appendThinned(std::vector<StepRecord>& steps, const std::vector<StepRecord>& more);

}  // namespace gf
