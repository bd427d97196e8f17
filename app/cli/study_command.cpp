// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/figure_files.h"
#include "app/cli/study_parts.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "report/text.h"
#include "study/paper.h"
#include "study/read_cells.h"
#include "study/study_figures.h"
#include "study/study_page.h"
#include "study/study_tables.h"
#include "study/table_text.h"

namespace gf {
namespace {

struct StudyFiguresArguments {
  std::string folder, out, format = "svg,pdf,png";
  bool withPaper = false, json = false;
};

void writeTables(const std::vector<StudyTableText>& tables, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) failRun(folder.string(), "the folder must be writable", error.message());
  for (const auto& each : tables) {
    writeAtomically(folder / (each.id + ".md"), toMarkdown(each.table));
    writeAtomically(folder / (each.id + ".tex"), toLatex(each.table));
    writeAtomically(folder / (each.id + ".csv"), toCsv(each.table));
  }
}

/// The two tables that say most, as a terminal shows them.
void sayTables(const std::vector<StudyTableText>& tables, Terminal& terminal) {
  for (const auto& each : tables) {
    if (each.id != "success" && each.id != "ranking" && each.id != "teams") continue;
    std::vector<std::vector<std::string>> rows{each.table.head};
    rows.insert(rows.end(), each.table.rows.begin(), each.table.rows.end());
    terminal.say("\n" + each.table.title);
    terminal.say(tableText(std::move(rows)));
  }
}

void sayLeftOut(const StudyTable& study, const std::vector<std::string>& leftOut, Terminal& terminal) {
  constexpr std::size_t kShown = 10;
  for (const auto& each : study.missing) {
    terminal.say("Missing   " + study.settingNames[each.setting] + ": " + std::to_string(each.missing) + " of " +
                 countedText(static_cast<std::int64_t>(each.all), "pair", "pairs") + " (whole or a seed of it)");
  }
  for (const auto& each : study.selfPairs) terminal.say("Self-pair " + each + ", excluded");
  for (std::size_t i = 0; i < leftOut.size() && i < kShown; ++i) terminal.say("Left out  " + leftOut[i]);
  if (leftOut.size() > kShown) {
    terminal.say("Left out  " + groupedText(std::ssize(leftOut) - static_cast<std::int64_t>(kShown)) +
                 " more, see study.md");
  }
}

nlohmann::ordered_json missingJson(const StudyTable& study) {
  auto missing = nlohmann::ordered_json::array();
  for (const auto& each : study.missing) {
    missing.push_back({{"method", study.settingNames[each.setting]},
                       {"missing", each.missing},
                       {"of", each.all},
                       {"pairs", each.pairs}});
  }
  return missing;
}

int drawStudy(const StudyFiguresArguments& arguments) {
  Terminal terminal(arguments.json);
  const std::filesystem::path out = arguments.out;
  const auto formats = parseFormats(arguments.format);
  if (std::error_code ignored; std::filesystem::is_regular_file(out, ignored)) {
    failUsage(arguments.out, "the figures must go into a folder", "a file");
  }
  const Control control = terminal.control();
  StudyCells read = readStudyCells(arguments.folder, control);
  const StudyTable study = studyTable(read.cells, arguments.folder);
  std::optional<PaperTables> paper;
  if (arguments.withPaper) paper = readPaperTables(paperTablesFile());
  const auto tables = studyTables(study, paper ? &*paper : nullptr);
  const auto figures = studyFigures(study, paper ? &*paper : nullptr);
  std::vector<std::string> leftOut = std::move(read.leftOut);
  leftOut.insert(leftOut.end(), study.leftOut.begin(), study.leftOut.end());
  writeTables(tables, out / "tables");
  writeAtomically(out / "cells.csv", cellsCsv(read.cells));
  writeAtomically(out / "study.md", studyPage(study, figures, tables, leftOut));
  writeFigures(figures, out / "figures", formats, control);
  terminal.say(studyHeadline(study));
  sayTables(tables, terminal);
  terminal.say("");
  sayLeftOut(study, leftOut, terminal);
  terminal.say("Page      " + (out / "study.md").string());
  terminal.say("Figures   " + countedText(std::ssize(figures), "figure", "figures") + " in " +
               (out / "figures").string());
  terminal.say("Tables    " + countedText(std::ssize(tables), "table", "tables") + " in " + (out / "tables").string() +
               " as Markdown, LaTeX and CSV; every cell in " + (out / "cells.csv").string());
  auto written = nlohmann::ordered_json::array();
  for (const auto& figure : figures) {
    written.push_back({{"id", figure.id}, {"title", figure.title}, {"sentence", figure.sentence}});
  }
  auto tabled = nlohmann::ordered_json::array();
  for (const auto& each : tables) tabled.push_back(each.id);
  terminal.result({{"headline", studyHeadline(study)},
                   {"cells", read.cells.size()},
                   {"pairs", study.pairs.size()},
                   {"missing", missingJson(study)},
                   {"self_pairs", study.selfPairs},
                   {"left_out", leftOut},
                   {"figures", written},
                   {"tables", tabled}});
  return kDone;
}

void addStudyFigures(CLI::App& study, Chosen& run) {
  auto* command =
      study.add_subcommand("figures", "Draw a study's figures and tables from a folder of finished transfers");
  auto arguments = std::make_shared<StudyFiguresArguments>();
  command->add_option("FOLDER", arguments->folder)->required()->option_text("FOLDER");
  command
      ->add_option("--out", arguments->out,
                   "Folder for figures/, tables/, study.md and cells.csv; those of the same name are replaced")
      ->required()
      ->option_text("FOLDER")
      ->group(kInputGroup);
  command
      ->add_option("--format", arguments->format,
                   "Any of svg, pdf and png, separated by commas; csv and json are always written [svg,pdf,png]")
      ->option_text("LIST")
      ->group(kInputGroup);
  command->add_flag("--with-paper", arguments->withPaper, "Lay the paper's numbers under one's own")
      ->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return drawStudy(*arguments); }; });
}

}  // namespace

void addStudy(CLI::App& program, Chosen& run) {
  auto* study = program.add_subcommand("study", "Many transfers as one study: run, watched, drawn");
  study->require_subcommand(1);
  addStudyRun(*study, run);
  addStudySubmit(*study, run);
  addStudyStatus(*study, run);
  addStudyPlans(*study, run);
  addStudyFigures(*study, run);
}

}  // namespace gf
