// SPDX-License-Identifier: Apache-2.0
// Plans: what they mean, what is refused, what they amount to on a shelf.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "study/expansion.h"
#include "study/plan.h"

using namespace gf;

namespace {

using Json = nlohmann::ordered_json;

Json smallPlan() {
  return Json::parse(R"({"schema": "gainfinder-plan/1", "name": "small", "students": ["all-*"], "teachers": ["*"],
                         "methods": ["kl", "kl-dp"], "options": {"epochs": 3}, "seeds": [0, 5]})");
}

PlanModel shelfModel(const std::string& name, const std::string& family = "CNN", std::int64_t parameters = 1000) {
  return {"shelf/" + name + ".pt", name, family, "sha-" + name, parameters, 4 * parameters, true};
}

std::vector<PlanModel> shelf() {
  return {shelfModel("all-mlp", "MLP", 100), shelfModel("all-vit", "Trafo", 900), shelfModel("tops-resnet")};
}

std::string problemWith(const Json& json) {
  try {
    planFromJson(json, "plan.json");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("wildcards") {
  CHECK(fitsWildcard("*", ""));
  CHECK(fitsWildcard("all-*", "all-mlp"));
  CHECK(fitsWildcard("*m?p", "all-mlp"));
  CHECK(fitsWildcard("a*b*c", "axxbyybc"));
  CHECK(fitsWildcard("exact", "exact"));
  CHECK_FALSE(fitsWildcard("exact", "exactly"));
  CHECK_FALSE(fitsWildcard("?", ""));
  CHECK_FALSE(fitsWildcard("a*b", "acd"));
  CHECK_FALSE(fitsWildcard("", "a"));
}

TEST_CASE("a plan's settings: preset, plan, method, grid, in this order") {
  Json json = smallPlan();
  json["options"] = {{"epochs", 3}, {"lr", 0.5}};
  json["methods"] = Json::parse(R"(["kl", {"preset": "paper-xe-kl-mcl", "options": {"lr": 0.25}},
                                    {"method": "kl-dp", "grid": {"lr": [0.1, 0.2], "temperature": [1, 4]}}])");
  const StudyPlan plan = planFromJson(json, "plan.json");
  REQUIRE(plan.settings.size() == 1 + 1 + 4);
  CHECK(plan.settings[0].learningRate == 0.5);
  CHECK(plan.settings[1].method == Method::XeKlMcl);
  CHECK(plan.settings[1].epochs == 3);
  CHECK(plan.settings[1].learningRate == 0.25);
  CHECK(plan.settings[2].learningRate == 0.1);
  CHECK(plan.settings[3].temperature == 4);
  CHECK(plan.settings[5].learningRate == 0.2);
  CHECK(plan.seeds == std::vector<std::uint64_t>{0, 5});
}

TEST_CASE("the paper's search grid") {
  Json json = smallPlan();
  json["methods"] = Json::parse(R"([{"method": "kl", "grid": "paper"}, {"method": "xe-kl-mcl", "grid": "paper"}])");
  const StudyPlan plan = planFromJson(json, "plan.json");
  // KL-Dist: four learning rates × four temperatures. MCL: 2 × 3 × 4 × 2.
  CHECK(plan.settings.size() == 16 + 48);
  CHECK(plan.settings.back().mclEvery == 100);
}

TEST_CASE("what a plan must not be, each named by key") {
  const auto changed = [](const char* key, const char* value) {
    Json json = smallPlan();
    json[key] = Json::parse(value);
    return json;
  };
  CHECK(problemWith(smallPlan()).empty());
  const auto says = [](const std::string& text, const char* part) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, text);
    CHECK(text.find("plan.json") != std::string::npos);
  };
  says(problemWith(Json::array()), "JSON object");
  says(problemWith(changed("schema", "\"gainfinder-plan/2\"")), "gainfinder-plan/1");
  says(problemWith(changed("studnets", "[]")), "studnets");
  says(problemWith(changed("students", "[]")), "students");
  says(problemWith(changed("students", "[7]")), "students");
  says(problemWith(changed("teachers", "[{\"famly\": \"CNN\"}]")), "famly");
  says(problemWith(changed("teachers", "[{\"parameters\": [9, 1]}]")), "parameters");
  says(problemWith(changed("methods", "[]")), "methods");
  says(problemWith(changed("methods", "[\"magic\"]")), "magic");
  says(problemWith(changed("methods", "[{\"preset\": \"magic\"}]")), "paper-kl-dp");
  says(problemWith(changed("methods", "[{\"method\": \"kl\", \"preset\": \"paper-kl\"}]")), "not both");
  says(problemWith(changed("methods", "[{\"method\": \"kl\", \"grid\": {\"lr\": 0.1}}]")), "list of values");
  says(problemWith(changed("methods", "[{\"method\": \"kl\", \"grid\": {\"lr\": [\"much\"]}}]")), "much");
  says(problemWith(changed("methods", "[{\"method\": \"crd\", \"grid\": \"paper\"}]")), "searched");
  says(problemWith(changed("options", "{\"epochs\": 0}")), "epochs");
  says(problemWith(changed("options", "{\"seed\": 4}")), "seed");
  says(problemWith(changed("seeds", "[]")), "seeds");
  says(problemWith(changed("seeds", "[1, 1]")), "seeds");
  says(problemWith(changed("seeds", "[-1]")), "seeds");
  says(problemWith(changed("exclude", "[[\"a\"]]")), "exclude");
  says(problemWith(changed("pick", "{\"pairs\": 0}")), "pairs");
  says(problemWith(changed("teams", "[{\"teachers\": [\"*\"], \"modes\": [\"choir\"]}]")), "choir");
  says(problemWith([&] {
         Json json = changed("teams", R"([{"teachers": ["*"], "modes": ["parallel"]}])");
         json["methods"] = {"kl"};
         return json;
       }()),
       "parallel");
}

