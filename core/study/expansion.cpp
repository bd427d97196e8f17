// SPDX-License-Identifier: Apache-2.0
#include "study/expansion.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "options/option_table.h"
#include "report/text.h"

namespace gf {
namespace {

using Pair = std::pair<std::size_t, std::size_t>;  // teacher, student

std::string textOf(const ModelSelector& selector) {
  std::string text;
  for (const auto& name : selector.names) text += (text.empty() ? "" : ", ") + name;
  if (!selector.family.empty()) text += (text.empty() ? "" : ", ") + std::string("family ") + selector.family;
  if (selector.fewest > 0 || selector.most < INT64_MAX) text += (text.empty() ? "" : ", ") + std::string("parameters");
  return text.empty() ? "any" : text;
}

/// Models in the shelf's order, each once; selectors that fit none become notes.
std::vector<std::size_t> chosen(const std::vector<ModelSelector>& selectors, std::span<const PlanModel> models,
                                const char* whom, std::vector<std::string>& notes) {
  std::set<std::size_t> found;
  for (const auto& selector : selectors) {
    bool any = false;
    for (std::size_t m = 0; m < models.size(); ++m) {
      if (!selects(selector, models[m])) continue;
      found.insert(m);
      any = true;
    }
    if (!any) notes.push_back(std::string(whom) + ": no model fits " + textOf(selector));
  }
  return {found.begin(), found.end()};
}

bool isExcluded(const StudyPlan& plan, const PlanModel& teacher, const PlanModel& student) {
  return std::any_of(plan.exclude.begin(), plan.exclude.end(), [&](const auto& pair) {
    return fitsWildcard(pair.first, teacher.name) && fitsWildcard(pair.second, student.name);
  });
}

std::vector<Pair> pairsOf(const StudyPlan& plan, std::span<const PlanModel> models,
                          const std::vector<std::size_t>& students, const std::vector<std::size_t>& teachers,
                          StudyExpansion& expansion) {
  std::vector<Pair> pairs;
  for (const std::size_t student : students) {
    for (const std::size_t teacher : teachers) {
      if (isExcluded(plan, models[teacher], models[student])) continue;
      // The same weights under two names are one model as well.
      if (models[student].sha256 == models[teacher].sha256) {
        expansion.selfPairs.push_back(models[teacher].name + " → " + models[student].name);
      } else {
        pairs.emplace_back(teacher, student);
      }
    }
  }
  if (!plan.pick || plan.pick->pairs >= pairs.size()) return pairs;
  std::vector<std::size_t> order(pairs.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  Random(plan.pick->seed).shuffle(order);
  order.resize(plan.pick->pairs);
  std::sort(order.begin(), order.end());
  std::vector<Pair> picked;
  for (const std::size_t i : order) picked.push_back(pairs[i]);
  return picked;
}

/// Everything but where and at what pace the work is done, how often it is saved, and what is computed only once.
std::string decisive(const TransferOptions& options) {
  auto json = toJson(options);
  for (const char* key : {"device", "threads", "save-every", "cache"}) json.erase(key);
  return json.dump();
}

class Cells {
 public:
  Cells(std::span<const PlanModel> models, const std::string& data, StudyExpansion& expansion)
      : models_(models), data_(data), expansion_(expansion) {}

  void add(std::size_t student, std::vector<std::size_t> teachers, const TransferOptions& options) {
    std::string text = "student " + models_[student].sha256;
    std::string from;
    for (const std::size_t teacher : teachers) {
      text += "\nteacher " + models_[teacher].sha256;
      from += (from.empty() ? "" : "+") + models_[teacher].name;
    }
    text += "\ndata " + data_ + "\noptions " + decisive(options);
    PlannedCell cell{sha256(text), {}, student, std::move(teachers), options};
    if (!ids_.insert(cell.id).second) return;
    std::string name(idOf(options.method));
    if (cell.teachers.size() > 1) name += "-" + std::string(idOf(options.teachers));
    constexpr std::size_t kLongest = 40;
    name += "-" + fileNameText(models_[student].name).substr(0, kLongest) + "-from-" +
            fileNameText(from).substr(0, kLongest) + "-s" + std::to_string(options.seed) + "-" + cell.id.substr(0, 12);
    cell.name = std::move(name);
    expansion_.cells.push_back(std::move(cell));
  }

 private:
  std::span<const PlanModel> models_;
  const std::string& data_;
  StudyExpansion& expansion_;
  std::set<std::string> ids_;
};

void addTeams(const StudyPlan& plan, std::span<const PlanModel> models, const std::vector<std::size_t>& students,
              Cells& cells, StudyExpansion& expansion) {
  for (const auto& team : plan.teams) {
    const auto members = chosen(team.teachers, models, "teams", expansion.notes);
    for (TransferOptions setting : plan.settings) {
      for (const auto mode : team.modes) {
        setting.teachers = mode;
        if (!conflictIn(setting, 2).empty()) continue;
        for (const std::size_t student : students) {
          std::vector<std::size_t> teachers;
          for (const std::size_t member : members) {
            if (models[member].sha256 != models[student].sha256) teachers.push_back(member);
          }
          if (teachers.size() < 2) continue;
          for (const auto seed : plan.seeds) {
            setting.seed = seed;
            cells.add(student, teachers, setting);
          }
        }
      }
    }
  }
}

}  // namespace

bool selects(const ModelSelector& selector, const PlanModel& model) {
  const auto fits = [&](const std::string& wildcard) {
    return fitsWildcard(wildcard, model.name) || fitsWildcard(wildcard, model.path.stem().string());
  };
  if (!selector.names.empty() && std::none_of(selector.names.begin(), selector.names.end(), fits)) return false;
  if (!selector.family.empty() && selector.family != model.family) return false;
  return model.parameters >= selector.fewest && model.parameters <= selector.most;
}

StudyExpansion expandPlan(const StudyPlan& plan, std::span<const PlanModel> models, const std::string& dataIdentity) {
  StudyExpansion expansion;
  auto students = chosen(plan.students, models, "students", expansion.notes);
  const auto teachers = chosen(plan.teachers, models, "teachers", expansion.notes);
  std::erase_if(students, [&](std::size_t m) {
    if (models[m].canLearn) return false;
    expansion.notes.push_back("students: " + models[m].name + " cannot learn, it is a traced module");
    return true;
  });
  Cells cells(models, dataIdentity, expansion);
  const auto pairs = pairsOf(plan, models, students, teachers, expansion);
  for (TransferOptions setting : plan.settings) {
    for (const auto& [teacher, student] : pairs) {
      for (const auto seed : plan.seeds) {
        setting.seed = seed;
        cells.add(student, {teacher}, setting);
      }
    }
  }
  addTeams(plan, models, students, cells, expansion);
  if (expansion.cells.empty()) {
    std::string why;
    for (const auto& note : expansion.notes) why += (why.empty() ? "" : "; ") + note;
    failUsage(plan.name, "the plan must amount to at least one transfer on these models", why.empty() ? "none" : why);
  }
  return expansion;
}

}  // namespace gf
