// SPDX-License-Identifier: Apache-2.0
// The store of a study: marks, claims, lists.
#include <doctest/doctest.h>

#include <set>

#include "base/error.h"
#include "base/files.h"
#include "report/json_text.h"
#include "report/report_material.h"
#include "study/store_material.h"

using namespace gf;
using namespace gf::test;
namespace fs = std::filesystem;

TEST_CASE("a cell is missing, running, failed, retried, done; the list says so") {
  const ScratchFolder scratch;
  const StudyStore store(scratch / "study");
  const MadeStore made(store);
  REQUIRE(made.expansion.cells.size() == 2);
  const std::string cell = made.expansion.cells[0].name;
  CHECK(store.stateOf(cell) == CellState::Missing);
  {
    const auto claim = store.claim(cell);
    REQUIRE(claim);
    CHECK(store.claim(cell) == nullptr);
    CHECK(store.stateOf(cell) == CellState::Running);
    store.markFailed(cell, Error(ErrorKind::Run, "a.pt", "must hold", "nothing", "Do more"));
  }
  CHECK(store.stateOf(cell) == CellState::Failed);
  const auto listed = store.list();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].name == cell);
  CHECK(listed[0].student == "a");
  CHECK(listed[0].teachers == std::vector<std::string>{"b"});
  CHECK(listed[0].method == "kl");
  CHECK(listed[0].setting == "KL-Dist");
  CHECK(store.errorOf(cell).find("must hold") != std::string::npos);
  CHECK(store.stateOf(listed[1].name) == CellState::Missing);
  store.clearFailure(cell);
  CHECK(store.stateOf(cell) == CellState::Missing);
  store.markFailed(cell, Error(ErrorKind::Run, "a.pt", "must hold", "nothing"));
  store.markDone(cell, 2.5);
  CHECK(store.stateOf(cell) == CellState::Done);
  CHECK_FALSE(fs::exists(scratch / "study" / "marks" / (cell + ".error")));
  CHECK(store.secondsOf(cell) == 2.5);
}

TEST_CASE("cells are told apart by what differs in their settings; an earlier study's list says their methods") {
  const ScratchFolder scratch;
  const StudyStore store(scratch / "study");
  const MadeStore made(store, R"(["kl", {"method": "kl-dp", "grid": {"lr": [0.01, 0.001]}}])", 3,
                       R"("teams": [{"teachers": ["*"], "modes": ["sequential", "soup"]}],)");
  std::set<std::string> settings;
  for (const auto& cell : store.list()) settings.insert(cell.setting);
  CHECK(settings == std::set<std::string>{"KL-Dist", "KL-Dist, sequential", "KL-Dist, soup", "KL+DP, lr 0.01",
                                          "KL+DP, lr 0.01, sequential", "KL+DP, lr 0.01, soup", "KL+DP, lr 0.001",
                                          "KL+DP, lr 0.001, sequential", "KL+DP, lr 0.001, soup"});
  auto list = nlohmann::ordered_json::parse(readFile(scratch / "study" / "study.json", 1 << 20));
  for (auto& cell : list["cells"]) cell.erase("setting");
  writeAtomically(scratch / "study" / "study.json", list.dump());
  CHECK(store.list().front().setting == "kl");
}

TEST_CASE("opening again keeps what is done; another folder's things are left alone") {
  const ScratchFolder scratch;
  const StudyStore store(scratch / "study");
  const MadeStore made(store);
  store.markDone(made.expansion.cells[0].name, 1);
  store.open(made.plan, made.models, made.expansion);
  CHECK(store.stateOf(store.list()[0].name) == CellState::Done);
  fs::create_directories(scratch / "mine");
  writeAtomically(scratch / "mine" / "notes.md", "years of work");
  CHECK_THROWS_AS(StudyStore(scratch / "mine").open(made.plan, made.models, made.expansion), Error);
  CHECK(readFile(scratch / "mine" / "notes.md", 100) == "years of work");
  CHECK_THROWS_AS(StudyStore(scratch / "mine").list(), Error);
}

TEST_CASE("a list that was tampered with is refused by name") {
  const ScratchFolder scratch;
  const StudyStore store(scratch / "study");
  const MadeStore made(store);
  const fs::path file = scratch / "study" / "study.json";
  const std::string good = readFile(file, 1 << 20);
  const std::string name = made.expansion.cells[0].name;
  for (const auto& [from, to] : {std::pair<std::string, std::string>{name, "../../" + name},
                                 {"gainfinder-study/1", "gainfinder-study/2"},
                                 {"\"seed\":0", "\"seed\":-1"},
                                 {"\"teachers\":", "\"teacher\":"}}) {
    std::string bad = good;
    std::string found = from;
    if (bad.find(found) == std::string::npos) found.insert(found.find(':') + 1, " ");
    REQUIRE_MESSAGE(bad.find(found) != std::string::npos, from);
    bad.replace(bad.find(found), found.size(), to);
    writeAtomically(file, bad);
    CHECK_THROWS_AS(store.list(), Error);
  }
  writeAtomically(file, good.substr(0, good.size() / 2));
  CHECK_THROWS_AS(store.list(), Error);
}

TEST_CASE("a study keeps its plan, with models and data where they are, and can be read from it") {
  const ScratchFolder scratch;
  const StudyStore store(scratch / "study");
  MadeStore made(store);
  CHECK_FALSE(parseJsonFile(scratch / "study" / "plan.json", 1 << 20).contains("models"));
  made.plan.models = "some/../shelf";
  made.plan.data = "/data/images";
  store.open(made.plan, made.models, made.expansion);
  const StudyPlan kept = readPlan(scratch / "study" / "plan.json");
  CHECK(kept.name == "made");
  CHECK(kept.models == fs::current_path() / "shelf");
  CHECK(kept.data == "/data/images");
  const auto again = expandPlan(kept, made.models, "data");
  REQUIRE(again.cells.size() == 2);
  CHECK(again.cells[0].id == made.expansion.cells[0].id);
}