TEST_CASE("expansion: students × teachers × settings × seeds, self-pairs flagged") {
  const StudyPlan plan = planFromJson(smallPlan(), "plan.json");
  const auto models = shelf();
  const StudyExpansion expansion = expandPlan(plan, models, "data");
  // Two students × three teachers − two self-pairs = four pairs, two methods, two seeds.
  CHECK(expansion.cells.size() == 4 * 2 * 2);
  CHECK(expansion.selfPairs == std::vector<std::string>{"all-mlp → all-mlp", "all-vit → all-vit"});
  CHECK(expansion.notes.empty());
  std::set<std::string> ids, names;
  for (const auto& cell : expansion.cells) {
    ids.insert(cell.id);
    names.insert(cell.name);
    CHECK(cell.name.ends_with(cell.id.substr(0, 12)));
    CHECK(cell.options.epochs == 3);
  }
  CHECK(ids.size() == expansion.cells.size());
  CHECK(names.size() == expansion.cells.size());
  CHECK(expansion.cells[0].name.starts_with("kl-all-mlp-from-all-vit-s0-"));
  CHECK(expansion.cells[1].options.seed == 5);
}

TEST_CASE("ids hang on what decides the result and on nothing else") {
  StudyPlan plan = planFromJson(smallPlan(), "plan.json");
  auto models = shelf();
  const std::string id = expandPlan(plan, models, "data").cells[0].id;
  CHECK(expandPlan(plan, models, "other data").cells[0].id != id);
  plan.settings[0].device = "cuda:1";
  plan.settings[0].threads = 7;
  plan.settings[0].saveEvery = 0.25;
  models[0].path = "elsewhere/all-mlp.pt";
  models.push_back(shelfModel("late"));
  CHECK(expandPlan(plan, models, "data").cells[0].id == id);
  plan.settings[0].learningRate = 0.3;
  CHECK(expandPlan(plan, models, "data").cells[0].id != id);
  plan = planFromJson(smallPlan(), "plan.json");
  models[0].sha256 = "retrained";
  CHECK(expandPlan(plan, models, "data").cells[0].id != id);
}

TEST_CASE("the same weights under two names are one model") {
  auto models = shelf();
  models[2].sha256 = models[0].sha256;
  const StudyExpansion expansion = expandPlan(planFromJson(smallPlan(), "plan.json"), models, "data");
  CHECK(std::find(expansion.selfPairs.begin(), expansion.selfPairs.end(), "tops-resnet → all-mlp") !=
        expansion.selfPairs.end());
}

TEST_CASE("filters, exclusions, traced students, selectors that fit nothing") {
  Json json = smallPlan();
  json["students"] = Json::parse(R"([{"family": "MLP"}, {"names": ["*"], "parameters": [500, 950]}, "gone-*"])");
  json["exclude"] = Json::parse(R"([["tops-*", "*"]])");
  auto models = shelf();
  StudyExpansion expansion = expandPlan(planFromJson(json, "plan.json"), models, "data");
  CHECK(expansion.cells.size() == 2 * 2 * 2);  // all-mlp and all-vit teach each other
  CHECK(expansion.notes == std::vector<std::string>{"students: no model fits gone-*"});
  models[1].canLearn = false;
  expansion = expandPlan(planFromJson(json, "plan.json"), models, "data");
  CHECK(expansion.cells.size() == 1 * 2 * 2);
  CHECK(expansion.notes.back() == "students: all-vit cannot learn, it is a traced module");
  json["students"] = {"gone-*"};
  CHECK_THROWS_AS(expandPlan(planFromJson(json, "plan.json"), models, "data"), Error);
}

TEST_CASE("pick draws the same pairs for every method and seed") {
  Json json = smallPlan();
  json["pick"] = {{"pairs", 2}, {"seed", 3}};
  const StudyPlan plan = planFromJson(json, "plan.json");
  const auto models = shelf();
  const StudyExpansion expansion = expandPlan(plan, models, "data");
  CHECK(expansion.cells.size() == 2 * 2 * 2);
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  for (const auto& cell : expansion.cells) pairs.emplace(cell.student, cell.teachers[0]);
  CHECK(pairs.size() == 2);
  CHECK(expandPlan(plan, models, "data").cells[0].id == expansion.cells[0].id);
}

TEST_CASE("teams: the modes that a method can follow, never with the student itself") {
  Json json = smallPlan();
  json["teams"] = Json::parse(R"([{"teachers": ["*"], "modes": ["sequential", "parallel"]}])");
  const auto models = shelf();
  const StudyExpansion expansion = expandPlan(planFromJson(json, "plan.json"), models, "data");
  const auto teams = std::count_if(expansion.cells.begin(), expansion.cells.end(),
                                   [](const PlannedCell& cell) { return cell.teachers.size() > 1; });
  // Two students × two seeds: KL-Dist one mode, KL+DP two.
  CHECK(teams == 2 * 2 * 3);
  CHECK(expansion.cells.back().name.starts_with("kl-dp-parallel-all-vit-from-all-mlp-tops-resnet-s5-"));
  CHECK(expansion.cells.back().teachers == std::vector<std::size_t>{0, 2});
}
