// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/figure_files.h"
#include "app/cli/go_on.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "jobs/fit_job.h"
#include "jobs/resume.h"
#include "report/fit_report.h"
#include "report/text.h"

namespace gf {
namespace {

/// In the order of the help: what belongs to the input comes before the table's flags.
struct FitCommand {
  explicit FitCommand(CLI::App& command);
  FitOptions options() const;

  std::string model, data, out, config;
  std::map<std::string, std::string> chosen, given;  ///< By id: of the three choices, and of the table.
  bool overwrite = false, resume = false, json = false;
  bool began = false;  ///< The training.
  std::unique_ptr<ModelMetaFlag> meta;
};

FitCommand::FitCommand(CLI::App& command) {
  const auto required = [&](const char* name, std::string& value, const char* help, const char* placeholder) {
    command.add_option(name, value, help)->required()->option_text(placeholder)->group(kInputGroup);
  };
  required("--model", model, "The checkpoint to begin with", "FILE");
  required("--data", data, "Data folder with a training split", "FOLDER");
  for (const FitChoice& choice : fitChoices()) {
    std::string help(choice.help);
    for (const OptionChoice& each : choice.choices) {
      help +=
          (each.id == choice.choices.front().id ? " " : "; ") + std::string(each.id) + ": " + std::string(each.help);
      if (help.ends_with('.')) help.pop_back();
    }
    auto* option = command.add_option("--" + std::string(choice.id), chosen[std::string(choice.id)],
                                      help + " [" + std::string(chosenId({}, choice)) + "]");
    option->option_text("NAME")->group("What is fitted");
  }
  required("--out", out, "Folder for the result: new, or empty", "FOLDER");
  command.add_flag("--overwrite", overwrite, "Replace an earlier result in --out")->group(kInputGroup);
  command.add_flag("--resume", resume, "Go on where an interrupted run in --out was last saved")->group(kInputGroup);
  meta = std::make_unique<ModelMetaFlag>(command);
  command.add_option("--config", config, "Options by name in a JSON object; flags win over it")
      ->option_text("FILE.json")
      ->group(kInputGroup);
  for (const OptionRecord& record : fitOptionTable()) {
    auto* option = addTableFlag(command, record, given[std::string(record.id)], fitTraining());
    if (record.group == OptionGroup::Data) option->group("Training images");
  }
}

FitOptions FitCommand::options() const {
  FitOptions options;
  if (!config.empty()) applyJson(options, configFile(config), config);
  for (const FitChoice& choice : fitChoices()) {
    if (const auto& id = chosen.at(std::string(choice.id)); !id.empty()) choose(options, choice, id);
  }
  for (const OptionRecord& record : fitOptionTable()) {
    const auto& text = given.at(std::string(record.id));
    if (!text.empty()) setOption(options.training, record, parseOption(record, text));
  }
  return options;
}

/// The classes that changed most, both ways.
std::string classTable(const nlohmann::ordered_json& report) {
  constexpr std::size_t kShown = 10;
  const Figure classes = fitFigures(report).back();
  std::vector<std::vector<std::string>> rows{{"class", "before", "after", "change (points)"}};
  const auto add = [&](std::size_t i) {
    const double before = classes.series[0].y[i], after = classes.series[1].y[i];
    rows.push_back(
        {classes.labels[i], percentString(before / 100), percentString(after / 100), signedString(after - before, 1)});
  };
  const std::size_t all = classes.labels.size();
  for (std::size_t i = 0; i < std::min(all, kShown); ++i) add(i);
  if (all > kShown) rows.push_back({"… " + std::to_string(all - kShown) + " more in fit.json", "", "", ""});
  return tableText(std::move(rows));
}

int fitFiles(FitCommand& command) {
  checkResume(command.resume, command.overwrite);
  const FitRequest request{command.meta->choice(command.model),
                           command.data,
                           command.options(),
                           command.out,
                           command.overwrite,
                           command.resume};
  Terminal terminal(command.json);
  const bool wasFinished = beginningOf(request) == Beginning::Finished;
  FitJob job(request);
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
  const auto& out = request.out;
  if (wasFinished) {
    terminal.remark("This fit is finished; nothing was done.");
  } else {
    writeFigures(fitFigures(*report), out / "figures", {FigureFormat::Svg, FigureFormat::Png});
  }
  terminal.say(report->at("head").at("plan").get<std::string>());
  terminal.say(fitHeadline(*report));
  terminal.say("");
  terminal.say(classTable(*report));
  sayImagesLeftOut(report->at("evaluation"), report->at("evaluation").at("name").get<std::string>(), terminal);
  sayImagesLeftOut(report->at("training"), "the training images", terminal);
  terminal.say("");
  terminal.say("Model    " + fittedModelIn(out).string());
  terminal.say("Report   " + (out / "fit.json").string());
  terminal.say("Figures  " + (out / "figures").string());
  terminal.result(*report);
  if (!stopped) return kDone;
  terminal.remark("Stopped early; what is there was kept.");
  return kStopped;
}

}  // namespace

void addFit(CLI::App& program, Chosen& run, Closing& closing, std::vector<std::string> words) {
  auto* added = program.add_subcommand("fit", "Train a model with labels: its head for other classes, or all of it");
  auto command = std::make_shared<FitCommand>(*added);
  addJsonFlag(*added, command->json, "Print the report as one JSON object on stdout, and nothing else there");
  added->callback([command, &run, &closing, words = std::move(words)] {
    run = [command] { return fitFiles(*command); };
    closing = [command, words](int exitCode) { sayHowToGoOn(command->out, words, exitCode, command->began); };
  });
}

}  // namespace gf
