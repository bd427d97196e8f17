// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gf {

/// Says on stderr how the run in `out` goes on, where it was interrupted or failed and can; `words` are those of the
/// command line, `began` whether its training had begun. What diverged would only diverge again: its message says what to
/// change.
void sayHowToGoOn(const std::filesystem::path& out, const std::vector<std::string>& words, int exitCode, bool began);

/// Throws Error(Usage) when both are asked for.
void checkResume(bool resume, bool overwrite);

}  // namespace gf
