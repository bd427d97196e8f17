// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/figure_files.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "jobs/transfer_job.h"
#include "report/result_folder.h"

namespace gf {
namespace {

struct TransferArguments {
  explicit TransferArguments(CLI::App& command) : flags(command), meta(command) {}
  TransferFlags flags;
  ModelMetaFlag meta;
  std::string student, data, out;
  std::vector<std::string> teachers;
  bool overwrite = false, json = false;
};

void drawFigures(const std::filesystem::path& folder) {
  writeFigures(openResult(folder).figures, folder / "figures", {FigureFormat::Svg, FigureFormat::Png});
}

int transferFiles(const TransferArguments& arguments) {
  if (arguments.teachers.size() != 1) {
    failUsage("--teacher", "a transfer takes one teacher", std::to_string(arguments.teachers.size()) + " files");
  }
  Terminal terminal(arguments.json);
  const std::filesystem::path out = arguments.out;
  TransferJob job({arguments.meta.choice(arguments.student), arguments.meta.choice(arguments.teachers.front()),
                   arguments.data, arguments.flags.options(), out, arguments.overwrite});
  bool stopped = false;
  try {
    job.run(terminal.control());
  } catch (const Stopped&) {
    stopped = true;
  }
  const auto report = job.report();
  if (!report) throw Stopped();  // before there was anything to keep
  drawFigures(out);
  terminal.say(headline(*report));
  terminal.say("Report   " + (out / "report.json").string());
  terminal.say("Student  " + (out / "student.pt").string());
  terminal.say("Figures  " + (out / "figures").string());
  terminal.result(*report);
  if (!stopped) return kDone;
  terminal.remark("Stopped early: what is there was kept. To go on from it, start a transfer with --student " +
                  (out / "student.pt").string() + "; to begin again, repeat the command with --overwrite.");
  return kStopped;
}

}  // namespace

void addTransfer(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("transfer", "Transfer a teacher's knowledge to a student");
  auto arguments = std::make_shared<TransferArguments>(*command);
  command->add_option("--student", arguments->student, "The student's checkpoint")->required()->option_text("FILE");
  command->add_option("--teacher", arguments->teachers, "The teacher's checkpoint")->required()->option_text("FILE");
  command->add_option("--data", arguments->data, "Data folder with a training split")
      ->required()
      ->option_text("FOLDER");
  command->add_option("--out", arguments->out, "Result folder")->required()->option_text("FOLDER");
  command->add_flag("--overwrite", arguments->overwrite, "Replace an earlier result in --out");
  command->add_flag("--json", arguments->json, "The report as one JSON object on stdout");
  command->callback([arguments, &run] { run = [arguments] { return transferFiles(*arguments); }; });
}

}  // namespace gf
