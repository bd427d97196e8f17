// SPDX-License-Identifier: Apache-2.0
#include "study/plan.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "options/option_table.h"
#include "report/json_text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLargestPlan = std::size_t{4} << 20;
constexpr std::size_t kMostSettings = 10'000;
constexpr std::int64_t kLargestSeed = std::int64_t{1} << 53;

void requireKnownKeys(const JsonReader& holder, std::initializer_list<std::string_view> known) {
  for (const auto& [key, unused] : holder.json().items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string list;
    for (const auto each : known) list += (list.empty() ? "" : ", ") + std::string(each);
    holder.fail(key, "must be one of the keys " + list, "an unknown key");
  }
}

std::vector<std::string> textsAt(const JsonReader& holder, const char* key) {
  std::vector<std::string> texts;
  for (const auto& value : holder.array(key)) {
    if (!value.is_string() || value.get<std::string>().empty()) holder.fail(key, "must hold text", shortText(value));
    texts.push_back(value.get<std::string>());
  }
  if (texts.empty()) holder.fail(key, "must hold at least one entry", "none");
  return texts;
}

ModelSelector selectorOf(const JsonReader& holder, const char* key, std::size_t i) {
  const Json& value = holder.array(key)[i];
  if (value.is_string() && !value.get<std::string>().empty()) return {{value.get<std::string>()}, {}};
  if (!value.is_object()) holder.fail(key, "must hold names, wildcards or filters", shortText(value));
  const auto filter = holder.element(key, i);
  requireKnownKeys(filter, {"names", "family", "parameters"});
  ModelSelector selector;
  if (filter.has("names")) selector.names = textsAt(filter, "names");
  if (filter.has("family")) selector.family = filter.text("family");
  if (filter.has("parameters")) {
    const auto& range = filter.array("parameters", 2);
    for (const auto& end : range) {
      if (!end.is_number_integer() || end.get<std::int64_t>() < 0) {
        filter.fail("parameters", "must be two whole numbers, the fewest and the most", shortText(range));
      }
    }
    selector.fewest = range[0].get<std::int64_t>();
    selector.most = range[1].get<std::int64_t>();
    if (selector.fewest > selector.most) filter.fail("parameters", "must rise", shortText(range));
  }
  return selector;
}

std::vector<ModelSelector> selectorsAt(const JsonReader& holder, const char* key) {
  std::vector<ModelSelector> selectors;
  for (std::size_t i = 0; i < holder.array(key).size(); ++i) selectors.push_back(selectorOf(holder, key, i));
  if (selectors.empty()) holder.fail(key, "must name at least one model", "none");
  return selectors;
}

TransferOptions presetOptions(const JsonReader& entry) {
  const std::string name = entry.text("preset");
  std::string known;
  for (const auto& preset : transferPresets()) {
    if (preset.id == name) return preset.options;
    known += (known.empty() ? "" : ", ") + std::string(preset.id);
  }
  entry.fail("preset", "must be one of " + known, name);
}

/// Sets one option from JSON, with the key's path in what is said of it.
void apply(TransferOptions& options, const JsonReader& holder, const char* key, const Json& object) {
  try {
    applyJson(options, nlohmann::json(object), key);
  } catch (const Error& error) {
    holder.fail(key, error.rule(), error.observed());
  }
}

void refuse(const JsonReader& holder, const char* key, std::initializer_list<std::string_view> names, const char* why) {
  if (!holder.has(key) || !holder.at(key).is_object()) return;
  for (const auto name : names) {
    if (holder.at(key).contains(name)) holder.fail(key, "must not hold \"" + std::string(name) + "\": " + why, "it");
  }
}

