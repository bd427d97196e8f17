// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/figure_files.h"
#include "app/cli/shelf_compare.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "jobs/meaning_job.h"
#include "report/meaning_report.h"
#include "report/result_folder.h"
#include "report/text.h"

namespace gf {
namespace {

struct CompareArguments {
  explicit CompareArguments(CLI::App& command)
      : pair(command, false), meta(command), badImages(command), flags(command) {
    // Which of them must be given depends on the others.
    for (const char* name : {"--student", "--teacher"}) command.get_option(name)->required(false);
    command
        .add_option("--shelf", shelf,
                    "In place of --student and --teacher: checkpoints, or folders of them, of which every two are "
                    "compared both ways round")
        ->option_text("FILE_OR_FOLDER...")
        ->group(kInputGroup);
    command
        .add_option("--semantics", semantics,
                    "Also say where knowledge lies by what class names mean to: wordnet, clip:FOLDER or text:FOLDER (a "
                    "text encoder as Hugging Face stores it), file:PATH (vectors), or head (the teacher's classifier "
                    "rows)")
        ->option_text("PROVIDER")
        ->group(kInputGroup);
  }
  PairArguments pair;
  std::string semantics;
  std::vector<std::string> shelf;
  ModelMetaFlag meta;
  BadImagesFlag badImages;
  RunFlags flags;
};

void require(bool given, const char* option, const std::string& observed) {
  if (!given) failUsage(option, "must be given", observed, "See gainfinder compare --help");
}

/// A pair or a shelf, and nothing of both.
void checkUsage(const CompareArguments& arguments) {
  const PairArguments& pair = arguments.pair;
  if (arguments.shelf.empty()) {
    require(!pair.student.empty(), "--student", "neither a student nor a --shelf");
    require(!pair.teachers.empty(), "--teacher", "nothing");
    if (!arguments.semantics.empty()) checkProvider(arguments.semantics);
    return;
  }
  if (!arguments.semantics.empty()) {
    failUsage("--semantics", "is for a pair: --student and --teacher", "--shelf beside it", "Leave one of them out");
  }
  if (pair.student.empty() && pair.teachers.empty()) return;
  failUsage("--shelf", "is in place of --student and --teacher: on a shelf every model is both",
            pair.student.empty() ? "--teacher beside it" : "--student beside it",
            "Name all models after --shelf, or leave --shelf out");
}

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

int comparePair(const CompareArguments& arguments, Terminal& terminal) {
  const PairArguments& pair = arguments.pair;
  CompareRequest request;
  request.student = arguments.meta.choice(pair.student);
  for (const auto& teacher : pair.teachers) request.teachers.push_back(arguments.meta.choice(teacher));
  request.data = pair.data;
  request.device = arguments.flags.device();
  request.threads = arguments.flags.threads();
  request.semantics = arguments.semantics;
  request.badImages = arguments.badImages.rule();
  const std::filesystem::path out = pair.out;
  std::vector<std::filesystem::path> inputs(pair.teachers.begin(), pair.teachers.end());
  inputs.insert(inputs.end(), {pair.student, pair.data});
  if (!arguments.semantics.empty()) inputs.emplace_back(parseSemantics(arguments.semantics).path);
  std::erase(inputs, std::filesystem::path());
  checkResultFolder(out, pair.overwrite, inputs);
  CompareJob job(request);
  job.run(terminal.control());
  const auto comparison = job.result();
  makeResultFolder(out, pair.overwrite);
  Result result{out, comparison->report, {}, {}, {}};
  if (comparison->meaning) {
    writeSimilarity(out, comparison->meaning->classes.semantics, result.report);
    result.similarity = comparison->meaning->similarity;
    for (const auto& note : comparison->meaning->classes.semantics.notes) terminal.remark(note);
  }
  result.figures = figuresOf(result.report, {}, result.similarity);
  const bool drawn = writeResult(result, terminal.control());
  terminal.say(headline(result.report));
  terminal.say("");
  terminal.say(knowledgeTable(*comparison));
  sayImagesLeftOut(result.report.at("evaluation"), comparison->data.evalName, terminal);
  terminal.say("");
  terminal.say("Report   " + (out / "report.json").string());
  terminal.say("Figures  " + (out / "figures").string());
  terminal.result(result.report);
  return drawn ? kDone : sayUndrawn(out, terminal);
}

int compareFiles(const CompareArguments& arguments) {
  checkUsage(arguments);
  Terminal terminal(arguments.pair.json);
  if (arguments.shelf.empty()) return comparePair(arguments, terminal);
  ShelfRequest request;
  request.device = arguments.flags.device();
  request.threads = arguments.flags.threads();
  for (const auto& file : shelfFiles(arguments.shelf)) request.models.push_back(arguments.meta.choice(file));
  request.data = arguments.pair.data;
  request.badImages = arguments.badImages.rule();
  return compareShelf(request, arguments.pair.out, arguments.pair.overwrite, terminal);
}

}  // namespace

void addCompare(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand(
      "compare", "Say what teachers know that a student does not, or who knows what on a shelf of models");
  auto arguments = std::make_shared<CompareArguments>(*command);
  addJsonFlag(*command, arguments->pair.json, "Print the report as one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return compareFiles(*arguments); }; });
}

}  // namespace gf
