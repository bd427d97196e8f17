// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/control.h"
#include "study/cell.h"

namespace gf {

/// The finished transfers below a folder, and what else lies there.
struct StudyCells {
  std::vector<StudyCell> cells;      ///< In the order of their folders' names.
  std::vector<std::string> leftOut;  ///< "folder: reason": unreadable, unfinished, not a transfer.
};

/// Reads every result folder at or below `folder` (at most ten levels, no links are followed; what lies inside a result
/// folder is not looked at). Throws Error(Input) when `folder` is no readable folder, Stopped.
StudyCells readStudyCells(const std::filesystem::path& folder, const Control& control = {});

/// One report.json of a finished transfer. Throws Error(Input) naming file, rule and value, also for a comparison, a
/// shelf and a transfer that was stopped early.
StudyCell readStudyCell(const std::filesystem::path& report);

}  // namespace gf