/// Every combination of the grid's values on top of `base`.
std::vector<TransferOptions> gridOf(const JsonReader& entry, const TransferOptions& base) {
  std::vector<TransferOptions> settings{base};
  if (!entry.has("grid")) return settings;
  Json grid = entry.at("grid");
  if (grid == "paper") {
    grid = Json::object();
    for (const auto& axis : searchGrid(base.method)) grid[std::string(axis.option)] = axis.values;
    for (auto& [option, values] : grid.items()) {
      if (optionRecord(option).type != OptionType::Integer) continue;
      for (auto& value : values) value = static_cast<std::int64_t>(value.get<double>());
    }
    if (grid.empty()) entry.fail("grid", "the paper must have searched this method", std::string(idOf(base.method)));
  }
  if (!grid.is_object()) entry.fail("grid", "must be \"paper\" or hold lists of values by option", shortText(grid));
  for (const auto& [option, values] : grid.items()) {
    if (!values.is_array() || values.empty())
      entry.fail("grid", "must hold a list of values for each option", shortText(values));
    std::vector<TransferOptions> more;
    for (const auto& setting : settings) {
      for (const auto& value : values) {
        more.push_back(setting);
        apply(more.back(), entry, "grid", Json{{option, value}});
      }
    }
    if (more.size() > kMostSettings) entry.fail("grid", "may have at most 10,000 points", std::to_string(more.size()));
    settings = std::move(more);
  }
  return settings;
}

std::vector<TransferOptions> settingsOf(const JsonReader& plan, std::size_t i) {
  constexpr const char* kKey = "methods";
  const Json& value = plan.array(kKey)[i];
  TransferOptions options;
  if (value.is_string()) {
    apply(options, plan, kKey, Json{{"method", value}});
    if (plan.has("options")) apply(options, plan, "options", plan.at("options"));
    return {options};
  }
  const auto entry = plan.element(kKey, i);
  requireKnownKeys(entry, {"method", "preset", "options", "grid"});
  if (entry.has("method") == entry.has("preset"))
    entry.fail("method", "or a preset must be named, not both", "both or none");
  refuse(entry, "options", {"seed", "method", "teachers"}, "the plan has keys of its own for it");
  refuse(entry, "grid", {"seed", "method", "teachers"}, "the plan has keys of its own for it");
  if (entry.has("preset")) options = presetOptions(entry);
  if (entry.has("method")) apply(options, entry, "method", Json{{"method", entry.at("method")}});
  if (plan.has("options")) apply(options, plan, "options", plan.at("options"));
  if (entry.has("options")) apply(options, entry, "options", entry.at("options"));
  return gridOf(entry, options);
}

std::vector<std::uint64_t> seedsOf(const JsonReader& plan) {
  std::vector<std::uint64_t> seeds;
  for (const auto& value : plan.array("seeds")) {
    const bool good =
        value.is_number_integer() && value.get<std::int64_t>() >= 0 && value.get<std::int64_t>() < kLargestSeed;
    if (!good) plan.fail("seeds", "must hold whole numbers from 0 to 2^53", shortText(value));
    const auto seed = value.get<std::uint64_t>();
    if (std::find(seeds.begin(), seeds.end(), seed) != seeds.end()) plan.fail("seeds", "must differ", shortText(value));
    seeds.push_back(seed);
  }
  if (seeds.empty()) plan.fail("seeds", "must hold at least one number", "none");
  return seeds;
}

PlannedTeam teamOf(const JsonReader& entry) {
  requireKnownKeys(entry, {"teachers", "modes"});
  PlannedTeam team{selectorsAt(entry, "teachers"), {}};
  for (const auto& word : textsAt(entry, "modes")) {
    constexpr std::array kModes{TeacherMode::Sequential, TeacherMode::Parallel, TeacherMode::Soup};
    const auto mode = std::find_if(kModes.begin(), kModes.end(), [&](TeacherMode each) { return idOf(each) == word; });
    if (mode == kModes.end()) entry.fail("modes", "must hold sequential, parallel or soup", word);
    team.modes.push_back(*mode);
  }
  return team;
}

std::vector<std::pair<std::string, std::string>> excludedOf(const JsonReader& plan) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& value : plan.array("exclude")) {
    if (!value.is_array() || value.size() != 2 || !value[0].is_string() || !value[1].is_string()) {
      plan.fail("exclude", "must hold pairs of a teacher's and a student's name", shortText(value));
    }
    pairs.emplace_back(value[0].get<std::string>(), value[1].get<std::string>());
  }
  return pairs;
}

