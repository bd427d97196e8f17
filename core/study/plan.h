// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "options/transfer_options.h"

namespace gf {

inline constexpr const char* kPlanSchema = "gainfinder-plan/1";

/// Which models of a shelf are meant: all that pass every test there is.
struct ModelSelector {
  std::vector<std::string> names;  ///< Wildcards (* and ?) for a model's name or its file's stem; empty: any.
  std::string family;              ///< Empty: any.
  std::int64_t fewest = 0, most = INT64_MAX;  ///< Parameters.
};

/// Several teachers for one student, as one cell for each mode.
struct PlannedTeam {
  std::vector<ModelSelector> teachers;
  std::vector<TeacherMode> modes;
};

/// A study as it is asked for, before any model has been looked at. JSON:
///
///     {"schema": "gainfinder-plan/1", "name": "…", "about": "…", "models": "FOLDER", "data": "FOLDER",
///      "students": ["all-*", {"family": "CNN", "names": ["res*"], "parameters": [0, 1000000]}],
///      "teachers": ["*"], "exclude": [["teacher", "student"]],
///      "methods": ["kl-dp", {"preset": "paper-kl", "options": {"epochs": 5}, "grid": {"lr": [0.01, 0.001]}},
///                  {"method": "kl", "grid": "paper"}],
///      "options": {"subset": "130perclass"}, "seeds": [0, 1, 2], "pick": {"pairs": 33, "seed": 0},
///      "teams": [{"teachers": ["a", "b"], "modes": ["sequential", "soup"]}]}
///
/// "models" and "data" may be missing (the command line names them), as may all keys after "teachers" but "methods". A
/// method's options are the preset's (else the defaults), then the plan's, then its own, then the grid's, every
/// combination of whose values is a setting; "paper" is the grid that the paper's authors searched. "pick" draws that
/// many of the pairs at random. A name in "exclude" is a wildcard too.
struct StudyPlan {
  std::string name, about;
  std::filesystem::path models, data;
  std::vector<ModelSelector> students, teachers;
  std::vector<std::pair<std::string, std::string>> exclude;  ///< Teacher, student.
  std::vector<TransferOptions> settings;                     ///< Every method with every point of its grid.
  std::vector<std::uint64_t> seeds{0};
  struct Pick {
    std::size_t pairs = 0;
    std::uint64_t seed = 0;
  };
  std::optional<Pick> pick;
  std::vector<PlannedTeam> teams;
  nlohmann::ordered_json source;  ///< What it was read from; a study keeps it beside its cells.
};

/// Strict: an unknown key, a wrong type, a broken range, options that do not go together throw Error(Input) naming
/// file, key, rule and value. Relative folders are meant from the plan's own folder.
StudyPlan readPlan(const std::filesystem::path& file);
/// The same of JSON; `subject` names it in messages, relative folders stay as they are.
StudyPlan planFromJson(const nlohmann::ordered_json& json, const std::string& subject);

/// The plans that come with the program, sorted by file; their file names without ending are what they are called.
std::vector<std::filesystem::path> readyPlans();

/// Whether a name fits a wildcard: * is any text, ? one byte.
bool fitsWildcard(const std::string& wildcard, const std::string& name);

}  // namespace gf
