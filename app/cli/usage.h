// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"

namespace gf {

/// Help texts wrapped to the terminal, options in their groups.
std::shared_ptr<CLI::Formatter> helpFormatter();

/// What was wrong with the words of the command line, as an error that names the word, the rule and a way out. `first`
/// is the first word after the program's name, empty if there is none.
Error usageError(const CLI::App& program, const CLI::ParseError& failure, const std::string& first);

/// A word as a shell takes it literally.
std::string shellWord(const std::string& word);

/// The command line that goes on where this one was interrupted, to be pasted into a shell: the same words with
/// --resume and without --overwrite.
std::string resumeCommand(const std::vector<std::string>& words);

/// The candidate that `word` is probably a misspelling of; empty when none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace gf