void requireConsistentSettings(const JsonReader& plan, const StudyPlan& study) {
  for (const auto& setting : study.settings) {
    if (const std::string conflict = conflictIn(setting, 1); !conflict.empty()) {
      plan.fail("methods", "must hold options that go together", conflict);
    }
  }
  for (const auto& team : study.teams) {
    for (const auto mode : team.modes) {
      // Of several methods those that cannot teach so are passed over; at least one must be able to.
      const bool any = std::any_of(study.settings.begin(), study.settings.end(), [&](TransferOptions setting) {
        setting.teachers = mode;
        return conflictIn(setting, 2).empty();
      });
      if (!any) plan.fail("teams", "must have a mode that one of the methods can follow", std::string(idOf(mode)));
    }
  }
}

}  // namespace

bool fitsWildcard(const std::string& wildcard, const std::string& name) {
  std::size_t w = 0, n = 0, star = std::string::npos, after = 0;
  while (n < name.size()) {
    if (w < wildcard.size() && wildcard[w] == '*') {
      star = w++;
      after = n;
    } else if (w < wildcard.size() && (wildcard[w] == '?' || wildcard[w] == name[n])) {
      ++w;
      ++n;
    } else if (star != std::string::npos) {
      w = star + 1;
      n = ++after;
    } else {
      return false;
    }
  }
  return wildcard.find_first_not_of('*', w) == std::string::npos;
}

StudyPlan planFromJson(const Json& json, const std::string& subject) {
  if (!json.is_object()) failInput(subject, "must be a JSON object, the plan of a study", shortText(json));
  const JsonReader plan(json, subject);
  if (const std::string schema = plan.text("schema"); schema != kPlanSchema) {
    plan.fail("schema", "must be " + std::string(kPlanSchema), schema);
  }
  requireKnownKeys(plan, {"schema", "name", "about", "models", "data", "students", "teachers", "exclude", "methods",
                          "options", "seeds", "pick", "teams"});
  refuse(plan, "options", {"seed", "method", "teachers"}, "the plan has keys of its own for it");
  StudyPlan study;
  study.source = json;
  study.name = plan.text("name");
  if (plan.has("about")) study.about = plan.text("about");
  if (plan.has("models")) study.models = plan.text("models");
  if (plan.has("data")) study.data = plan.text("data");
  study.students = selectorsAt(plan, "students");
  study.teachers = selectorsAt(plan, "teachers");
  if (plan.has("exclude")) study.exclude = excludedOf(plan);
  for (std::size_t i = 0; i < plan.array("methods").size(); ++i) {
    for (auto& setting : settingsOf(plan, i)) study.settings.push_back(std::move(setting));
  }
  if (study.settings.empty()) plan.fail("methods", "must hold at least one method", "none");
  if (plan.has("seeds")) study.seeds = seedsOf(plan);
  if (plan.has("pick")) {
    const auto pick = plan.object("pick");
    requireKnownKeys(pick, {"pairs", "seed"});
    study.pick =
        StudyPlan::Pick{static_cast<std::size_t>(pick.whole("pairs", 1, 1'000'000)),
                        pick.has("seed") ? static_cast<std::uint64_t>(pick.whole("seed", 0, kLargestSeed)) : 0};
  }
  if (plan.has("teams")) {
    for (std::size_t i = 0; i < plan.array("teams").size(); ++i)
      study.teams.push_back(teamOf(plan.element("teams", i)));
  }
  requireConsistentSettings(plan, study);
  return study;
}

StudyPlan readPlan(const std::filesystem::path& file) {
  StudyPlan plan = planFromJson(parseJsonFile(file, kLargestPlan), file.string());
  for (auto* folder : {&plan.models, &plan.data}) {
    if (!folder->empty() && folder->is_relative()) *folder = file.parent_path() / *folder;
  }
  return plan;
}

std::vector<std::filesystem::path> readyPlans() {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator each(resourceFolder() / "plans", error), end; !error && each != end;
       each.increment(error)) {
    if (each->path().extension() == ".json") files.push_back(each->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace gf
