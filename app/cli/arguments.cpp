// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli/usage.h"
#include "base/error.h"
#include "report/json_text.h"

namespace gf {
namespace {

constexpr std::size_t kLargestJson = std::size_t{16} << 20;

std::string helpOf(const OptionRecord& record, const TransferOptions& defaults) {
  std::string help(record.help);
  if (help.ends_with('.')) help.pop_back();
  if (!record.symbol.empty()) help += ", symbol " + std::string(record.symbol);
  if (record.type != OptionType::Boolean) help += " (" + rangeText(record) + ")";
  const bool usual = record.get(defaults) == record.get(TransferOptions{});
  return help + " [" + (usual ? defaultText(record) : valueText(record.get(defaults))) + "]";
}

std::string placeholderOf(const OptionRecord& record) {
  switch (record.type) {
    case OptionType::Integer:
      return "N";
    case OptionType::Real:
      return "NUMBER";
    case OptionType::Choice:
      return "NAME";
    default:
      return record.id == "device" ? "DEVICE" : "AMOUNT";
  }
}

const char* groupOf(const OptionRecord& record) {
  switch (record.group) {
    case OptionGroup::Objective:
      return "Objective";
    case OptionGroup::Optimiser:
      return "Optimiser";
    case OptionGroup::Data:
      return "Transfer set";
    case OptionGroup::Run:
      break;
  }
  return "Run";
}

std::string presetNames() {
  std::string names;
  for (const auto& preset : transferPresets()) names += (names.empty() ? "" : ", ") + std::string(preset.id);
  return names;
}

const Preset& presetOf(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& preset : transferPresets()) {
    if (preset.id == name) return preset;
    names.emplace_back(preset.id);
  }
  const std::string meant = nearest(name, names);
  failUsage("--preset", "must be one of " + presetNames(), name, meant.empty() ? "" : "Did you mean " + meant + "?");
}

}  // namespace

CLI::Option* addTableFlag(CLI::App& command, const OptionRecord& record, std::string& text,
                          const TransferOptions& defaults) {
  const std::string name = "--" + std::string(record.id), help = helpOf(record, defaults);
  if (record.type == OptionType::Boolean) return command.add_flag(name, text, help)->group(groupOf(record));
  return command.add_option(name, text, help)->option_text(placeholderOf(record))->group(groupOf(record));
}

nlohmann::json configFile(const std::string& file) {
  return parseJsonFile(file, kLargestJson);
}

void addJsonFlag(CLI::App& command, bool& json, const std::string& help) {
  command.add_flag("--json", json, help)->group(kOutputGroup);
}

PairArguments::PairArguments(CLI::App& command, bool transfers) {
  const auto required = [&](CLI::Option* option, const char* placeholder) {
    option->required()->option_text(placeholder)->group(kInputGroup);
  };
  required(command.add_option("--student", student, "The student's checkpoint"), "FILE");
  required(command.add_option("--teacher", teachers,
                              transfers ? "Teachers' checkpoints; --teachers says what several are to the student"
                                        : "Teachers' checkpoints"),
           "FILE...");
  required(command.add_option(
               "--data", data,
               transfers ? "Data folder with a training split" : "Data folder: IDX files or images in class folders"),
           "FOLDER");
  required(command.add_option("--out", out, "Folder for the result: new, or empty"), "FOLDER");
  command.add_flag("--overwrite", overwrite, "Replace an earlier result in --out")->group(kInputGroup);
}

TransferFlags::TransferFlags(CLI::App& command) {
  command.add_option("--preset", preset_, "Settings by name; --config and flags win over them: " + presetNames())
      ->option_text("NAME")
      ->group(kInputGroup);
  command.add_option("--config", config_, "Options by name in a JSON object; flags win over it")
      ->option_text("FILE.json")
      ->group(kInputGroup);
  for (const auto& record : transferOptionTable()) addTableFlag(command, record, given_[std::string(record.id)]);
}

TransferOptions TransferFlags::options() const {
  TransferOptions options = preset_.empty() ? TransferOptions{} : presetOf(preset_).options;
  if (!config_.empty()) applyJson(options, configFile(config_), config_);
  for (const auto& [id, text] : given_) {
    if (text.empty()) continue;
    const auto& record = optionRecord(id);
    setOption(options, record, parseOption(record, text));
  }
  return options;
}

RunFlags::RunFlags(CLI::App& command) {
  addTableFlag(command, optionRecord("device"), device_);
  addTableFlag(command, optionRecord("threads"), threads_);
}

std::string RunFlags::device() const {
  return device_.empty() ? "auto" : std::get<std::string>(parseOption(optionRecord("device"), device_));
}

int RunFlags::threads() const {
  return threadsOf(threads_);
}

BadImagesFlag::BadImagesFlag(CLI::App& command) {
  addTableFlag(command, optionRecord("bad-images"), text_)->group(kInputGroup);
}

BadImages BadImagesFlag::rule() const {
  TransferOptions options;
  const auto& record = optionRecord("bad-images");
  if (!text_.empty()) setOption(options, record, parseOption(record, text_));
  return options.badImages;
}

int threadsOf(const std::string& text) {
  return text.empty() ? 0 : static_cast<int>(std::get<std::int64_t>(parseOption(optionRecord("threads"), text)));
}

ModelMetaFlag::ModelMetaFlag(CLI::App& command) {
  command
      .add_option("--model-meta", file_,
                  "Metadata for checkpoints that carry none: an object of metadata keys for all of them, or one such "
                  "object for each file name")
      ->option_text("FILE.json")
      ->group(kInputGroup);
}

ModelChoice ModelMetaFlag::choice(const std::string& path) const {
  ModelChoice chosen{path, nullptr};
  if (file_.empty()) return chosen;
  const nlohmann::json object = configFile(file_);
  if (!object.is_object()) failInput(file_, "must be a JSON object of metadata keys", object.type_name());
  // reference_accuracy is the one metadata key that is itself an object.
  const bool byFile = !object.empty() && !object.contains("reference_accuracy") &&
                      std::all_of(object.begin(), object.end(), [](const auto& value) { return value.is_object(); });
  if (!byFile) {
    chosen.metadata = object;
  } else if (const auto own = object.find(chosen.path.filename().string()); own != object.end()) {
    chosen.metadata = *own;
  }
  return chosen;
}

}  // namespace gf
