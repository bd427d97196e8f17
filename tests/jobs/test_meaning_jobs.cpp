// SPDX-License-Identifier: Apache-2.0
// What classes mean to providers that come with a comparison, on the shipped sample.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "jobs/bench.h"
#include "jobs/compare_models.h"
#include "jobs/meaning_job.h"
#include "report/meaning_report.h"

using namespace gf;
namespace fs = std::filesystem;
namespace {

struct Bench : gf_test::Bench {
  std::shared_ptr<const Comparison> compare(const std::string& semantics) const {
    CompareRequest request{{sample.pair.student, nullptr}, {{sample.pair.teacher, nullptr}}, sample.slice, "cpu", 1};
    request.semantics = semantics;
    CompareJob job(request);
    job.run({});
    return job.result();
  }
  /// One vector a class, so that classes 0, 2, 4 … are alike.
  std::string vectors(const std::vector<std::string>& names) const {
    std::string text;
    for (std::size_t k = 0; k < names.size(); ++k) text += "\"" + names[k] + "\"," + (k % 2 ? "0.2,1\n" : "1,0.1\n");
    writeAtomically(*this / "vectors.csv", text);
    return "file:" + (*this / "vectors.csv").string();
  }
};

std::set<std::string> idsOf(const std::vector<Figure>& figures) {
  std::set<std::string> ids;
  for (const auto& figure : figures) ids.insert(figure.id);
  return ids;
}

void checkSound(const Comparison& comparison, const PairMeaning& meaning) {
  const auto& names = comparison.data.eval->classNames();
  CHECK(meaning.classes.semantics.names == names);
  CHECK(meaning.similarity.size() == names.size() * names.size());
  nlohmann::ordered_json report = comparison.report;
  report["meaning"] = meaning.json;
  const auto read = parseJson(report.dump(), "report.json");
  checkMeaning(JsonReader(read, "report.json").object("meaning"), names.size(), comparison.teachers.size());
  CHECK(idsOf(meaningFigures(read, meaning.similarity)) ==
        std::set<std::string>{"top-similarity", "groups", "class-map", "meaning-map", "similarity"});
}

}  // namespace

TEST_CASE("a comparison asks what classes mean, and its report says so") {
  const Bench bench;
  const auto plain = bench.compare("");
  CHECK_FALSE(plain->meaning);
  CHECK_FALSE(plain->report.contains("meaning"));
  const auto head = bench.compare("head");
  REQUIRE(head->meaning);
  checkSound(*head, *head->meaning);
  CHECK(head->report.at("meaning") == head->meaning->json);
  CHECK(head->meaning->json.at("provider") == "head");
  CHECK(head->meaning->classes.map.method == "pca");

  // Another answer for the same comparison, without evaluating again.
  MeaningJob job(plain, bench.vectors(plain->data.eval->classNames()));
  CHECK_FALSE(job.result());
  job.run({});
  REQUIRE(job.result());
  checkSound(*plain, *job.result());
  CHECK(job.result()->provider.starts_with("file:"));
  const auto& order = job.result()->classes.tree.order;
  const auto odd = [](std::size_t k) { return k % 2 == 1; };
  CHECK(std::is_partitioned(order.begin(), order.end(), [&](std::size_t k) { return odd(k) == odd(order.front()); }));
  CHECK(imageNetIds(*plain).empty());
}

TEST_CASE("ImageNet ids come from names that are ids, else from the models") {
  const Bench bench;
  Comparison comparison = *bench.compare("");
  std::vector<std::string> ids;
  for (std::size_t k = 0; k < 10; ++k) ids.push_back("n0000000" + std::to_string(k));
  comparison.teachers.front().metadata->wnids = ids;
  const auto& own = comparison.teachers.front().metadata->classes;
  const auto& names = comparison.data.eval->classNames();
  const auto found = imageNetIds(comparison);
  REQUIRE(found.size() == names.size());
  for (std::size_t k = 0; k < names.size(); ++k) {
    CHECK(found[k] == ids[static_cast<std::size_t>(std::find(own.begin(), own.end(), names[k]) - own.begin())]);
  }
  comparison.teachers.front().metadata->wnids.assign(10, "no id");
  CHECK(imageNetIds(comparison).empty());
}

TEST_CASE("what is no provider is refused before anything is opened") {
  const Bench bench;
  for (const char* wrong : {"words", "clip:", "head:x"}) {
    CHECK_THROWS_AS(checkProvider(wrong), Error);
    CompareRequest request{
        {bench / "nothing.pt", nullptr}, {{bench / "nothing.pt", nullptr}}, bench / "none", "cpu", 1};
    request.semantics = wrong;
    try {
      CompareJob(request).run({});
      FAIL_CHECK("was run");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::Usage);
      CHECK(error.subject() == "--semantics");
    }
  }
  for (const char* right : {"wordnet", "head", "clip:/x", "text:/x", "file:/x", "wordnet:/x.json"}) {
    CHECK_NOTHROW(checkProvider(right));
  }
  const auto plain = bench.compare("");
  CHECK_THROWS_AS(pairMeaning(*plain, "file:" + (bench / "none.csv").string(), {}), Error);
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(pairMeaning(*plain, "head", Control(stop.get_token(), nullptr, {})), Stopped);
}
