// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "models/inspection.h"
#include "report/text.h"

namespace gf {
namespace {

struct InspectArguments {
  explicit InspectArguments(CLI::App& command) : meta(command) {}
  ModelMetaFlag meta;
  std::vector<std::string> files;
  bool json = false;
};

std::string inputText(const ModelMetadata& metadata) {
  const auto& size = metadata.inputSize;
  return std::to_string(size[0]) + " × " + std::to_string(size[1]) + " × " + std::to_string(size[2]);
}

void describe(Terminal& terminal, const Inspection& inspection) {
  terminal.say(inspection.path.string());
  const auto line = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) terminal.say("  " + name + std::string(16 - name.size(), ' ') + value);
  };
  if (!inspection.readable) {
    line("cannot be used", inspection.rule + (inspection.observed.empty() ? "" : "; found " + inspection.observed));
    line("remedy", inspection.remedy);
    return;
  }
  if (inspection.metadata) {
    const auto& metadata = *inspection.metadata;
    line("name", metadata.name);
    line("family", metadata.family);
    line("input", inputText(metadata));
    line("classes", std::to_string(metadata.classes.size()));
    if (metadata.referenceAccuracy) {
      line("accuracy", percentString(metadata.referenceAccuracy->value) + " on " + metadata.referenceAccuracy->data);
    }
    line("source", metadata.source);
    line("licence", metadata.licence);
  } else {
    std::string keys;
    for (const auto& key : inspection.missingKeys) keys += (keys.empty() ? "" : ", ") + key;
    line("missing", keys + " (give them with --model-meta FILE.json)");
  }
  line("architecture", inspection.architecture);
  line("parameters", groupedText(inspection.parameters));
  line("features", inspection.hasFeatures ? "offered" : "not offered");
  if (inspection.traced) line("traced", "train mode is baked in: a teacher, not a student");
  line("sha256", inspection.sha256);
}

int inspectFiles(const InspectArguments& arguments) {
  Terminal terminal(arguments.json);
  nlohmann::ordered_json models = nlohmann::ordered_json::array();
  bool allReadable = true;
  const Control control = terminal.control();
  for (const auto& file : arguments.files) {
    const ModelChoice choice = arguments.meta.choice(file);
    const Inspection inspection = inspectInChild(choice.path, choice.metadata, {}, control);
    allReadable = allReadable && inspection.readable;
    describe(terminal, inspection);
    models.push_back(toJson(inspection));
  }
  terminal.result({{"models", models}});
  return allReadable ? kDone : kUnreadableInput;
}

}  // namespace

void addInspect(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("inspect", "Say what a checkpoint is, or why it cannot be used");
  auto arguments = std::make_shared<InspectArguments>(*command);
  command->add_option("files", arguments->files, "TorchScript checkpoints")->required()->option_text("FILE...");
  command->add_flag("--json", arguments->json, "One JSON object on stdout");
  command->callback([arguments, &run] { run = [arguments] { return inspectFiles(*arguments); }; });
}

}  // namespace gf
