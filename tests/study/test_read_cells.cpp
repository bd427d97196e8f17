// SPDX-License-Identifier: Apache-2.0
// Trees of result folders: finished, unfinished, damaged, foreign.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "knowledge/flips.h"
#include "options/option_table.h"
#include "report/report_material.h"
#include "study/read_cells.h"

using namespace gf;
using namespace gf::test;
namespace fs = std::filesystem;

namespace {

Plan planOf(const std::string& name) {
  const auto plans = allPlans();
  const auto found = std::find_if(plans.begin(), plans.end(), [&](const Plan& plan) { return plan.name == name; });
  REQUIRE(found != plans.end());
  return *found;
}

void write(const fs::path& folder, const std::string& plan) {
  Material material;
  makeMaterial(planOf(plan), material);
  fs::create_directories(folder);
  writeFolder(folder, material);
}

bool says(const std::vector<std::string>& lines, const std::string& start, const std::string& reason) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.starts_with(start) && line.find(reason) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("a cell holds what the raw answers amount to") {
  const ScratchFolder scratch;
  for (const char* name : {"kl-dp", "kl", "crd", "soup"}) {
    CAPTURE(name);
    Material material;
    makeMaterial(planOf(name), material);
    fs::create_directories(scratch / name);
    writeFolder(scratch / name, material);
    const StudyCell cell = readStudyCell(scratch / name / "report.json");
    const auto& input = material.input;
    const auto classes = static_cast<int>(input.classNames.size());
    const Change change =
        changeBetween(input.truth, input.studentBefore.predicted, material.outcome.after.predicted, classes);
    CHECK(cell.gain == doctest::Approx(change.gain()));
    CHECK(cell.loss == doctest::Approx(change.loss()));
    CHECK(cell.delta == doctest::Approx(change.delta()));
    CHECK(cell.deltaNegative - cell.deltaPositive == doctest::Approx(change.delta()));
    CHECK(cell.teachers.size() == input.teachers.size());
    CHECK(cell.teachers[0].sha256 == input.teachers[0].sha256);
    CHECK(toJson(cell.options) == toJson(*input.options));
    REQUIRE(cell.rates.size() == 6);
    CHECK(cell.rates.back().percent == 100);
    CHECK(cell.routedPositive.has_value() == usesPartition(input.options->method));
  }
}

TEST_CASE("of several teachers in sequence the way is read as well") {
  const ScratchFolder scratch;
  write(scratch / "sequential", "sequential");
  write(scratch / "one", "kl-dp");
  Material material;
  makeMaterial(planOf("sequential"), material);
  const StudyCell cell = readStudyCell(scratch / "sequential" / "report.json");
  CHECK(cell.stages.size() == material.outcome.stages.size());
  REQUIRE(cell.course.size() == material.outcome.evaluations.size());
  CHECK(cell.course.back().gain == doctest::Approx(material.outcome.evaluations.back().gain));
  CHECK(cell.course.back().stage == material.outcome.evaluations.back().stage);
  CHECK(readStudyCell(scratch / "one" / "report.json").course.empty());
  fs::remove(scratch / "sequential" / "metrics.jsonl");
  CHECK(readStudyCell(scratch / "sequential" / "report.json").course.empty());
}

TEST_CASE("a tree is searched; what is no finished transfer is named with its reason") {
  const ScratchFolder scratch;
  write(scratch / "b" / "finished", "kl");
  write(scratch / "a" / "deep" / "deeper" / "finished", "kl-dp");
  write(scratch / "stopped", "kl-dp-stopped");
  write(scratch / "compared", "compare-one");
  write(scratch / "torn", "kl");
  const std::string whole = readFile(scratch / "torn" / "report.json", 1 << 24);
  writeAtomically(scratch / "torn" / "report.json", whole.substr(0, whole.size() / 2));
  fs::create_directories(scratch / "running" / "state");
  fs::create_directories(scratch / "begun");
  writeAtomically(scratch / "begun" / "metrics.jsonl", "");
  fs::create_directories(scratch / "shelf");
  writeAtomically(scratch / "shelf" / "report.json", R"({"schema": "gainfinder-shelf/1"})");
  fs::create_directories(scratch / "empty" / "report.json");  // a folder of that name
  write(scratch / "b" / "finished" / "inside", "kl");         // inside a result: not looked at
  fs::create_directory_symlink(scratch.path(), scratch / "loop");

  const StudyCells read = readStudyCells(scratch.path());
  REQUIRE(read.cells.size() == 2);
  CHECK(read.cells[0].from == (scratch / "a" / "deep" / "deeper" / "finished").string());
  CHECK(read.cells[1].from == (scratch / "b" / "finished").string());
  CHECK(read.leftOut.size() == 6);
  const auto at = [&](const char* name) { return (scratch / name).string(); };
  CHECK(says(read.leftOut, at("stopped"), "must be finished"));
  CHECK(says(read.leftOut, at("compared"), "a comparison"));
  CHECK(says(read.leftOut, at("torn"), "JSON"));
  CHECK(says(read.leftOut, at("shelf"), "a shelf"));
  CHECK(says(read.leftOut, at("running"), "not finished"));
  CHECK(says(read.leftOut, at("begun"), "not finished"));
}

TEST_CASE("the folder itself may be the result; one that is not there is an error") {
  const ScratchFolder scratch;
  write(scratch / "one", "kl");
  CHECK(readStudyCells(scratch / "one").cells.size() == 1);
  CHECK_THROWS_AS(readStudyCells(scratch / "nowhere"), Error);
  CHECK_THROWS_AS(readStudyCells(scratch / "one" / "report.json"), Error);
}
