// SPDX-License-Identifier: Apache-2.0
// A result written and opened again shows the same figures, of whatever kind it is.
#include <doctest/doctest.h>

#include "base/error.h"
#include "base/files.h"
#include "meaning_material.h"
#include "report_material.h"
#include "shelf_material.h"

using namespace gf;
using namespace gf::test;
using Json = nlohmann::ordered_json;

namespace {

void checkSame(const std::vector<Figure>& before, const Result& opened) {
  REQUIRE(before.size() == opened.figures.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    CAPTURE(before[i].id);
    CHECK((toJson(before[i]).dump() == toJson(opened.figures[i]).dump()));  // NaN is null there
    CHECK((toCsv(before[i]) == toCsv(opened.figures[i])));
  }
}

}  // namespace

TEST_CASE("a pair whose classes have a meaning") {
  ScratchFolder scratch;
  Material m;
  makeMaterial({.name = "m", .samples = 900, .classes = 31, .teachers = 2}, m);
  const ClassMeaning meaning = classMeaning(families(m.input.classNames, 0.3));
  Json report = buildReport(m.input);
  addMeaning(report, m.input, meaning);
  writeSimilarity(scratch.path(), meaning.semantics, report);
  const std::vector<float> similarity(meaning.semantics.similarity.begin(), meaning.semantics.similarity.end());
  const auto figures = figuresOf(report, {}, similarity);
  CHECK(figures.back().id == "similarity");
  writeReport(scratch.path(), report, figures);
  const Result opened = openResult(scratch.path());
  CHECK(opened.similarity == similarity);
  CHECK(opened.report == report);
  checkSame(figures, opened);
  // Without the matrix beside it the rest is still there.
  std::filesystem::remove(scratch / kSimilarityFile);
  CHECK(openResult(scratch.path()).figures.size() == figures.size() - 1);
}

TEST_CASE("a shelf") {
  for (const auto& material : allShelves()) {
    CAPTURE(material.name);
    ScratchFolder scratch;
    const Json report = buildShelfReport(material.input);
    const auto figures = figuresOf(report, {});
    writeReport(scratch.path(), report, figures);
    const Result opened = openResult(scratch / "report.json");
    CHECK(opened.isShelf());
    CHECK(opened.headline() == shelfHeadline(report));
    CHECK(opened.metrics.empty());
    checkSame(figures, opened);
  }
}

TEST_CASE("a schema that nobody knows is named") {
  ScratchFolder scratch;
  for (const char* text : {R"({"schema": "gainfinder-shelf/2"})", R"({"schema": 1})", "{}", "[]", "1"}) {
    writeAtomically(scratch / "report.json", text);
    CAPTURE(text);
    CHECK_THROWS_AS(openResult(scratch.path()), Error);
  }
}
