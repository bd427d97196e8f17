// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "knowledge/shelf.h"

using namespace gf;
using Ints = std::vector<std::int32_t>;
using Counts = std::vector<std::int64_t>;

namespace {

/// Answers of models that are better in some classes than in others.
struct Answers {
  Answers(std::size_t samples, int classes, std::size_t models, std::uint64_t seed) {
    Random random(seed);
    const auto below = [&](std::uint64_t most) { return static_cast<std::int32_t>(random.next() % most); };
    const auto many = static_cast<std::uint64_t>(classes);
    for (std::size_t i = 0; i < samples; ++i) {
      // Every third class is rare or has no samples at all.
      std::int32_t label = below(many);
      if (label % 3 == 2 && below(10) > 0) label = 0;
      truth.push_back(label);
    }
    for (std::size_t m = 0; m < models; ++m) {
      predicted.emplace_back();
      for (const std::int32_t label : truth) {
        const bool knows = below(100) < 40 + 60 * static_cast<std::int32_t>((static_cast<std::size_t>(label) + m) % 2);
        predicted.back().push_back(knows ? label : below(many));
      }
    }
  }
  std::vector<Labels> labels() const { return {predicted.begin(), predicted.end()}; }

  Ints truth;
  std::vector<Ints> predicted;
};

struct Case {
  std::size_t samples;
  int classes;
  std::size_t models;
};
constexpr Case kCases[] = {{0, 3, 3},   {1, 1, 2},    {63, 1, 3},  {64, 1, 3},      {65, 2, 3},
                           {128, 1, 2}, {1000, 7, 5}, {40, 90, 4}, {5000, 300, 12}, {777, 10, 1}};

void checkSame(const ShelfKnowledge& one, const ShelfKnowledge& other) {
  CHECK(one.right == other.right);
  CHECK(one.classSamples == other.classSamples);
  CHECK(one.classRight == other.classRight);
  CHECK(one.onlyTeacher == other.onlyTeacher);
  CHECK(one.headroom == other.headroom);
  CHECK(one.rightBits == other.rightBits);
  REQUIRE(one.entropy.size() == other.entropy.size());
  for (std::size_t i = 0; i < one.entropy.size(); ++i) {
    CHECK((one.entropy[i] == other.entropy[i] || (std::isnan(one.entropy[i]) && std::isnan(other.entropy[i]))));
  }
}

}  // namespace

TEST_CASE("a shelf worked by hand") {
  // Class 1 has no samples. Alone right, model 0 over model 1: three of class 0; model 1 over model 0: two of class 2.
  const Ints truth{0, 0, 2, 0, 2, 2, 0};
  const std::vector<Ints> answers{{0, 0, 0, 0, 0, 0, 0}, {0, 2, 2, 2, 2, 0, 2}, {2, 0, 2, 2, 2, 2, 2}};
  const std::vector<Labels> predicted(answers.begin(), answers.end());
  const ShelfKnowledge shelf = shelfKnowledge(truth, predicted, 3);
  CHECK(shelf.samples == 7);
  CHECK(shelf.right == Counts{4, 3, 4});
  CHECK(shelf.classSamples == Counts{4, 0, 3});
  CHECK(shelf.classRight == Counts{4, 0, 0, 1, 0, 2, 1, 0, 3});
  CHECK(shelf.onlyTeacher == Counts{0, 3, 3, 2, 0, 1, 3, 2, 0});
  // Three against none is beyond chance (3/√3 = 1.73), two against none is not (2/√2 = 1.41).
  CHECK(shelf.headroom == Counts{0, 3, 3, 0, 0, 0, 3, 0, 0});
  CHECK(std::isnan(shelf.entropy[0]));
  CHECK(shelf.entropy[1] == 0);                                              // all flips in one class
  CHECK(shelf.entropy[7] == doctest::Approx(std::log(2.0)).epsilon(1e-15));  // one each in two
  CHECK(shelf.accuracy(1) == doctest::Approx(3.0 / 7).epsilon(1e-15));
  CHECK(shelf.positiveFlips(0, 1) == doctest::Approx(3.0 / 7).epsilon(1e-15));
  CHECK(shelf.negativeFlips(0, 1) == doctest::Approx(2.0 / 7).epsilon(1e-15));
  CHECK(shelf.deltaAccuracy(0, 1) == doctest::Approx(1.0 / 7).epsilon(1e-15));
  CHECK(shelf.headroomShare(0, 1) == doctest::Approx(3.0 / 7).epsilon(1e-15));
  CHECK(shelf.classAccuracy(2, 2) == 1);
  CHECK(std::isnan(shelf.classAccuracy(0, 1)));
  const auto flips = shelf.classFlips(0, 1);
  CHECK(flips[0].onlyTeacher == 3);
  CHECK(flips[0].leads());
  CHECK(flips[1].onlyTeacher + flips[1].onlyStudent == 0);
  CHECK(flips[2].lead() == -2);
}

