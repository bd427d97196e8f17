// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
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
  bool report = false, json = false;
};

/// One result's figures lie in --out itself; several get a folder each, named after theirs and numbered when two share
/// a name.
std::vector<std::filesystem::path> foldersFor(const FiguresArguments& arguments, const std::vector<Result>& results) {
  const std::filesystem::path out = arguments.out;
  if (results.size() == 1) return {out};
  std::vector<std::filesystem::path> folders;
  for (const Result& result : results) {
    std::error_code ignored;
    const std::string name = std::filesystem::canonical(result.folder, ignored).filename().string();
    std::filesystem::path folder = out / (name.empty() ? "result" : name);
    for (int i = 2; std::find(folders.begin(), folders.end(), folder) != folders.end(); ++i) {
      folder = out / (name + "-" + std::to_string(i));
    }
    folders.push_back(folder);
  }
  return folders;
}

int drawResults(const FiguresArguments& arguments) {
  Terminal terminal(arguments.json);
  const auto formats = parseFormats(arguments.format);
  if (arguments.out.empty()) failUsage("--out", "must name a folder", "nothing");
  if (std::error_code ignored; std::filesystem::is_regular_file(arguments.out, ignored)) {
    failUsage(arguments.out, "the figures must go into a folder", "a file");
  }
  std::vector<Result> results;  // all are read before anything is written
  for (const auto& path : arguments.results) results.push_back(openResult(path));
  nlohmann::ordered_json written = nlohmann::ordered_json::array(), pages = nlohmann::ordered_json::array();
  const auto folders = foldersFor(arguments, results);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Result& result = results[i];
    const auto& folder = folders[i];
    writeFigures(result.figures, folder, formats, terminal.control());
    if (arguments.report) writePages(result, folder);
    terminal.say(countedText(std::ssize(result.figures), "figure", "figures") + " in " + folder.string());
    if (arguments.report) {
      pages.push_back((folder / "report.html").string());
      pages.push_back((folder / "report.pdf").string());
      terminal.say("  report.html and report.pdf: " + result.headline());
    }
    for (const auto& figure : result.figures) {
      terminal.say("  " + figure.id + ": " + figure.title);
      written.push_back(
          {{"folder", folder.string()}, {"id", figure.id}, {"title", figure.title}, {"sentence", figure.sentence}});
    }
  }
  nlohmann::ordered_json answer{{"figures", written}};
  if (arguments.report) answer["pages"] = pages;
  terminal.result(answer);
  return kDone;
}

}  // namespace

void addFigures(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("figures", "Draw the figures of result folders or report.json files again");
  auto arguments = std::make_shared<FiguresArguments>();
  command->add_option("RESULT", arguments->results)->required()->option_text("RESULT...");
  command->add_option("--out", arguments->out, "Folder for the figures; those of the same name are replaced")
      ->required()
      ->option_text("FOLDER")
      ->group(kInputGroup);
  command
      ->add_option("--format", arguments->format,
                   "Any of svg, pdf and png, separated by commas; csv and json are always written [svg,pdf,png]")
      ->option_text("LIST")
      ->group(kInputGroup);
  command->add_flag("--report", arguments->report, "Also write the result for people: report.html and report.pdf")
      ->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return drawResults(*arguments); }; });
}

}  // namespace gf
