// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace gf {

/// Each adds its subcommand and sets `run` to its work when the user chose it. The work answers the exit code and
/// throws Error or Stopped.
using Chosen = std::function<int()>;
void addDemo(CLI::App& program, Chosen& run);
void addInspect(CLI::App& program, Chosen& run);
void addImport(CLI::App& program, Chosen& run);
void addPredict(CLI::App& program, Chosen& run);
void addCheck(CLI::App& program, Chosen& run);
void addCompare(CLI::App& program, Chosen& run);
/// `words` are those of the command line. `closing` becomes what is to be said on stderr after everything else, given
/// the exit code.
using Closing = std::function<void(int)>;
void addTransfer(CLI::App& program, Chosen& run, Closing& closing, std::vector<std::string> words);
void addFit(CLI::App& program, Chosen& run, Closing& closing, std::vector<std::string> words);
void addFigures(CLI::App& program, Chosen& run);
void addEmbed(CLI::App& program, Chosen& run);
void addPack(CLI::App& program, Chosen& run);
void addStudy(CLI::App& program, Chosen& run);
void addCache(CLI::App& program, Chosen& run);
void addDoctor(CLI::App& program, Chosen& run);

/// The program as a command: parses, runs, says what went wrong, and answers the exit code.
int runCommandLine(int count, char** arguments);
/// Whether the first argument names a subcommand, or asks for help or the version.
bool isCommand(const char* argument);

}  // namespace gf