TEST_CASE("a lead is beyond chance above z = 1.645 and not at it") {
  CHECK_FALSE(ClassFlips{0, 0}.leads());
  CHECK_FALSE(ClassFlips{2, 0}.leads());
  CHECK(ClassFlips{3, 0}.leads());
  CHECK_FALSE(ClassFlips{0, 30}.leads());
  // 658/√160000 = 1.645 exactly.
  CHECK_FALSE(ClassFlips{80329, 79671}.leads());
  CHECK(ClassFlips{80330, 79671}.leads());
  CHECK_FALSE(ClassFlips{92, 71}.leads());  // z = 1.6448
  CHECK(ClassFlips{193, 162}.leads());      // z = 1.6453
}

TEST_CASE("every pair of a shelf is what the pair is on its own, on any number of threads") {
  for (const Case& each : kCases) {
    CAPTURE(each.samples);
    CAPTURE(each.classes);
    const Answers answers(each.samples, each.classes, each.models, 7 + each.samples);
    const auto predicted = answers.labels();
    const ShelfKnowledge shelf = shelfKnowledge(answers.truth, predicted, each.classes);
    for (std::size_t t = 0; t < each.models; ++t) {
      for (std::size_t s = 0; s < each.models; ++s) {
        const auto pair = comparePredictions(answers.truth, predicted[t], predicted[s], each.classes);
        const std::size_t cell = t * each.models + s;
        CHECK(shelf.onlyTeacher[cell] == pair.all.onlyTeacher);
        CHECK(shelf.right[t] == pair.all.bothRight + pair.all.onlyTeacher);
        CHECK(shelf.onlyTeacher[cell] - shelf.onlyTeacher[s * each.models + t] == shelf.right[t] - shelf.right[s]);
        CHECK(std::isnan(shelf.entropy[cell]) == !pair.flipEntropy().has_value());
        if (pair.flipEntropy()) CHECK(std::abs(shelf.entropy[cell] - *pair.flipEntropy()) < 1e-12);
        const auto flips = shelf.classFlips(t, s);
        std::int64_t headroom = 0;
        for (std::size_t k = 0; k < flips.size(); ++k) {
          CHECK(flips[k].onlyTeacher == pair.classes[k].onlyTeacher);
          CHECK(flips[k].onlyStudent == pair.classes[k].onlyStudent);
          if (flips[k].leads()) headroom += flips[k].lead();
        }
        CHECK(shelf.headroom[cell] == headroom);
      }
    }
    for (const int threads : {2, 3, 16})
      checkSame(shelf, shelfKnowledge(answers.truth, predicted, each.classes, threads));
  }
}

TEST_CASE("all pairs equal NumPy's") {
  const nlohmann::json cases = nlohmann::json::parse(std::ifstream(GF_TEST_DATA "/shelf.json"));
  REQUIRE(cases.size() == 4);
  for (const auto& each : cases) {
    const Ints truth = each.at("truth");
    const auto answers = each.at("predicted").get<std::vector<Ints>>();
    const std::vector<Labels> predicted(answers.begin(), answers.end());
    const ShelfKnowledge shelf = shelfKnowledge(truth, predicted, each.at("classes"), 2);
    for (std::size_t t = 0; t < shelf.models; ++t) {
      for (std::size_t s = 0; s < shelf.models; ++s) {
        const std::size_t cell = t * shelf.models + s;
        CHECK(shelf.onlyTeacher[cell] == each.at("only_teacher")[t][s].get<std::int64_t>());
        CHECK(shelf.headroom[cell] == each.at("headroom")[t][s].get<std::int64_t>());
        const auto& entropy = each.at("entropy")[t][s];
        CHECK(entropy.is_null() == std::isnan(shelf.entropy[cell]));
        if (!entropy.is_null()) CHECK(std::abs(shelf.entropy[cell] - entropy.get<double>()) < 1e-12);
      }
    }
  }
}

