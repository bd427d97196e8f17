// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace gf {

/// What a transfer changed, as shares of all samples; delta = gain − loss.
struct CellResult {
  double delta = 0, gain = 0, loss = 0;
};

/// These numbers of a finished transfer's report.json and nothing else of it: a list of thousands of cells has no time
/// to build and check whole reports (readStudyCell does). Throws Error(Input) naming file, rule and value.
CellResult readCellResult(const std::filesystem::path& report);

}  // namespace gf
