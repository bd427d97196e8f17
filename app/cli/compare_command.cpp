// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/figure_files.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "report/result_folder.h"
#include "report/text.h"

namespace gf {
namespace {

struct CompareArguments {
  explicit CompareArguments(CLI::App& command) : flags(command), meta(command) {}
  RunFlags flags;
  ModelMetaFlag meta;
  std::string student, data, out;
  std::vector<std::string> teachers;
  bool overwrite = false, json = false;
};

std::string knowledgeTable(const Comparison& comparison) {
  std::vector<std::vector<std::string>> rows{
      {"teacher", "accuracy", "student", "positive flips", "negative flips", "Δacc (points)"}};
  for (std::size_t i = 0; i < comparison.teachers.size(); ++i) {
    const auto& all = comparison.knowledge[i].all;
    rows.push_back({comparison.teachers[i].metadata->name, percentString(all.teacherAccuracy()),
                    percentString(all.studentAccuracy()), percentString(all.positiveFlips()),
                    percentString(all.negativeFlips()), signedString(100 * all.deltaAccuracy(), 1)});
  }
  return tableText(rows);
}

int compareFiles(const CompareArguments& arguments) {
  Terminal terminal(arguments.json);
  CompareRequest request;
  request.student = arguments.meta.choice(arguments.student);
  for (const auto& teacher : arguments.teachers) request.teachers.push_back(arguments.meta.choice(teacher));
  request.data = arguments.data;
  request.device = arguments.flags.device();
  request.threads = arguments.flags.threads();
  CompareJob job(request);
  job.run(terminal.control());
  const auto comparison = job.result();
  makeResultFolder(arguments.out, arguments.overwrite);
  const auto figures = figuresOf(comparison->report, {});
  writeReport(arguments.out, comparison->report, figures);
  writeFigures(figures, std::filesystem::path(arguments.out) / "figures", {FigureFormat::Svg, FigureFormat::Png});
  terminal.say(headline(comparison->report));
  terminal.say("");
  terminal.say(knowledgeTable(*comparison));
  terminal.say("");
  terminal.say("Report   " + (std::filesystem::path(arguments.out) / "report.json").string());
  terminal.say("Figures  " + (std::filesystem::path(arguments.out) / "figures").string());
  terminal.result(comparison->report);
  return kDone;
}

}  // namespace

void addCompare(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("compare", "Say what teachers know that a student does not");
  auto arguments = std::make_shared<CompareArguments>(*command);
  command->add_option("--student", arguments->student, "The student's checkpoint")->required()->option_text("FILE");
  command->add_option("--teacher", arguments->teachers, "Teachers' checkpoints")->required()->option_text("FILE...");
  command->add_option("--data", arguments->data, "Data folder")->required()->option_text("FOLDER");
  command->add_option("--out", arguments->out, "Result folder")->required()->option_text("FOLDER");
  command->add_flag("--overwrite", arguments->overwrite, "Replace an earlier result in --out");
  command->add_flag("--json", arguments->json, "The report as one JSON object on stdout");
  command->callback([arguments, &run] { run = [arguments] { return compareFiles(*arguments); }; });
}

}  // namespace gf
