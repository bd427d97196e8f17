// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
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
  if (inspection.traced) line("traced", "train mode is baked in: it can be a teacher, not a student");
  line("sha256", inspection.sha256);
}

/// The files that share their metadata are looked at by one child process; results come in the order of the files.
std::vector<Inspection> inspectAll(const InspectArguments& arguments, const Control& control) {
  std::map<std::string, std::vector<std::size_t>> byMetadata;
  std::vector<ModelChoice> choices;
  for (const auto& file : arguments.files) {
    choices.push_back(arguments.meta.choice(file));
    byMetadata[choices.back().metadata.dump()].push_back(choices.size() - 1);
  }
  std::vector<Inspection> inspections(choices.size());
  for (const auto& [unused, members] : byMetadata) {
    std::vector<std::filesystem::path> paths;
    for (const std::size_t i : members) paths.push_back(choices[i].path);
    auto seen = inspectInChild(paths, choices[members.front()].metadata, {}, {}, control);
    for (std::size_t k = 0; k < members.size(); ++k) inspections[members[k]] = std::move(seen[k]);
  }
  return inspections;
}

int inspectFiles(const InspectArguments& arguments) {
  Terminal terminal(arguments.json);
  nlohmann::ordered_json models = nlohmann::ordered_json::array();
  bool allReadable = true;
  for (const auto& inspection : inspectAll(arguments, terminal.control())) {
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
  command->add_option("FILE", arguments->files)->required()->option_text("FILE...");
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return inspectFiles(*arguments); }; });
}

}  // namespace gf
