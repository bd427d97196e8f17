// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "jobs/compare_job.h"
#include "options/option_table.h"

namespace gf {

/// What a command needs that sets a student against teachers: the checkpoints, the data and where the result goes.
struct PairArguments {
  /// `transfers`: whether the command trains, and so needs a training split.
  explicit PairArguments(CLI::App& command, bool transfers);
  std::string student, data, out;
  std::vector<std::string> teachers;
  bool overwrite = false, json = false;
};

/// The flags of the option table on one subcommand, and the options they amount to.
class TransferFlags {
 public:
  /// Adds every flag of the table, --preset and --config.
  explicit TransferFlags(CLI::App& command);
  /// Defaults or the --preset, then the --config file, then the flags. Throws Error.
  TransferOptions options() const;

 private:
  std::string preset_, config_;
  std::map<std::string, std::string> given_;
};

/// --device and --threads for commands that only evaluate; checked like the table's.
class RunFlags {
 public:
  explicit RunFlags(CLI::App& command);
  std::string device() const;
  int threads() const;

 private:
  std::string device_, threads_;
};

/// --bad-images for commands without the whole table; checked like the table's.
class BadImagesFlag {
 public:
  explicit BadImagesFlag(CLI::App& command);
  BadImages rule() const;

 private:
  std::string text_;
};

/// The value of a --threads, checked like the table's; 0 where `text` is empty. Throws Error(Usage).
int threadsOf(const std::string& text);

/// --model-meta FILE.json: metadata keys for checkpoints that carry none. An object of the keys themselves goes to
/// every model given; an object whose keys are checkpoint file names gives each its own.
class ModelMetaFlag {
 public:
  explicit ModelMetaFlag(CLI::App& command);
  ModelChoice choice(const std::string& path) const;

 private:
  std::string file_;
};

/// A flag of one record of a table; `text` becomes what was given, empty without. Its help says the record's default
/// in `defaults`.
CLI::Option* addTableFlag(CLI::App& command, const OptionRecord& record, std::string& text,
                          const TransferOptions& defaults = {});

/// The object in a --config FILE.json. Throws Error(Input).
nlohmann::json configFile(const std::string& file);

/// --json, on every subcommand.
void addJsonFlag(CLI::App& command, bool& json, const std::string& help);
constexpr const char* kInputGroup = "Input and result";
constexpr const char* kOutputGroup = "Output";

}  // namespace gf
