// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "data/preprocess.h"
#include "data/subset.h"
#include "helpers.h"

using namespace gf;

namespace {

std::vector<std::int32_t> labelsOf(const std::vector<int>& sizes) {
  std::vector<std::int32_t> labels;
  for (std::size_t k = 0; k < sizes.size(); ++k) labels.insert(labels.end(), sizes[k], static_cast<std::int32_t>(k));
  return labels;
}

std::vector<int> countsOf(const std::vector<std::uint32_t>& chosen, const std::vector<std::int32_t>& labels,
                          int classes) {
  std::vector<int> counts(classes);
  for (const auto index : chosen) ++counts[labels[index]];
  return counts;
}

}  // namespace

TEST_CASE("a share takes max(1, round(f·n)) of each class, halves up") {
  // 0.1·14 = 1.4, 0.1·16 = 1.6, 0.1·25 = 2.5, 0.1·4 = 0.4, 0.1·1300 = 130, none.
  const auto labels = labelsOf({14, 16, 25, 4, 1300, 0});
  const auto chosen = stratifiedSubset(labels, 6, {false, 0.1}, 3);
  CHECK(countsOf(chosen, labels, 6) == std::vector<int>{1, 2, 3, 1, 130, 0});
  CHECK(std::is_sorted(chosen.begin(), chosen.end()));
  CHECK(std::set<std::uint32_t>(chosen.begin(), chosen.end()).size() == chosen.size());
}

TEST_CASE("a count takes that many of each class, or all it has") {
  const auto labels = labelsOf({600, 700, 5});
  CHECK(countsOf(stratifiedSubset(labels, 3, {true, 600}, 0), labels, 3) == std::vector<int>{600, 600, 5});
}

TEST_CASE("the whole share is everything in order") {
  const auto labels = labelsOf({3, 4});
  CHECK(stratifiedSubset(labels, 2, {false, 1}, 99) == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("the choice is the one a second program makes from the same seed") {
  const auto golden = nlohmann::json::parse(test::golden("choices.json"));
  const auto labels = golden["labels"].get<std::vector<std::int32_t>>();
  for (const auto& one : golden["subsets"]) {
    CAPTURE(one["seed"].get<std::uint64_t>());
    CHECK(stratifiedSubset(labels, 7, {false, one["share"].get<double>()}, one["seed"].get<std::uint64_t>()) ==
          one["indices"].get<std::vector<std::uint32_t>>());
  }
}

TEST_CASE("a larger share holds the smaller one, and a class does not depend on the others") {
  const auto labels = labelsOf({50, 60, 70});
  const auto small = stratifiedSubset(labels, 3, {false, 0.1}, 5), large = stratifiedSubset(labels, 3, {false, 0.4}, 5);
  CHECK(std::includes(large.begin(), large.end(), small.begin(), small.end()));
  const auto alone = stratifiedSubset(labelsOf({50}), 1, {false, 0.1}, 5);
  CHECK(std::equal(alone.begin(), alone.end(), small.begin()));
  CHECK(stratifiedSubset(labels, 3, {false, 0.1}, 6) != small);
}

TEST_CASE("every sample is chosen equally often") {
  // 400 seeds of 3 out of 10: 120 expected, standard deviation 9.2; five of them are allowed.
  const auto labels = labelsOf({10});
  std::map<std::uint32_t, int> times;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    for (const auto index : stratifiedSubset(labels, 1, {true, 3}, seed)) ++times[index];
  }
  for (const auto& [index, count] : times) CHECK(std::abs(count - 120) < 46);
  CHECK(times.size() == 10);
}

TEST_CASE("impossible requests are refused with the rule") {
  const auto labels = labelsOf({10, 10});
  CHECK_THROWS_AS(stratifiedSubset(labels, 2, {false, 0}, 0), Error);
  CHECK_THROWS_AS(stratifiedSubset(labels, 2, {false, 1.01}, 0), Error);
  CHECK_THROWS_AS(stratifiedSubset(labels, 2, {true, 0}, 0), Error);
  CHECK_THROWS_AS(stratifiedSubset(labels, 1, {false, 0.5}, 0), Error);
}

TEST_CASE("views are a pure function of seed, sample and epoch, as a second program computes them") {
  const auto golden = nlohmann::json::parse(test::golden("choices.json"));
  for (const auto& one : golden["views"]) {
    const auto flips = one["flips"].get<std::vector<int>>();
    // Backwards, to show that no state is carried along.
    for (std::size_t i = flips.size(); i-- > 0;) {
      const auto view = viewOf(one["seed"].get<std::uint64_t>(), static_cast<std::uint32_t>(i), one["epoch"].get<int>(),
                               Augment::Flip);
      CHECK(view.flip == (flips[i] == 1));
    }
  }
  for (std::uint32_t i = 0; i < 100; ++i) CHECK_FALSE(viewOf(0, i, 0, Augment::None).flip);
}

TEST_CASE("half of all views are flipped") {
  int flipped = 0;
  for (std::uint32_t i = 0; i < 10000; ++i) flipped += viewOf(1, i, 4, Augment::Flip).flip;
  CHECK(std::abs(flipped - 5000) < 250);  // Five standard deviations.
}
