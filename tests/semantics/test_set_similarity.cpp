// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "meaning_golden.h"
#include "semantics/set_similarity.h"

using namespace gf_test;

namespace {

using Set = std::vector<std::int32_t>;

Set all(std::size_t classes) {
  Set set(classes);
  std::iota(set.begin(), set.end(), 0);
  return set;
}

std::vector<gf::SetSimilarity> asked(const gf::ClassSemantics& semantics, const std::vector<Set>& sets,
                                     int draws = gf::kSimilarityDraws) {
  return gf::setSimilarities(semantics, sets, 7, draws);
}

}  // namespace

TEST_CASE("means, differences, bands and chances are those of every subset there is") {
  constexpr int kDraws = 40'000;
  for (const auto& wanted : meaningGolden()["sets"]) {
    const auto semantics = likenesses(wanted["similarity"].get<std::vector<double>>());
    const std::size_t classes = semantics.names.size();
    CHECK(gf::meanSimilarity(semantics, all(classes)).value() == doctest::Approx(wanted["mean"].get<double>()));
    std::vector<Set> sets;
    for (const auto& each : wanted["sets"]) sets.push_back(each["classes"].get<Set>());
    const auto found = asked(semantics, sets, kDraws);
    REQUIRE(found.size() == sets.size());
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const auto& each = wanted["sets"][i];
      CAPTURE(sets[i].size());
      CHECK(found[i].classes == sets[i].size());
      CHECK(found[i].similarity.value() == doctest::Approx(each["similarity"].get<double>()).epsilon(1e-12));
      CHECK(found[i].difference.has_value() == each.contains("difference"));
      if (each.contains("difference")) {
        CHECK(std::abs(*found[i].difference - each["difference"].get<double>()) < 1e-9);
        const double whole = wanted["mean"].get<double>();
        CHECK(found[i].bandLow == doctest::Approx(100 * (found[i].similarityLow / whole - 1)));
        CHECK(found[i].bandHigh == doctest::Approx(100 * (found[i].similarityHigh / whole - 1)));
      }
      // Drawn, so within a percent of the exact share and between neighbouring exact quantiles.
      CHECK(std::abs(found[i].chance - each["chance"].get<double>()) < 0.01);
      CHECK(found[i].similarityLow >= each["low"][0].get<double>() - 1e-9);
      CHECK(found[i].similarityLow <= each["low"][1].get<double>() + 1e-9);
      CHECK(found[i].similarityHigh >= each["high"][0].get<double>() - 1e-9);
      CHECK(found[i].similarityHigh <= each["high"][1].get<double>() + 1e-9);
    }
  }
}

TEST_CASE("all classes together differ from all classes by nothing, and no chance is smaller") {
  for (const std::size_t classes : {2, 5, 33}) {
    auto semantics = allAlike(classes, 0.3);
    for (std::size_t a = 0; a < classes; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        const double value = 0.1 + 0.8 * static_cast<double>((a * 7 + b * 3) % 11) / 11;
        semantics.similarity[a * classes + b] = semantics.similarity[b * classes + a] = value;
      }
    }
    Set turned = all(classes);
    std::reverse(turned.begin(), turned.end());
    for (const auto& found : asked(semantics, {all(classes), turned})) {
      CHECK(*found.difference == 0);
      CHECK(std::abs(found.bandLow) < 1e-9);
      CHECK(std::abs(found.bandHigh) < 1e-9);
      CHECK(found.chance == 1);
    }
  }
}

TEST_CASE("sets without pairs, and classes that are alike by nothing or less") {
  const auto semantics = allAlike(6, 0.25);
  const auto few = asked(semantics, {{}, {3}, {1, 4}});
  for (const std::size_t i : {0, 1}) {
    CHECK(few[i].classes == i);
    CHECK_FALSE(few[i].similarity);
    CHECK_FALSE(few[i].difference);
    CHECK(few[i].chance == 1);
  }
  CHECK(*few[2].similarity == 0.25);
  CHECK(*few[2].difference == 0);
  CHECK(few[2].chance == 1);
  CHECK_FALSE(gf::meanSimilarity(semantics, Set{2}));
  for (const double value : {0.0, -0.2}) {
    const auto found = asked(allAlike(6, value), {{0, 1, 2}})[0];
    CHECK(*found.similarity == doctest::Approx(value));
    CHECK_FALSE(found.difference);
    CHECK(found.similarityLow == doctest::Approx(value));
    CHECK(found.chance == 1);
  }
  CHECK(asked(likenesses({1}), {{0}})[0].classes == 1);
  CHECK(asked(likenesses({}), {}).empty());
}

TEST_CASE("the most alike pair is as rare as one in all pairs") {
  auto semantics = allAlike(10, 0.2);
  semantics.similarity[3 * 10 + 8] = semantics.similarity[8 * 10 + 3] = 0.9;
  const auto found = asked(semantics, {{8, 3}}, 20'000)[0];
  CHECK(found.chance == doctest::Approx(1.0 / 45).epsilon(0.2));
  CHECK(*found.difference == doctest::Approx(100 * (0.9 / ((44 * 0.2 + 0.9) / 45) - 1)));
}

TEST_CASE("the band of two draws lies between them, at 2.5 % from either end") {
  // Every pair has a similarity of its own, so that two draws differ unless they are the same pair.
  constexpr std::size_t kClasses = 12;
  std::vector<double> similarity(kClasses * kClasses, 1);
  for (std::size_t a = 0; a < kClasses; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      similarity[a * kClasses + b] = similarity[b * kClasses + a] =
          0.01 * static_cast<double>(a) + 0.001 * static_cast<double>(b);
    }
  }
  const auto semantics = likenesses(std::move(similarity));
  const auto first = asked(semantics, {{0, 1}}, 1)[0], both = asked(semantics, {{0, 1}}, 2)[0];
  CHECK(first.similarityLow == first.similarityHigh);
  const double one = first.similarityLow, other = both.similarityLow + both.similarityHigh - one;
  REQUIRE(one != doctest::Approx(other));
  CHECK(both.similarityLow == doctest::Approx(std::min(one, other) + 0.025 * std::abs(other - one)));
  CHECK(both.similarityHigh == doctest::Approx(std::max(one, other) - 0.025 * std::abs(other - one)));
}

TEST_CASE("one seed has one answer; sets share their draws and no set changes another's") {
  auto semantics = likenesses(meaningGolden()["trees"][4]["similarity"].get<std::vector<double>>());
  const auto alone = gf::setSimilarities(semantics, std::vector<Set>{{1, 5, 9}}, 3);
  const auto together = gf::setSimilarities(semantics, std::vector<Set>{{0, 1}, {1, 5, 9}, all(30)}, 3);
  CHECK(together[1].bandLow == alone[0].bandLow);
  CHECK(together[1].chance == alone[0].chance);
  const auto other = gf::setSimilarities(semantics, std::vector<Set>{{1, 5, 9}}, 4);
  CHECK(other[0].bandLow != alone[0].bandLow);
}

TEST_CASE("sets of what is no class are refused") {
  const auto semantics = allAlike(4, 0.5);
  for (const Set& wrong : std::vector<Set>{{0, 4}, {-1, 2}, {1, 1}})
    CHECK_THROWS_AS(asked(semantics, {wrong}), gf::Error);
  CHECK_THROWS_AS(asked(semantics, {{0, 1}}, 0), gf::Error);
  auto torn = semantics;
  torn.similarity.pop_back();
  CHECK_THROWS_AS(asked(torn, {{0, 1}}), gf::Error);
}
