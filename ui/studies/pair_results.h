// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "ui/studies/pair_grid.h"
#include "ui/studies/study_reading.h"

namespace gf {

/// Settings in the order in which they come.
std::vector<std::string> settingsOf(const std::vector<IndexedCell>& cells);
/// How each pair stands under one setting: the state while any of its cells is not done, and the mean delta, in points,
/// over the seeds that are. Cells of several teachers are no pairs.
PairGridData pairsUnder(const std::vector<IndexedCell>& cells, const std::string& setting);

}  // namespace gf
