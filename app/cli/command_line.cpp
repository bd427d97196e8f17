// SPDX-License-Identifier: GPL-3.0-or-later
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <new>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "app/cli/usage.h"
#include "base/error.h"

namespace gf {
namespace {

/// The one object that --json prints when there is no result.
void printFailure(const Error& error, int exitCode) {
  const nlohmann::ordered_json object{{"error",
                                       {{"subject", error.subject()},
                                        {"rule", error.rule()},
                                        {"observed", error.observed()},
                                        {"remedy", error.remedy()},
                                        {"exit_code", exitCode}}}};
  std::fputs((object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n").c_str(), stdout);
}

/// A failure for people on stderr, and with --json for programs on stdout.
int fail(const Error& error, bool json) {
  std::fputs(("gainfinder: " + harmless(error.what()) + "\n").c_str(), stderr);
  if (json) printFailure(error, exitCodeOf(error.kind()));
  return exitCodeOf(error.kind());
}

int perform(const Chosen& run, bool json) {
  try {
    return run();
  } catch (const Stopped&) {
    const Error stopped(ErrorKind::Run, "", "stopped before there was a result", "",
                        "Repeat the command to go on: finished evaluations are kept");
    std::fputs(("gainfinder: " + std::string(stopped.what()) + "\n").c_str(), stderr);
    if (json) printFailure(stopped, kStopped);
    return kStopped;
  } catch (const Error& error) {
    return fail(error, json);
  } catch (const std::bad_alloc&) {
    return fail(Error(ErrorKind::Run, "", "the work must fit into memory", "no memory left",
                      "Close other programs, or use a smaller --batch"),
                json);
  } catch (const std::exception& error) {
    return fail(Error(ErrorKind::Run, "", "the work must end without an error of a library", error.what()), json);
  }
}

/// What was said may still lie in a buffer, and the disk or the reader behind stdout may be gone.
int finished(int exitCode) {
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && !std::ferror(stdout)) return exitCode;
  pollfd reader{STDOUT_FILENO, POLLOUT, 0};
  const bool readerLeft = ::poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR);  // as of `| head`: no news to it
  if (!readerLeft) std::fputs("gainfinder: standard output: must be writable; found an error on writing\n", stderr);
  return exitCode == kDone ? kRunFailed : exitCode;
}

/// Help as every subcommand has it, those below another one too.
void dress(CLI::App& command) {
  command.set_help_flag("-h,--help", "Show this help")->group(kOutputGroup);
  command.footer("");
  for (CLI::App* below : command.get_subcommands({})) dress(*below);
}

bool wantsJson(int count, char** arguments) {
  return std::any_of(arguments, arguments + count, [](const char* word) { return std::string_view(word) == "--json"; });
}

}  // namespace

bool isCommand(const char* argument) {
  constexpr std::array<std::string_view, 17> kWords{"cache", "pack",    "import",   "predict", "demo",     "inspect",
                                                    "check", "compare", "transfer", "fit",     "study",    "figures",
                                                    "embed", "doctor",  "--help",   "-h",      "--version"};
  return std::find(kWords.begin(), kWords.end(), argument) != kWords.end();
}

int runCommandLine(int count, char** arguments) {
  CLI::App program(
      "Finds what one pretrained image classifier knows that another does not, and transfers it.\n"
      "Without arguments the window opens; --open-sample opens it with the sample.",
      "gainfinder");
  program.formatter(helpFormatter());
  program.set_help_flag("-h,--help", "Show this help")->group("Other");
  program.set_version_flag("--version", "Gainfinder " GAINFINDER_VERSION, "Show the version")->group("Other");
  program.footer(
      "gainfinder SUBCOMMAND --help explains its options.\n"
      "Exit codes: 0 done, 1 the run failed, 2 wrong usage, 3 an input cannot be read, 130 stopped.");
  program.require_subcommand(1);
  Chosen run;
  Closing closing;
  addDemo(program, run);
  addInspect(program, run);
  addImport(program, run);
  addPredict(program, run);
  addCheck(program, run);
  addCompare(program, run);
  addTransfer(program, run, closing, {arguments, arguments + count});
  addFit(program, run, closing, {arguments, arguments + count});
  addStudy(program, run);
  addFigures(program, run);
  addEmbed(program, run);
  addPack(program, run);
  addCache(program, run);
  addDoctor(program, run);
  for (CLI::App* command : program.get_subcommands({})) dress(*command);
  const bool json = wantsJson(count, arguments);
  try {
    program.parse(count, arguments);
  } catch (const CLI::Success& asked) {
    return finished(program.exit(asked) == 0 ? kDone : kWrongUsage);
  } catch (const CLI::ParseError& failure) {
    return finished(fail(usageError(program, failure, count > 1 ? arguments[1] : ""), json));
  }
  const int exitCode = perform(run, json);
  if (closing) closing(exitCode);
  return finished(exitCode);
}

}  // namespace gf
