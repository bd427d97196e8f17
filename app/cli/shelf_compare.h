// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/cli/terminal.h"
#include "jobs/shelf_job.h"

namespace gf {

/// The checkpoints that `given` names, a folder standing for all below it; each once. Throws Error(Input) for a folder
/// without any and for what is not there.
std::vector<std::string> shelfFiles(const std::vector<std::string>& given);

/// Compares all pairs, writes the result into `out` and says the best pairs and what was left out.
int compareShelf(const ShelfRequest& request, const std::string& out, bool overwrite, Terminal& terminal);

}  // namespace gf
