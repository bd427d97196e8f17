// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "knowledge/confusion.h"

using namespace gf;
using Ints = std::vector<std::int32_t>;

TEST_CASE("what was said instead, worked by hand") {
  //              flip +  flip +  flip +  both  flip −  neither  flip +
  const Ints truth{0, 0, 2, 1, 1, 2, 2}, teacher{0, 0, 2, 1, 0, 0, 2}, student{1, 1, 0, 1, 1, 1, 1};
  const FlipConfusion positive = flipConfusion(truth, teacher, student, FlipKind::Positive);
  CHECK(positive.flips == 4);
  // Two Ones for Zero; then, one each, class 2 taken for 0 before class 2 taken for 1.
  CHECK(positive.pairs == std::vector<FlipPair>{{0, 1, 2}, {2, 0, 1}, {2, 1, 1}});
  const FlipConfusion negative = flipConfusion(truth, teacher, student, FlipKind::Negative);
  CHECK(negative.flips == 1);
  CHECK(negative.pairs == std::vector<FlipPair>{{1, 0, 1}});
  // The models changed places: what was positive is negative.
  CHECK(flipConfusion(truth, student, teacher, FlipKind::Negative).pairs == positive.pairs);
}

TEST_CASE("flip confusion equals NumPy's and sums to the flips") {
  const nlohmann::json cases = nlohmann::json::parse(std::ifstream(GF_TEST_DATA "/confusion.json"));
  REQUIRE(cases.size() == 5);
  for (const auto& each : cases) {
    const Ints truth = each.at("truth"), teacher = each.at("teacher"), student = each.at("student");
    const OutcomeCounts all = comparePredictions(truth, teacher, student, 40).all;
    for (const FlipKind kind : {FlipKind::Positive, FlipKind::Negative}) {
      const FlipConfusion confusion = flipConfusion(truth, teacher, student, kind);
      std::vector<FlipPair> expected;
      for (const auto& cell : each.at(kind == FlipKind::Positive ? "positive" : "negative"))
        expected.push_back({cell[0], cell[1], cell[2]});
      CHECK(confusion.pairs == expected);
      CHECK(confusion.flips == (kind == FlipKind::Positive ? all.onlyTeacher : all.onlyStudent));
    }
  }
}

TEST_CASE("flip confusion refuses what is no prediction") {
  const Ints two{0, 1}, three{0, 1, 2}, negative{0, -1};
  CHECK_THROWS_AS(flipConfusion(two, three, two, FlipKind::Positive), Error);
  CHECK_THROWS_AS(flipConfusion(two, two, three, FlipKind::Positive), Error);
  CHECK_THROWS_AS(flipConfusion(negative, two, two, FlipKind::Positive), Error);
  CHECK_THROWS_AS(flipConfusion(two, two, negative, FlipKind::Positive), Error);
  CHECK(flipConfusion({}, {}, {}, FlipKind::Negative).pairs.empty());
}
