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
#include "report/text.h"

namespace gf {
namespace {

struct TransferArguments {
  explicit TransferArguments(CLI::App& command) : pair(command, false), meta(command), flags(command) {}
  PairArguments pair;
  ModelMetaFlag meta;
  TransferFlags flags;
};

void drawFigures(const std::filesystem::path& folder) {
  writeFigures(openResult(folder).figures, folder / "figures", {FigureFormat::Svg, FigureFormat::Png});
}

/// What the transfer did to the student, before beside after.
std::string changeTable(const nlohmann::ordered_json& report) {
  const auto& before = report.at("before");
  const auto& after = report.at("after");
  const auto row = [](const std::string& name, double from, double to) {
    return std::vector<std::string>{name, percentString(from), percentString(to), signedString(100 * (to - from), 1)};
  };
  const auto flips = [&](const std::string& name, const char* key) {
    return row(name, before.at("teachers").at(0).at(key), after.at("teachers").at(0).at(key));
  };
  return tableText({{"", "before", "after", "change (points)"},
                    row("accuracy", before.at("accuracy"), after.at("accuracy")),
                    flips("only the teacher is right", "positive_flips"),
                    flips("only the student is right", "negative_flips")});
}

int transferFiles(const TransferArguments& arguments) {
  const PairArguments& pair = arguments.pair;
  if (pair.teachers.size() != 1) {
    failUsage("--teacher", "a transfer takes one teacher", std::to_string(pair.teachers.size()) + " files");
  }
  Terminal terminal(pair.json);
  const std::filesystem::path out = pair.out;
  TransferJob job({arguments.meta.choice(pair.student), arguments.meta.choice(pair.teachers.front()), pair.data,
                   arguments.flags.options(), out, pair.overwrite});
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
  terminal.say("");
  terminal.say(changeTable(*report));
  terminal.say("");
  terminal.say("Report   " + (out / "report.json").string());
  terminal.say("Student  " + (out / "student.pt").string());
  terminal.say("Figures  " + (out / "figures").string());
  terminal.result(*report);
  if (!stopped) return kDone;
  terminal.remark("Stopped early; what is there was kept. To go on from it, start a transfer with --student " +
                  (out / "student.pt").string() + " and another --out; to begin again, repeat the command with " +
                  "--overwrite.");
  return kStopped;
}

}  // namespace

void addTransfer(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("transfer", "Transfer a teacher's knowledge to a student");
  auto arguments = std::make_shared<TransferArguments>(*command);
  addJsonFlag(*command, arguments->pair.json, "Print the report as one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return transferFiles(*arguments); }; });
}

}  // namespace gf
