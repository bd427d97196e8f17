// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/cli/commands.h"
#include "base/error.h"

namespace gf {
namespace {

/// A failure for people on stderr, and with --json as an object on stdout.
void sayFailure(const Error& error, bool json) {
  std::fputs(("gainfinder: " + std::string(error.what()) + "\n").c_str(), stderr);
  if (!json) return;
  const nlohmann::ordered_json object{{"error",
                                       {{"subject", error.subject()},
                                        {"rule", error.rule()},
                                        {"observed", error.observed()},
                                        {"remedy", error.remedy()},
                                        {"exit_code", exitCodeOf(error.kind())}}}};
  std::fputs((object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n").c_str(), stdout);
}

int perform(const Chosen& run, bool json) {
  try {
    return run();
  } catch (const Stopped&) {
    std::fputs("gainfinder: stopped\n", stderr);
    return kStopped;
  } catch (const Error& error) {
    sayFailure(error, json);
    return exitCodeOf(error.kind());
  } catch (const std::exception& error) {
    sayFailure(Error(ErrorKind::Run, "", "the work must end without an error of a library", error.what()), json);
    return kRunFailed;
  }
}

}  // namespace

bool isCommand(const char* argument) {
  constexpr std::array<std::string_view, 9> kWords{"demo",   "inspect", "compare", "transfer", "figures",
                                                   "doctor", "--help",  "-h",      "--version"};
  return std::find(kWords.begin(), kWords.end(), argument) != kWords.end();
}

int runCommandLine(int count, char** arguments) {
  CLI::App program(
      "Finds what one pretrained image classifier knows that another does not, and transfers it.\n"
      "Without arguments the window opens; --open-sample opens it with the sample.",
      "gainfinder");
  program.set_version_flag("--version", "Gainfinder " GAINFINDER_VERSION);
  program.require_subcommand(1);
  program.get_formatter()->column_width(36);
  Chosen run;
  addDemo(program, run);
  addInspect(program, run);
  addCompare(program, run);
  addTransfer(program, run);
  addFigures(program, run);
  addDoctor(program, run);
  try {
    program.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kDone : kWrongUsage;
  }
  const bool json =
      std::any_of(arguments, arguments + count, [](const char* word) { return std::string_view(word) == "--json"; });
  return perform(run, json);
}

}  // namespace gf
