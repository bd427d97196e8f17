// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/figure_files.h"
#include "app/cli/go_on.h"
#include "app/cli/terminal.h"
#include "app/cli/transfer_tables.h"
#include "base/error.h"
#include "jobs/resume.h"
#include "jobs/transfer_job.h"
#include "report/result_folder.h"
#include "report/text.h"

namespace gf {
namespace {

struct TransferArguments {
  explicit TransferArguments(CLI::App& command) : pair(command, true) {
    command.add_flag("--resume", resume, "Go on where an interrupted run in --out was last saved")->group(kInputGroup);
  }
  PairArguments pair;
  bool resume = false;
};

/// In the order of the help: what belongs to the input comes before the table's flags.
struct TransferCommand {
  explicit TransferCommand(CLI::App& command) : given(command), meta(command), flags(command) {}
  TransferArguments given;
  ModelMetaFlag meta;
  TransferFlags flags;
  bool began = false;  ///< The training.
};

TransferRequest requestOf(const TransferCommand& command) {
  const PairArguments& pair = command.given.pair;
  checkResume(command.given.resume, pair.overwrite);
  TransferRequest request;
  request.student = command.meta.choice(pair.student);
  for (const auto& teacher : pair.teachers) request.teachers.push_back(command.meta.choice(teacher));
  request.data = pair.data;
  request.options = command.flags.options();
  request.out = pair.out;
  request.overwrite = pair.overwrite;
  request.resume = command.given.resume;
  return request;
}

/// Models beside the student: fast weights, the branches of a soup.
void sayModels(Terminal& terminal, const std::filesystem::path& out) {
  terminal.say("Student  " + (out / "student.pt").string());
  std::error_code ignored;
  if (std::filesystem::exists(out / "student-fast.pt", ignored)) {
    terminal.say("Fast     " + (out / "student-fast.pt").string());
  }
  if (std::filesystem::is_directory(out / "branches", ignored)) {
    terminal.say("Branches " + (out / "branches").string());
  }
}

int transferFiles(TransferCommand& command) {
  const TransferRequest request = requestOf(command);
  Terminal terminal(command.given.pair.json);
  const auto& out = request.out;
  const bool wasFinished = beginningOf(request) == Beginning::Finished;
  TransferJob job(request);
  bool stopped = false;
  try {
    job.run(terminal.control());
  } catch (const Stopped&) {
    stopped = true;
  } catch (...) {
    command.began = !job.isPreparing();
    throw;
  }
  const auto report = job.report();
  if (!report) throw Stopped();  // before there was anything to keep
  if (wasFinished) {
    terminal.remark("This run is finished; nothing was done.");
  } else {
    writeResult(openResult(out));
  }
  terminal.say(headline(*report));
  terminal.say("");
  terminal.say(transferTables(*report));
  sayImagesLeftOut(report->at("evaluation"), report->at("evaluation").at("name").get<std::string>(), terminal);
  sayImagesLeftOut(report->at("transfer"), "the transfer set", terminal);
  terminal.say("");
  terminal.say("Report   " + (out / "report.html").string() + ", and report.json for programs");
  sayModels(terminal, out);
  terminal.say("Figures  " + (out / "figures").string());
  terminal.result(*report);
  if (!stopped) return kDone;
  terminal.remark("Stopped early; what is there was kept.");
  return kStopped;
}

}  // namespace

void addTransfer(CLI::App& program, Chosen& run, Closing& closing, std::vector<std::string> words) {
  auto* added = program.add_subcommand("transfer", "Transfer teachers' knowledge to a student");
  auto command = std::make_shared<TransferCommand>(*added);
  addJsonFlag(*added, command->given.pair.json,
              "Print the report as one JSON object on stdout, and nothing else there");
  added->callback([command, &run, &closing, words = std::move(words)] {
    run = [command] { return transferFiles(*command); };
    closing = [command, words](int exitCode) { sayHowToGoOn(command->given.pair.out, words, exitCode, command->began); };
  });
}

}  // namespace gf
