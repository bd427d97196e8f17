// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "knowledge/flips.h"
#include "knowledge/routing.h"

using namespace gf;
using Ints = std::vector<std::int32_t>;

namespace {

const nlohmann::json& golden() {
  static const nlohmann::json json = nlohmann::json::parse(std::ifstream(GF_TEST_DATA "/golden.json"));
  return json;
}

Ints intsOf(const nlohmann::json& json) {
  return json.get<Ints>();
}

}  // namespace

TEST_CASE("a pair worked by hand") {
  //            both  teacher teacher student neither teacher
  const Ints truth{0, 0, 1, 1, 2, 2}, teacher{0, 0, 1, 0, 0, 2}, student{0, 1, 2, 1, 1, 0};
  const auto pair = comparePredictions(truth, teacher, student, 4);
  CHECK(pair.all.samples == 6);
  CHECK(pair.all.bothRight == 1);
  CHECK(pair.all.onlyTeacher == 3);
  CHECK(pair.all.onlyStudent == 1);
  CHECK(pair.all.bothWrong == 1);
  CHECK(pair.all.positiveFlips() == 0.5);
  CHECK(pair.outcomes[3] == Outcome::OnlyStudent);
  CHECK(pair.classShare(0) == 0.5);
  CHECK(pair.classShare(3) == 0);  // no samples
  CHECK(pair.flipEntropy().value() == doctest::Approx(std::log(3.0)).epsilon(1e-15));
  CHECK(pair.rankedClasses() == Ints{0, 1, 2, 3});  // all tie: lower index first
  CHECK(pair.topClasses(33) == Ints{0});
  CHECK(pair.topClasses(34) == Ints{0, 1});
  CHECK(pair.topClasses(100) == Ints{0, 1, 2});
}

TEST_CASE("several teachers as one are right where any of them is") {
  const Ints truth{0, 1, 2, 1, 0}, first{0, 2, 0, 1, 1}, second{1, 1, 0, 1, 2}, student{0, 0, 2, 1, 2};
  const std::vector<Labels> both{first, second};
  const auto any = anyTeacher(truth, both);
  CHECK(any == Ints{0, 1, 0, 1, 1});  // where neither is right, the first one's answer
  const auto pair = comparePredictions(truth, any, student, 3);
  CHECK(pair.all.onlyTeacher == 1);
  CHECK(pair.all.onlyStudent == 1);
  CHECK(anyTeacher(truth, std::vector<Labels>{second}) == second);
  const Ints shorter{0, 1};
  CHECK_THROWS_AS(anyTeacher(truth, std::vector<Labels>{first, shorter}), Error);
  CHECK_THROWS_AS(anyTeacher(truth, {}), Error);
}

TEST_CASE("equal shares of different class sizes tie by index") {
  // class 0: 2 of 6, class 1: 1 of 3; as doubles and as fractions the same share
  Ints truth, teacher, student;
  const auto add = [&](int label, bool flip) {
    truth.push_back(label);
    teacher.push_back(flip ? label : label + 1);
    student.push_back(label + 1);
  };
  for (int i = 0; i < 6; ++i) add(0, i < 2);
  for (int i = 0; i < 3; ++i) add(1, i < 1);
  CHECK(comparePredictions(truth, teacher, student, 2).rankedClasses() == Ints{0, 1});
}

TEST_CASE("no flips: no entropy, no top classes, no transfer rate") {
  const Ints truth{0, 1}, wrong{1, 0};
  const auto pair = comparePredictions(truth, wrong, truth, 2);
  CHECK_FALSE(pair.flipEntropy());
  CHECK(pair.topClasses(50).empty());
  const auto rate = transferRate(truth, wrong, wrong, truth);
  CHECK(rate.gained == 2);
  CHECK_FALSE(rate.paper());
  CHECK_FALSE(rate.strict());
}

TEST_CASE("all flips in one class: the entropy is zero and not minus zero") {
  const Ints truth{0, 0}, teacher{0, 0}, student{1, 1};
  const double entropy = comparePredictions(truth, teacher, student, 2).flipEntropy().value();
  CHECK(entropy == 0);
  CHECK_FALSE(std::signbit(entropy));
}

TEST_CASE("the paper's transfer rate may pass one, the strict one may not") {
  const Ints truth{0, 0, 0, 0}, teacher{0, 1, 1, 1}, before{1, 1, 1, 1}, after{1, 0, 0, 0};
  const auto rate = transferRate(truth, teacher, before, after);
  CHECK(rate.paper().value() == 3);
  CHECK(rate.strict().value() == 0);
}

TEST_CASE("lengths and labels are checked") {
  const Ints truth{0, 1}, two{0, 1}, three{0, 1, 0};
  CHECK_THROWS_AS(comparePredictions(truth, three, two, 2), Error);
  CHECK_THROWS_AS(comparePredictions(truth, two, three, 2), Error);
  CHECK_THROWS_AS(comparePredictions(Ints{0, 2}, two, two, 2), Error);
  CHECK_THROWS_AS(comparePredictions(Ints{0, -1}, two, two, 2), Error);
  CHECK_THROWS_AS(comparePredictions(truth, two, two, 0), Error);
  CHECK_THROWS_AS(changeBetween(truth, three, two, 2), Error);
  CHECK_THROWS_AS(changeBetween(truth, two, three, 2), Error);
  CHECK_THROWS_AS(transferRate(truth, two, two, three), Error);
  CHECK_THROWS_AS(partitionByConfidence(std::vector<double>{1}, std::vector<double>{}), Error);
  CHECK_THROWS_AS(routingOf(std::vector<Outcome>{Outcome::BothRight}, std::vector<std::uint8_t>{}), Error);
  const auto pair = comparePredictions(truth, two, two, 2);
  for (const double bad : {0.0, -1.0, 100.5, std::nan("")}) CHECK_THROWS_AS(pair.topClasses(bad), Error);
}

