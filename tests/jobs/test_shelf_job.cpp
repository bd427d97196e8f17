// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "jobs/bench.h"
#include "jobs/shelf_job.h"
#include "report/shelf_report.h"

using namespace gf;
namespace fs = std::filesystem;
namespace {

struct Bench : gf_test::Bench {
  ShelfRequest request(std::vector<fs::path> models) const {
    ShelfRequest request;
    for (auto& path : models) request.models.push_back({std::move(path), nullptr});
    request.data = sample.slice;
    request.device = "cpu";
    request.threads = 1;
    return request;
  }
  fs::path fixture(const char* name) const { return fs::path(GF_MODEL_FIXTURES) / name; }
};

/// How many files in the store of evaluations end like this.
std::ptrdiff_t stored(const std::string& ending) {
  std::ptrdiff_t count = 0;
  std::error_code none;
  for (const auto& file : fs::directory_iterator(cacheFolder() / "predictions", none)) {
    count += file.path().filename().string().ends_with(ending);
  }
  return count;
}

}  // namespace

TEST_CASE("the sample's shelf: every pair is what a comparison of the two finds, and each model runs once") {
  const Bench bench;
  ShelfJob job(bench.request(bench.sample.models));
  std::vector<std::string> stages;
  std::vector<double> evaluated;  // one bar for all models: it never goes back
  job.run(Control({}, nullptr, [&](const Progress& progress) {
    if (stages.empty() || stages.back() != progress.stage) stages.push_back(progress.stage);
    if (progress.stage.starts_with("Evaluating")) evaluated.push_back(progress.fraction);
  }));
  CHECK(std::is_sorted(evaluated.begin(), evaluated.end()));
  CHECK(evaluated.front() == 0);
  CHECK(evaluated.back() == doctest::Approx(1));
  const auto shelf = job.result();
  REQUIRE(shelf);
  CHECK(shelf->leftOut.empty());
  CHECK(shelf->models.size() == bench.sample.models.size());
  CHECK(shelf->request.models.size() == shelf->models.size());
  CHECK(shelf->knowledge.samples == 1000);
  CHECK(stages.front() == "Opening the data");
  const std::string first = "Evaluating " + shelf->models[0].metadata->name + " (1 of 13)";
  CHECK(std::find(stages.begin(), stages.end(), first) != stages.end());
  CHECK(stored(".answers.npy") == 13);

  const auto placeOf = [&](const fs::path& path) {
    const auto& models = shelf->request.models;
    return static_cast<std::size_t>(
        std::find_if(models.begin(), models.end(), [&](const auto& each) { return each.path == path; }) -
        models.begin());
  };
  CompareJob pair(
      {{bench.sample.pair.student, nullptr}, {{bench.sample.pair.teacher, nullptr}}, bench.sample.slice, "cpu", 1});
  pair.run({});
  CHECK(stored(".answers.npy") == 13);  // the pair was known under the same keys
  const auto& all = pair.result()->knowledge.front().all;
  const std::size_t teacher = placeOf(bench.sample.pair.teacher), student = placeOf(bench.sample.pair.student);
  CHECK(shelf->knowledge.positiveFlips(teacher, student) == all.positiveFlips());
  CHECK(shelf->knowledge.negativeFlips(teacher, student) == all.negativeFlips());

  const fs::path file = bench / "report.json";
  std::ofstream(file) << shelf->report.dump();
  CHECK(readShelfReport(file) == shelf->report);
  CHECK(shelf->report.at("manifest").at("left_out").empty());
  CHECK(shelf->figures.size() == shelfFigures(shelf->report).size());

  ShelfJob again(bench.request(bench.sample.models));
  again.run({});
  CHECK(again.result()->knowledge.onlyTeacher == shelf->knowledge.onlyTeacher);
}

TEST_CASE("models that cannot be used are left out with their reasons, and the rest is compared") {
  const Bench bench;
  std::ofstream(bench / "broken.pt") << "no archive";
  const auto& models = bench.sample.models;
  ShelfJob job(bench.request({models[0], bench / "broken.pt", models[1], bench.fixture("scripted.pt"),
                              bench.fixture("no_metadata.pt"), models[2]}));
  job.run({});
  const auto shelf = job.result();
  REQUIRE(shelf->models.size() == 3);
  for (std::size_t m = 0; m < 3; ++m) {
    CHECK(shelf->models[m].path == models[m]);
    CHECK(shelf->request.models[m].path == models[m]);
  }
  REQUIRE(shelf->leftOut.size() == 3);
  CHECK(shelf->leftOut[0].starts_with("broken.pt: "));
  CHECK(shelf->leftOut[0].find("TorchScript") != std::string::npos);
  CHECK(shelf->leftOut[1].find("knows not one class of the data") != std::string::npos);
  CHECK(shelf->leftOut[2].starts_with("no_metadata.pt: the checkpoint must say its "));
  CHECK(shelf->report.at("manifest").at("left_out").size() == 3);
}

TEST_CASE("fewer than two usable models are no shelf") {
  const Bench bench;
  std::ofstream(bench / "broken.pt") << "no archive";
  ShelfJob job(bench.request({bench.sample.models[0], bench / "broken.pt"}));
  try {
    job.run({});
    FAIL("one model is no shelf");
  } catch (const Error& failure) {
    CHECK(failure.kind() == ErrorKind::Input);
    CHECK(failure.rule().find("at least two") != std::string::npos);
    CHECK(failure.observed().find("broken.pt") != std::string::npos);
  }
  CHECK_FALSE(job.result());
}

TEST_CASE("a stop while models run keeps what was evaluated") {
  const Bench bench;
  std::stop_source stop;
  const Control control(stop.get_token(), nullptr, [&](const Progress& progress) {
    if (progress.stage.find("(2 of 3)") != std::string::npos) stop.request_stop();
  });
  const auto& models = bench.sample.models;
  ShelfJob job(bench.request({models[0], models[1], models[2]}));
  CHECK_THROWS_AS(job.run(control), Stopped);
  CHECK_FALSE(job.result());
  CHECK(stored(".answers.npy") == 1);
}
