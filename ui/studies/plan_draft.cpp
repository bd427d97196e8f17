// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/plan_draft.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/error.h"
#include "study/plan.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

Json jsonOf(const OptionRecord& record, const std::string& text) {
  return std::visit([](const auto& value) { return Json(value); }, parseOption(record, text));
}

Json methodJson(const DraftMethod& draft) {
  Json entry;
  if (draft.preset.empty()) {
    entry["method"] = idOf(draft.method);
  } else {
    entry["preset"] = draft.preset;
  }
  for (const auto& [option, texts] : draft.values) {
    const OptionRecord& record = optionRecord(option);
    Json values = Json::array();
    for (const auto& text : texts) values.push_back(jsonOf(record, text));
    if (values.size() == 1) entry["options"][option] = values.front();
    if (values.size() > 1) entry["grid"][option] = values;
  }
  return entry;
}

/// What a plan calls a model: its file's stem where no other model's stem or name is that, else its name.
std::string selectorOf(const DraftModel& model, const PlanDraft& draft) {
  const auto onlyFits = [&](const std::string& text) {
    return std::none_of(draft.shelf.begin(), draft.shelf.end(), [&](const DraftModel& other) {
      return other.path != model.path &&
             (fitsWildcard(text, other.name) || fitsWildcard(text, other.path.stem().string()));
    });
  };
  const std::string stem = model.path.stem().string();
  if (onlyFits(stem)) return stem;
  if (onlyFits(model.name)) return model.name;
  failUsage(model.path.string(), "a plan names models, so each needs a name or file name of its own", model.name,
            "Rename the file or take the other model off the shelf");
}

Json selectors(const std::vector<DraftModel>& models, const PlanDraft& draft, const char* whom) {
  if (models.empty()) failUsage(draft.name, std::string("at least one ") + whom + " must be ticked", "none");
  Json names = Json::array();
  for (const auto& model : models) names.push_back(selectorOf(model, draft));
  return names;
}

Json seedsJson(const std::string& text) {
  Json seeds = Json::array();
  for (const auto& word : listed(text)) seeds.push_back(jsonOf(optionRecord("seed"), word));
  if (seeds.empty()) seeds.push_back(0);
  return seeds;
}

bool holds(const fs::path& folder, const fs::path& file) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end();
}

}  // namespace

std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ',' || c == ';' || c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  std::erase(words, "");
  return words;
}

fs::path folderOf(const std::vector<DraftModel>& models) {
  fs::path folder;
  for (const auto& model : models) {
    if (folder.empty()) folder = model.path.parent_path();
    while (!holds(folder, model.path) && folder.has_relative_path()) folder = folder.parent_path();
  }
  const char* home = std::getenv("HOME");
  if (!folder.has_relative_path() || (home && holds(folder, fs::path(home)))) {
    failUsage("models", "the models of a study must lie below one folder",
              models.front().path.parent_path().string() + " and " + models.back().path.parent_path().string(),
              "Move them below one folder and add that to the shelf");
  }
  return folder;
}

Json planJson(const PlanDraft& draft) {
  if (draft.name.empty()) failUsage("name", "the plan must have a name", "none");
  if (draft.data.empty()) failUsage("data", "data must be open, with a training split", "none");
  Json plan{{"schema", kPlanSchema}, {"name", draft.name}};
  const Json students = selectors(draft.students, draft, "student"),
             teachers = selectors(draft.teachers, draft, "teacher");
  std::vector<DraftModel> all = draft.students;
  all.insert(all.end(), draft.teachers.begin(), draft.teachers.end());
  plan["models"] = folderOf(all).string();
  plan["data"] = draft.data.string();
  plan["students"] = students;
  plan["teachers"] = teachers;
  const auto nameOf = [&](const fs::path& path) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const DraftModel& model) { return model.path == path; });
    return found == all.end() ? std::string() : found->name;
  };
  for (const auto& [teacher, student] : draft.excluded) {
    const std::string t = nameOf(teacher), s = nameOf(student);
    if (!t.empty() && !s.empty()) plan["exclude"].push_back({t, s});
  }
  if (draft.methods.empty()) failUsage(draft.name, "at least one method must be ticked", "none");
  for (const auto& method : draft.methods) plan["methods"].push_back(methodJson(method));
  if (!draft.epochs.empty()) plan["options"]["epochs"] = jsonOf(optionRecord("epochs"), draft.epochs);
  if (!draft.subset.empty()) plan["options"]["subset"] = jsonOf(optionRecord("subset"), draft.subset);
  plan["seeds"] = seedsJson(draft.seeds);
  planFromJson(plan, draft.name);  // says what does not go together
  return plan;
}

}  // namespace gf
