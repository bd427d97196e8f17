// SPDX-License-Identifier: GPL-3.0-or-later
#include <fnmatch.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "jobs/import_job.h"
#include "report/text.h"

namespace gf {
namespace {

struct ImportArguments {
  std::string library, out, checkpoint, metadata, python, pattern;
  std::vector<std::string> names;
  std::uint64_t seed = 0;
  bool randomInit = false, overwrite = false, json = false;
  CLI::Option* list = nullptr;
};

bool matches(const Importable& model, const std::string& pattern) {
  if (pattern.empty()) return true;
  if (pattern == "paper-shelf") return model.paperShelf;
  return ::fnmatch(pattern.c_str(), model.name.c_str(), 0) == 0 || model.name.starts_with(pattern + ".");
}

int listModels(const ImportArguments& arguments, Terminal& terminal) {
  nlohmann::ordered_json models = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows{{"name", "family", "classes", "paper's name", "weights"}};
  const ImportList list = listImportable(findPython(arguments.python, terminal.control()), terminal.control());
  for (const auto& model : list.models) {
    if (model.library != arguments.library || !matches(model, arguments.pattern)) continue;
    rows.push_back({model.name, model.family, model.data.empty() ? "unknown" : model.data, model.paperName,
                    model.weights.empty() ? "not here" : "here"});
    models.push_back({{"name", model.name},
                      {"family", model.family},
                      {"data", model.data},
                      {"weights", model.weights},
                      {"input_size", model.inputSize},
                      {"parameters", nullptr},
                      {"paper_name", model.paperName},
                      {"accuracy", nullptr}});
    if (model.parameters > 0) models.back()["parameters"] = model.parameters;
    if (model.accuracy) models.back()["accuracy"] = *model.accuracy;
  }
  if (models.empty()) {
    failUsage("--list", "must match models that " + arguments.library + " knows", arguments.pattern,
              "Use a wildcard: --list '*resnet*'");
  }
  const auto count = std::ssize(models);
  terminal.say(tableText(std::move(rows)));
  terminal.say("");
  terminal.say(countedText(count, "model", "models"));
  terminal.result({{"library", arguments.library}, {"places", list.places}, {"models", models}});
  return kDone;
}

ImportRequest requestOf(const ImportArguments& arguments) {
  ImportRequest request;
  request.library = arguments.library;
  request.names = arguments.names;
  request.out = arguments.out;
  request.randomInit = arguments.randomInit;
  request.seed = arguments.seed;
  request.checkpoint = arguments.checkpoint;
  request.metadata = arguments.metadata;
  request.python = arguments.python;
  request.overwrite = arguments.overwrite;
  return request;
}

void tell(Terminal& terminal, const ImportOutcome& outcome) {
  if (!outcome.done()) {
    const Error error(ErrorKind::Input, outcome.name, outcome.rule, outcome.observed, outcome.remedy);
    terminal.remark(harmless(error.what()));
    return;
  }
  terminal.say(outcome.name + "  " + outcome.file.string());
  for (const auto& warning : outcome.warnings) terminal.remark(outcome.name + ": " + harmless(warning));
}

nlohmann::ordered_json toJson(const std::vector<ImportOutcome>& outcomes) {
  nlohmann::ordered_json imported = nlohmann::ordered_json::array(), failed = imported;
  for (const auto& outcome : outcomes) {
    if (outcome.done()) {
      imported.push_back({{"name", outcome.name}, {"file", outcome.file.string()}, {"warnings", outcome.warnings}});
    } else {
      failed.push_back(
          {{"name", outcome.name}, {"rule", outcome.rule}, {"observed", outcome.observed}, {"remedy", outcome.remedy}});
    }
  }
  return {{"imported", imported}, {"failed", failed}};
}

int importModels(const ImportArguments& arguments) {
  Terminal terminal(arguments.json);
  if (arguments.list->count() > 0) return listModels(arguments, terminal);
  ImportJob job(requestOf(arguments));
  job.onEach([&](const ImportOutcome& outcome) { tell(terminal, outcome); });
  try {
    job.run(terminal.control());
  } catch (const Stopped&) {
    if (job.outcomes().empty()) throw;
    terminal.remark("stopped; what was imported is kept. Repeat the command with the names that are left to go on");
    terminal.result(toJson(job.outcomes()));
    return kStopped;
  }
  terminal.result(toJson(job.outcomes()));
  const auto& all = job.outcomes();
  return std::all_of(all.begin(), all.end(), [](const auto& outcome) { return outcome.done(); }) ? kDone
                                                                                                 : kUnreadableInput;
}

}  // namespace

void addImport(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand(
      "import",
      "Make checkpoints of the classifiers of timm or torchvision: by name, architecture, wildcard or paper-shelf");
  auto arguments = std::make_shared<ImportArguments>();
  const auto option = [&](const char* name, auto& value, const char* help, const char* placeholder) {
    return command->add_option(name, value, help)->option_text(placeholder)->group(kInputGroup);
  };
  option("LIBRARY", arguments->library, "timm or torchvision", "timm|torchvision [NAME...]")->required();
  option("NAME", arguments->names, "Names, architectures, wildcards, or paper-shelf for the paper's models", "NAME...");
  option("--out", arguments->out, "Folder for the checkpoints, one NAME.pt for each", "FOLDER");
  option("--checkpoint", arguments->checkpoint,
         "Weights to take: safetensors, a state dict, or a folder of Hugging Face's; a config.json there may stand for "
         "NAME",
         "FILE|FOLDER");
  option("--model-meta", arguments->metadata, "JSON object of metadata keys that win over the library's", "FILE.json");
  option("--seed", arguments->seed, "Of random weights [0]", "N");
  option("--python", arguments->python,
         "Python with torch and the library [GAINFINDER_PYTHON, an active environment, the set-up's, python3]",
         "PROGRAM");
  command->add_flag("--random-init", arguments->randomInit, "Random weights in place of pretrained ones")
      ->group(kInputGroup);
  command->add_flag("--overwrite", arguments->overwrite, "Replace checkpoints of the same names in --out")
      ->group(kInputGroup);
  arguments->list = option("--list", arguments->pattern,
                           "Say which models there are, and whether their weights are on this machine", "[PATTERN]")
                        ->expected(0, 1);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return importModels(*arguments); }; });
}

}  // namespace gf