TEST_CASE("who should teach whom goes by headroom, then flips, then fewer losses, then order") {
  const Answers answers(2000, 12, 6, 5);
  const ShelfKnowledge shelf = shelfKnowledge(answers.truth, answers.labels(), 12);
  const auto all = rankTeaching(shelf, 1000);
  REQUIRE(all.size() == 30);
  const auto key = [&](const TeachingPair& pair) {
    return std::tuple(-shelf.headroom[pair.teacher * 6 + pair.student],
                      -shelf.onlyTeacher[pair.teacher * 6 + pair.student],
                      shelf.onlyTeacher[pair.student * 6 + pair.teacher], pair.teacher * 6 + pair.student);
  };
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(key(all[i - 1]) < key(all[i]));
  const auto few = rankTeaching(shelf, 3);
  REQUIRE(few.size() == 3);
  for (std::size_t i = 0; i < few.size(); ++i) CHECK(key(few[i]) == key(all[i]));
  for (const auto& pair : all) {
    CHECK(pair.teacher != pair.student);
    CHECK(pair.headroom == shelf.headroomShare(pair.teacher, pair.student));
    CHECK(pair.positiveFlips == shelf.positiveFlips(pair.teacher, pair.student));
    CHECK(pair.negativeFlips == shelf.negativeFlips(pair.teacher, pair.student));
    CHECK(pair.classes.size() == std::min<std::size_t>(pair.leading, 5));
    const auto flips = shelf.classFlips(pair.teacher, pair.student);
    for (const std::int32_t k : pair.classes) CHECK(flips[static_cast<std::size_t>(k)].leads());
    for (std::size_t i = 1; i < pair.classes.size(); ++i) {
      CHECK(flips[static_cast<std::size_t>(pair.classes[i - 1])].lead() >=
            flips[static_cast<std::size_t>(pair.classes[i])].lead());
    }
  }
  const auto best = bestTeachers(shelf);
  REQUIRE(best.size() == 6);
  for (std::size_t s = 0; s < 6; ++s) {
    CHECK(best[s].student == s);
    for (const auto& pair : all) {
      if (pair.student == s) CHECK(key(best[s]) <= key(pair));
    }
  }
  const Answers lone(10, 2, 1, 1);
  CHECK(rankTeaching(shelfKnowledge(lone.truth, lone.labels(), 2), 5).empty());
  CHECK(bestTeachers(shelfKnowledge(lone.truth, lone.labels(), 2)).empty());
}

TEST_CASE("a shelf says how far it is, and stops") {
  const Answers answers(500, 5, 40, 3);
  const auto predicted = answers.labels();
  Progress last;
  shelfKnowledge(answers.truth, predicted, 5, 2,
                 Control({}, nullptr, [&](const Progress& progress) { last = progress; }));
  CHECK(last.fraction == 1);
  CHECK(last.stage == "Comparing all pairs");
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(shelfKnowledge(answers.truth, predicted, 5, 3, Control(stop.get_token(), nullptr, {})), Stopped);
  // Stopped while pairs are being compared: threads end, nothing is left behind.
  std::stop_source later;
  const Control control(later.get_token(), nullptr, [&](const Progress& progress) {
    if (progress.stage == "Comparing all pairs") later.request_stop();
  });
  CHECK_THROWS_AS(shelfKnowledge(answers.truth, predicted, 5, 3, control), Stopped);
}

TEST_CASE("what is no shelf is refused") {
  const Ints two{0, 1}, three{0, 1, 2}, outside{0, 2}, negative{0, -1};
  const std::vector<Labels> fine{two, two}, wrong{two, three};
  CHECK_THROWS_AS(shelfKnowledge(two, wrong, 2), Error);
  CHECK_THROWS_AS(shelfKnowledge(outside, fine, 2), Error);
  CHECK_THROWS_AS(shelfKnowledge(negative, fine, 2), Error);
  CHECK_THROWS_AS(shelfKnowledge(two, fine, 2, 0), Error);
  CHECK(shelfKnowledge({}, {}, 0).models == 0);
  // An answer that is no class is a wrong one.
  const std::vector<Labels> odd{negative, outside};
  CHECK(shelfKnowledge(two, odd, 2).right == Counts{1, 1});
}
