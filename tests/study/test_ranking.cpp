// SPDX-License-Identifier: Apache-2.0
// Tests and quantiles against SciPy and NumPy (make_golden.py).
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "knowledge/statistics.h"
#include "study/aggregates.h"
#include "study/ranking.h"
#include "study_material.h"

using namespace gf;
using namespace gf::test;

namespace {

nlohmann::json golden(const char* key) {
  static const auto all = nlohmann::json::parse(readFile(GF_TEST_DATA "/ranking.json", 1 << 20));
  return all.at(key);
}

}  // namespace

TEST_CASE("Wilcoxon's signed ranks as SciPy has them, with and without ties and zeros") {
  std::size_t cases = 0;
  for (const auto& each : golden("signed_ranks")) {
    const auto result = wilcoxonSignedRank(each.at("differences").get<std::vector<double>>());
    CHECK(result.pairs == each.at("pairs").get<std::size_t>());
    CHECK(result.positive == doctest::Approx(each.at("positive").get<double>()));
    CHECK(result.p == doctest::Approx(each.at("p").get<double>()).epsilon(1e-9));
    ++cases;
  }
  CHECK(cases == 8);
  CHECK(wilcoxonSignedRank({}).p == 1);
  CHECK(wilcoxonSignedRank(std::vector<double>{0, 0, 1e-15}).pairs == 0);
}

TEST_CASE("differences that rounding tore apart share their rank") {
  // 0.3 − 0.2 and 0.2 − 0.1 differ in the last bit; as shares of images they are the same.
  const double first = 0.3 - 0.2, second = 0.2 - 0.1;
  REQUIRE(first != second);
  CHECK(wilcoxonSignedRank(std::vector<double>{first, -second, 0.5}).positive == 4.5);
}

TEST_CASE("the sign test as SciPy's binomial test has it") {
  for (const auto& each : golden("sign_tests")) {
    CHECK(mcnemar(each.at("wins").get<std::int64_t>(), each.at("losses").get<std::int64_t>()) ==
          doctest::Approx(each.at("p").get<double>()).epsilon(1e-9));
  }
}

TEST_CASE("rank correlation and quartiles") {
  for (const auto& each : golden("correlations")) {
    const auto rho = spearman(each.at("x").get<std::vector<double>>(), each.at("y").get<std::vector<double>>());
    REQUIRE(rho);
    CHECK(*rho == doctest::Approx(each.at("rho").get<double>()).epsilon(1e-9));
  }
  CHECK_FALSE(spearman(std::vector<double>{1, 1}, std::vector<double>{1, 2}).has_value());
  CHECK_FALSE(spearman(std::vector<double>{1}, std::vector<double>{2}).has_value());
  for (const auto& each : golden("five_numbers")) {
    const auto values = each.at("values").get<std::vector<double>>();
    const auto five = fiveNumbers(values);
    const auto& numbers = each.at("numbers");
    CHECK(five.least == doctest::Approx(numbers[0].get<double>()));
    CHECK(five.lower == doctest::Approx(numbers[1].get<double>()));
    CHECK(five.median == doctest::Approx(numbers[2].get<double>()));
    CHECK(five.upper == doctest::Approx(numbers[3].get<double>()));
    CHECK(five.most == doctest::Approx(numbers[4].get<double>()));
    CHECK(meanStd(values).mean == doctest::Approx(each.at("mean").get<double>()));
    CHECK(meanStd(values).deviation == doctest::Approx(each.at("deviation").get<double>()));
  }
}

TEST_CASE("a ranking by hand: common pairs only, ties share, Holm over all contests") {
  // Five pairs; CE-Dist lacks one, so four are common. KL+DP is best on all four; on one the other two are level.
  const auto s = model("s", 0.8);
  std::vector<StudyCell> cells;
  const double dp[] = {0.05, 0.06, 0.07, 0.08, 0.09}, kl[] = {0.01, 0.02, 0.03, 0.04, 0.99},
               ce[] = {0.01, 0.01, 0.02, 0.01};
  for (int i = 0; i < 5; ++i) {
    const auto t = model("t" + std::to_string(i), 0.7);
    cells.push_back(cell(s, t, dp[i], Method::KlDp));
    cells.push_back(cell(s, t, kl[i], Method::Kl));
    if (i < 4) cells.push_back(cell(s, t, ce[i], Method::Ce));
  }
  const StudyTable study = studyTable(cells, "x");
  const MethodRanking ranking = rankMethods(study);
  CHECK(ranking.pairs == 4);
  REQUIRE(ranking.places.size() == 3);
  CHECK(study.settingNames[ranking.places[0].setting] == "KL+DP");
  CHECK(ranking.places[0].meanRank == 1);
  CHECK(study.settingNames[ranking.places[1].setting] == "KL-Dist");
  CHECK(ranking.places[1].meanRank == doctest::Approx((2.5 + 2 + 2 + 2) / 4));
  CHECK(ranking.places[2].meanDelta == doctest::Approx(0.0125));
  REQUIRE(ranking.contests.size() == 3);
  // KL+DP against KL-Dist has all five pairs: four better, one far worse.
  const auto& first = ranking.contests[0];
  CHECK(first.wins == 4);
  CHECK(first.losses == 1);
  CHECK(first.signP == doctest::Approx(0.375));
  // KL+DP against CE-Dist: 4 of 4, p = 2 / 16 for both tests; Holm multiplies the smallest of three by 3.
  const auto& second = ranking.contests[1];
  CHECK(second.rankP == doctest::Approx(0.125));
  CHECK(second.adjustedP == doctest::Approx(0.375));
  const auto& third = ranking.contests[2];
  CHECK(third.ties == 1);
  CHECK(third.rankP == doctest::Approx(0.25));
  CHECK(third.adjustedP == doctest::Approx(0.5));
}

TEST_CASE("nothing to rank") {
  const auto s = model("s", 0.8), t = model("t", 0.7), u = model("u", 0.7);
  CHECK(rankMethods(studyTable({cell(s, t, 0.1)}, "x")).places.empty());
  CHECK(rankMethods(studyTable({cell(s, t, 0.1), cell(s, u, 0.1, Method::Kl)}, "x")).places.empty());
}
