// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "report/run_figures.h"
#include "report/text.h"

using namespace gf;

namespace {

std::vector<StepRecord> stepsOf(const std::vector<double>& distillation) {
  std::vector<StepRecord> steps;
  for (const double value : distillation) {
    StepRecord step;
    step.step = static_cast<std::int64_t>(steps.size()) + 1;
    step.epoch = static_cast<double>(step.step) / 4;
    step.distillation = step.total = value;
    steps.push_back(step);
  }
  return steps;
}

EvaluationRecord evaluation(double epoch, double gain, double loss) {
  EvaluationRecord record;
  record.epoch = epoch;
  record.gain = gain;
  record.loss = loss;
  record.delta = gain - loss;
  return record;
}

}  // namespace

TEST_CASE("gain, loss and delta in percent against the start") {
  const std::vector<EvaluationRecord> evaluations{evaluation(0, 0, 0), evaluation(0.5, 0.045, 0.017)};
  const auto figure = gainLossFigure(evaluations);
  CHECK(figure.series[0].x == std::vector<double>{0, 0.5});
  CHECK(figure.series[0].y[1] == doctest::Approx(4.5));
  CHECK(figure.series[1].y[1] == doctest::Approx(1.7));
  CHECK(figure.series[2].y[1] == doctest::Approx(2.8));
  CHECK(figure.zeroLine.value() == 0);
  CHECK(figure.sentence == "After 0.5 epochs: gained 4.5 %, lost 1.7 %, delta +2.80 points.");
  CHECK(gainLossFigure({}).sentence.empty());
}

TEST_CASE("the objective keeps its raw values, faint, under a running mean") {
  const std::vector<double> raw{4, 2, 2, std::nan(""), 8};
  const auto figure = objectiveFigure(stepsOf(raw));
  REQUIRE(figure.series.size() == 2);
  CHECK(figure.series[0].faint);
  CHECK_FALSE(figure.series[1].faint);
  CHECK(figure.series[0].y == std::vector<double>{4, 2, 2, 8});  // a diverged step is left out
  CHECK(figure.series[0].x == std::vector<double>{0.25, 0.5, 0.75, 1.25});
  // Weights 0.1·0.9^(age), normalised: by hand for the first two.
  CHECK(figure.series[1].y[0] == doctest::Approx(4));
  CHECK(figure.series[1].y[1] == doctest::Approx((0.9 * 4 + 2) / 1.9));
  CHECK(objectiveFigure({}).series.empty());
  auto mixed = stepsOf({1, 2});
  for (auto& step : mixed) step.crossEntropy = 3;
  CHECK(objectiveFigure(mixed).series.size() == 6);
}

TEST_CASE("a constant objective is a constant line") {
  const auto figure = objectiveFigure(stepsOf(std::vector<double>(100, 0.7)));
  for (const double y : figure.series[1].y) CHECK(y == doctest::Approx(0.7).epsilon(1e-12));
}

TEST_CASE("the teacher's share in percent; none without a partition") {
  auto steps = stepsOf({1, 1});
  CHECK(teacherShareFigure(steps).series.empty());
  for (auto& step : steps) step.teacherShare = 0.25;
  const auto figure = teacherShareFigure(steps);
  CHECK(figure.series[0].y == std::vector<double>{25, 25});
  CHECK(figure.sentence == "The partition sends 25.0 % of a batch to the teacher.");
}

TEST_CASE("several runs: a line each, none for a run without evaluations") {
  const std::vector<EvaluationRecord> one{evaluation(0, 0, 0), evaluation(1, 0.03, 0.01)}, two{evaluation(1, 0, 0.031)};
  const std::vector<NamedEvaluations> runs{{"kl-dp", one}, {"new", {}}, {"kl", two}};
  const auto figure = deltaFigure(runs);
  REQUIRE(figure.series.size() == 2);
  CHECK(figure.series[0].name == "kl-dp");
  CHECK(figure.series[0].y[1] == doctest::Approx(2));
  CHECK(figure.sentence == "Transfer delta in points: kl-dp +2.00; kl \u22123.10.");
}

TEST_CASE("durations") {
  CHECK(durationText(0) == "0 s");
  CHECK(durationText(-3) == "0 s");
  CHECK(durationText(59.4) == "59 s");
  CHECK(durationText(59.6) == "1 min 00 s");
  CHECK(durationText(185) == "3 min 05 s");
  CHECK(durationText(7620) == "2 h 07 min");
}
