// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/figure_files.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "report/result_folder.h"
#include "report/text.h"

namespace gf {
namespace {

struct FiguresArguments {
  std::vector<std::string> results;
  std::string out, format = "svg,pdf,png";
  bool json = false;
};

/// Several results go into a folder each, named after theirs.
std::filesystem::path folderFor(const FiguresArguments& arguments, const Result& result) {
  const std::filesystem::path out = arguments.out;
  return arguments.results.size() == 1 ? out : out / result.folder.filename();
}

int drawResults(const FiguresArguments& arguments) {
  Terminal terminal(arguments.json);
  const auto formats = parseFormats(arguments.format);
  std::vector<Result> results;  // all are read before anything is written
  for (const auto& path : arguments.results) results.push_back(openResult(path));
  nlohmann::ordered_json written = nlohmann::ordered_json::array();
  for (const auto& result : results) {
    const auto folder = folderFor(arguments, result);
    writeFigures(result.figures, folder, formats);
    terminal.say(countedText(std::ssize(result.figures), "figure", "figures") + " in " + folder.string());
    for (const auto& figure : result.figures) {
      terminal.say("  " + figure.id + ": " + figure.title);
      written.push_back(
          {{"folder", folder.string()}, {"id", figure.id}, {"title", figure.title}, {"sentence", figure.sentence}});
    }
  }
  terminal.result({{"figures", written}});
  return kDone;
}

}  // namespace

void addFigures(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("figures", "Draw the figures of results again");
  auto arguments = std::make_shared<FiguresArguments>();
  command->add_option("results", arguments->results, "Result folders or report.json files")
      ->required()
      ->option_text("RESULT...");
  command->add_option("--out", arguments->out, "Folder for the figures")->required()->option_text("FOLDER");
  command->add_option("--format", arguments->format, "Any of svg, pdf, png, separated by commas [svg,pdf,png]")
      ->option_text("LIST");
  command->add_flag("--json", arguments->json, "One JSON object on stdout");
  command->callback([arguments, &run] { run = [arguments] { return drawResults(*arguments); }; });
}

}  // namespace gf
