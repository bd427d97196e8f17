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
  explicit CompareArguments(CLI::App& command) : pair(command, false), meta(command), flags(command) {}
  PairArguments pair;
  ModelMetaFlag meta;
  RunFlags flags;
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
  const PairArguments& pair = arguments.pair;
  Terminal terminal(pair.json);
  CompareRequest request;
  request.student = arguments.meta.choice(pair.student);
  for (const auto& teacher : pair.teachers) request.teachers.push_back(arguments.meta.choice(teacher));
  request.data = pair.data;
  request.device = arguments.flags.device();
  request.threads = arguments.flags.threads();
  const std::filesystem::path out = pair.out;
  std::vector<std::filesystem::path> inputs(pair.teachers.begin(), pair.teachers.end());
  inputs.insert(inputs.end(), {pair.student, pair.data});
  checkResultFolder(out, pair.overwrite, inputs);
  CompareJob job(request);
  job.run(terminal.control());
  const auto comparison = job.result();
  makeResultFolder(out, pair.overwrite);
  const auto figures = figuresOf(comparison->report, {});
  writeReport(out, comparison->report, figures);
  writeFigures(figures, out / "figures", {FigureFormat::Svg, FigureFormat::Png});
  terminal.say(headline(comparison->report));
  terminal.say("");
  terminal.say(knowledgeTable(*comparison));
  terminal.say("");
  terminal.say("Report   " + (out / "report.json").string());
  terminal.say("Figures  " + (out / "figures").string());
  terminal.result(comparison->report);
  return kDone;
}

}  // namespace

void addCompare(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("compare", "Say what teachers know that a student does not");
  auto arguments = std::make_shared<CompareArguments>(*command);
  addJsonFlag(*command, arguments->pair.json, "Print the report as one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return compareFiles(*arguments); }; });
}

}  // namespace gf