TEST_CASE("partition: ties and NaN go to the student") {
  const std::vector<double> teacher{0.5, 0.5, 0.4, std::nan("")}, student{0.5, 0.4, 0.5, 0.1};
  CHECK(partitionByConfidence(teacher, student) == std::vector<std::uint8_t>{0, 1, 0, 0});
}

TEST_CASE("routing by outcome; undefined without flips") {
  const std::vector<Outcome> outcomes{Outcome::OnlyTeacher, Outcome::OnlyTeacher, Outcome::OnlyTeacher,
                                      Outcome::OnlyTeacher, Outcome::BothRight};
  const auto routing = routingOf(outcomes, std::vector<std::uint8_t>{1, 1, 1, 0, 0});
  CHECK(routing.positive().value() == 0.75);
  CHECK_FALSE(routing.negative());
  CHECK(routing.overall() == 0.6);
  CHECK(Routing{}.overall() == 0);
}

TEST_CASE("random predictions against the golden counts") {
  for (const auto& each : golden().at("cases")) {
    const int classes = each.at("classes").get<int>();
    CAPTURE(classes);
    const Ints truth = intsOf(each.at("truth")), teacher = intsOf(each.at("teacher"));
    const auto pair = comparePredictions(truth, teacher, intsOf(each.at("before")), classes);
    const auto& expected = each.at("pair");
    for (std::size_t k = 0; k < pair.classes.size(); ++k) {
      const auto& c = pair.classes[k];
      CHECK(nlohmann::json{c.bothRight, c.onlyTeacher, c.onlyStudent, c.bothWrong} == expected.at("classes")[k]);
    }
    CHECK(pair.rankedClasses() == intsOf(expected.at("ranked")));
    for (const auto& [percent, top] : expected.at("top").items()) {
      CHECK(pair.topClasses(std::stod(percent)) == intsOf(top));
    }
    CHECK(pair.flipEntropy().has_value() == !expected.at("entropy").is_null());
    if (pair.flipEntropy()) {
      CHECK(std::abs(*pair.flipEntropy() - expected.at("entropy").get<double>()) < 1e-13);
      CHECK(*pair.flipEntropy() <= std::log(static_cast<double>(classes)) + 1e-12);
    }
  }
}

TEST_CASE("changes, transfer rates and routing against the golden counts") {
  for (const auto& each : golden().at("cases")) {
    const int classes = each.at("classes").get<int>();
    const Ints truth = intsOf(each.at("truth")), teacher = intsOf(each.at("teacher"));
    const Ints before = intsOf(each.at("before")), after = intsOf(each.at("after"));
    const auto change = changeBetween(truth, before, after, classes);
    CHECK(nlohmann::json(change.classGained) == each.at("gained"));
    CHECK(nlohmann::json(change.classLost) == each.at("lost"));
    const auto rate = transferRate(truth, teacher, before, after);
    CHECK(nlohmann::json{rate.positiveFlips, rate.gained, rate.arrived} == each.at("rate"));
    const auto pair = comparePredictions(truth, teacher, before, classes);
    for (const auto& [percent, expected] : each.at("top_rates").items()) {
      const auto top = pair.topClasses(std::stod(percent));
      if (top.empty()) continue;  // an empty set means all classes to transferRate
      const auto part = transferRate(truth, teacher, before, after, top);
      CHECK(nlohmann::json{part.positiveFlips, part.gained, part.arrived} == expected);
    }
    const auto mask = partitionByConfidence(each.at("teacher_confidence").get<std::vector<double>>(),
                                            each.at("student_confidence").get<std::vector<double>>());
    CHECK(nlohmann::json(mask) == each.at("mask"));
    const auto routing = routingOf(pair.outcomes, mask);
    const auto& all = routing.total;
    const auto& sent = routing.toTeacher;
    const nlohmann::json pairs{{all.bothRight, sent.bothRight},
                               {all.onlyTeacher, sent.onlyTeacher},
                               {all.onlyStudent, sent.onlyStudent},
                               {all.bothWrong, sent.bothWrong}};
    CHECK(pairs == each.at("routing"));
  }
}

TEST_CASE("identities hold in whole counts and in shares") {
  for (const auto& each : golden().at("cases")) {
    const int classes = each.at("classes").get<int>();
    const Ints truth = intsOf(each.at("truth")), teacher = intsOf(each.at("teacher"));
    const Ints before = intsOf(each.at("before")), after = intsOf(each.at("after"));
    const auto start = comparePredictions(truth, teacher, before, classes).all;
    const auto end = comparePredictions(truth, teacher, after, classes).all;
    const auto change = changeBetween(truth, before, after, classes);
    CHECK(std::abs(start.deltaAccuracy() - (start.teacherAccuracy() - start.studentAccuracy())) < 1e-15);
    CHECK(std::abs(start.deltaAccuracy() - (start.positiveFlips() - start.negativeFlips())) < 1e-15);
    CHECK(std::abs(change.gain() - change.loss() - change.delta()) < 1e-15);
    CHECK(std::abs(change.delta() - (end.studentAccuracy() - start.studentAccuracy())) < 1e-15);
    const auto flips = [](const OutcomeCounts& c) { return c.onlyStudent - c.onlyTeacher; };
    CHECK(change.gained - change.lost == flips(end) - flips(start));  // Δtransf = Δρ⁻ − Δρ⁺
  }
}
