// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace gf {
namespace {

constexpr std::size_t kLargestJson = std::size_t{16} << 20;

std::string helpOf(const OptionRecord& record) {
  std::string help(record.help);
  if (!record.symbol.empty()) help += " Symbol " + std::string(record.symbol) + ".";
  if (record.type != OptionType::Boolean) help += " " + rangeText(record);
  return help + " [" + defaultText(record) + "]";
}

}  // namespace

nlohmann::json readJsonFile(const std::filesystem::path& path) {
  const std::string text = readFile(path, kLargestJson);
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    failInput(path.string(), "must be JSON", error.what());
  }
}

TransferFlags::TransferFlags(CLI::App& command) {
  command.add_option("--config", config_, "JSON file of options; flags win over it")->option_text("FILE.json");
  for (const auto& record : transferOptionTable()) {
    const std::string id(record.id);
    if (record.type == OptionType::Boolean) {
      command.add_flag_callback(
          "--" + id, [this, id] { given_[id] = "true"; }, helpOf(record));
    } else {
      command
          .add_option_function<std::string>(
              "--" + id, [this, id](const std::string& text) { given_[id] = text; }, helpOf(record))
          ->option_text(record.unit.empty() ? "VALUE" : std::string(record.unit));
    }
  }
}

TransferOptions TransferFlags::options() const {
  TransferOptions options;
  if (!config_.empty()) applyJson(options, readJsonFile(config_), config_);
  for (const auto& [id, text] : given_) {
    const auto& record = optionRecord(id);
    setOption(options, record, parseOption(record, text));
  }
  return options;
}

RunFlags::RunFlags(CLI::App& command) {
  command.add_option("--device", device_, helpOf(optionRecord("device")))->option_text("DEVICE");
  command.add_option("--threads", threads_, helpOf(optionRecord("threads")))->option_text("N");
}

std::string RunFlags::device() const {
  return device_.empty() ? "auto" : std::get<std::string>(parseOption(optionRecord("device"), device_));
}

int RunFlags::threads() const {
  return threads_.empty() ? 0
                          : static_cast<int>(std::get<std::int64_t>(parseOption(optionRecord("threads"), threads_)));
}

ModelMetaFlag::ModelMetaFlag(CLI::App& command) {
  command.add_option("--model-meta", file_, "Metadata keys for checkpoints that carry none")->option_text("FILE.json");
}

ModelChoice ModelMetaFlag::choice(const std::string& path) const {
  ModelChoice chosen{path, nullptr};
  if (file_.empty()) return chosen;
  const nlohmann::json object = readJsonFile(file_);
  if (!object.is_object()) failInput(file_, "must be a JSON object of metadata keys", object.type_name());
  const std::string name = chosen.path.filename().string();
  bool byFile = false;
  for (const auto& [key, value] : object.items()) byFile = byFile || value.is_object();
  // reference_accuracy is the one key that is itself an object.
  if (byFile && !object.contains("reference_accuracy")) {
    if (object.contains(name)) chosen.metadata = object[name];
  } else {
    chosen.metadata = object;
  }
  return chosen;
}

}  // namespace gf
