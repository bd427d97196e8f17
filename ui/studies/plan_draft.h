// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "options/option_table.h"

namespace gf {

/// A method of a plan as the form has it.
struct DraftMethod {
  Method method = Method::Kl;
  std::string preset;  ///< Its id; empty: the defaults.
  /// By option: the values to be run, as typed. One is a setting's own, several make a grid.
  std::vector<std::pair<std::string, std::vector<std::string>>> values;
};

/// A model by its file and what it is called.
struct DraftModel {
  std::filesystem::path path;
  std::string name;
  bool operator==(const DraftModel&) const = default;
};

/// A plan as it is being put together.
struct PlanDraft {
  std::string name;
  std::filesystem::path data;
  std::vector<DraftModel> students, teachers, shelf;  ///< `shelf`: all there are, to keep names apart.
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> excluded;  ///< Teacher, student.
  std::vector<DraftMethod> methods;
  std::string epochs, subset, seeds;  ///< As typed; empty: what each method's settings say, seed 0.
};

/// The folder that a plan names for these models: the nearest that holds all of them. Throws Error(Usage) when that
/// would be half of the disk.
std::filesystem::path folderOf(const std::vector<DraftModel>& models);

/// The plan's JSON. Throws Error(Usage) naming what is missing or what was typed wrongly.
nlohmann::ordered_json planJson(const PlanDraft& draft);

/// "0.1, 0.01" → {"0.1", "0.01"}.
std::vector<std::string> listed(const std::string& text);

}  // namespace gf
