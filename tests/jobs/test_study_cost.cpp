// SPDX-License-Identifier: Apache-2.0
// What a study of the shipped sample was said to cost is what it costs, and its cells share the frozen models' answers.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/kept_files.h"
#include "data/crop_cache.h"
#include "jobs/bench.h"
#include "jobs/pack_job.h"
#include "jobs/study_estimate.h"
#include "jobs/study_job.h"

using namespace gf;

namespace {

struct Study {
  explicit Study(const std::string& text) : plan(planFromJson(nlohmann::ordered_json::parse(text), "the plan")) {
    plan.models = bench.sample.models.front().parent_path();
    plan.data = bench.sample.slice;
  }
  StudyCost cost() const { return costOf(prepareStudy(plan, {}), "cpu", 1); }
  /// Of all cells.
  FrozenUse run(const std::string& folder) const {
    StudyJob job({plan, bench / folder, "cpu", 1, false});
    job.run({});
    return job.frozen();
  }
  gf_test::Bench bench;
  StudyPlan plan;
};

}  // namespace

TEST_CASE("frozen models run as often as was said: samples × views × models, once for all methods and pairs") {
  const Study study(R"({"schema": "gainfinder-plan/1", "name": "small", "students": ["all-mlp", "all-vit"],
    "teachers": ["tops-*", "all-mlp"], "methods": ["kl", "kl-dp", {"method": "cd", "options": {"subset": "4perclass"}}],
    "options": {"epochs": 3, "subset": "20perclass", "batch": 16, "eval-every": 3},
    "teams": [{"teachers": ["tops-*", "all-mlp"], "modes": ["sequential", "soup", "parallel"]}]})");
  const StudyCost before = study.cost();
  const PreparedStudy prepared = prepareStudy(study.plan, {});
  std::set<std::size_t> models;
  for (const auto& cell : prepared.expansion.cells) {
    models.insert(cell.student);
    models.insert(cell.teachers.begin(), cell.teachers.end());
  }
  const FrozenUse use = study.run("study");
  CHECK(use.computed == before.keeping);
  CHECK(use.compared == before.comparing);
  CHECK(use.read == before.reading);
  CHECK(use.live == before.teaching + before.retaining);
  CHECK(before.reading > 5 * before.keeping);
  CHECK(before.retaining == 0);
  // CD's teachers run: 4 of each of 10 classes, 3 epochs.
  REQUIRE(before.notes.size() == 1);
  CHECK(before.notes.front().find("features") != std::string::npos);
  // Another study of the same models finds all answers but those of students between two teachers.
  const StudyCost after = study.cost();
  CHECK(after.bytesCached == 0);
  const std::int64_t shared = static_cast<std::int64_t>(models.size()) * 2 * 200;  // views, images
  CHECK(before.keeping - after.keeping == shared);
}

TEST_CASE("where nothing is kept, every step's passes are counted") {
  const Study study(R"({"schema": "gainfinder-plan/1", "name": "live", "students": ["all-mlp"],
    "teachers": ["tops-resnet", "all-vit"], "methods": ["kl", "kl-dp"],
    "options": {"epochs": 2, "subset": "5perclass", "batch": 16, "cache": "off"}, "seeds": [3]})");
  const StudyCost cost = study.cost();
  const FrozenUse use = study.run("study");
  CHECK(cost.keeping == 0);
  CHECK(cost.teaching == 2 * 50 * (2 + 3));  // KL+DP looks at the transfer set once before it trains
  CHECK(cost.retaining == 2 * 50 * 3);
  CHECK(use.live == cost.teaching + cost.retaining);
  CHECK(use.read == 0);
}

TEST_CASE("decoded images take the room that was said, once for all cells") {
  Study study(R"({"schema": "gainfinder-plan/1", "name": "packed", "students": ["all-mlp", "all-vit"],
    "teachers": ["tops-resnet"], "methods": ["kl", {"method": "kl-dp", "options": {"subset": "3perclass"}}],
    "options": {"epochs": 1, "subset": "5perclass", "batch": 16}})");
  CHECK(study.cost().bytesDecoded == 0);  // pixels as they are: nothing to decode
  PackRequest packing;
  packing.data = study.plan.data;
  packing.out = study.bench / "slice.gfpack";
  packing.side = 0;
  PackJob(packing).run({});
  study.plan.data = packing.out;
  const StudyCost cost = study.cost();
  // Of 28 × 28 pixels and their checksum, 50 and 30 of them, with a head each.
  CHECK(cost.bytesDecoded == 80 * (28 * 28 + 8) + 2 * 96);
  study.run("study");
  CHECK(bytesOf(keptFiles(cropFolder())) == static_cast<std::uint64_t>(cost.bytesDecoded));
  CHECK(study.cost().bytesDecoded == 0);
}
