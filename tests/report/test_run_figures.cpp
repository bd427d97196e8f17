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

TEST_CASE("the distillation term bears its method's name") {
  const auto nameFor = [](Method method) { return objectiveFigure(stepsOf({1, 2}), method).series.back().name; };
  CHECK(nameFor(Method::KlDpUnsup) == "KL");
  CHECK(nameFor(Method::XeKlMcl) == "KL");
  CHECK(nameFor(Method::Ce) == "Soft cross-entropy");
  CHECK(nameFor(Method::Cd) == "CD");
  CHECK(nameFor(Method::Crd) == "CRD");
  CHECK(objectiveFigure(stepsOf({1, 2})).series.back().name == "Distillation");
}

TEST_CASE("stages begin where the one before ended") {
  std::vector<EvaluationRecord> evaluations{evaluation(0, 0, 0), evaluation(1, 0, 0), evaluation(2, 0, 0),
                                            evaluation(3, 0, 0)};
  CHECK(stageMarks(evaluations).empty());
  evaluations[2].stage = 1;
  evaluations[3].stage = 1;
  const std::vector<std::string> names{"tops-resnet"};
  const auto marks = stageMarks(evaluations, names);
  REQUIRE(marks.size() == 2);
  CHECK(marks[0].x == 0);
  CHECK(marks[0].label == "tops-resnet");
  CHECK(marks[1].x == 1);
  CHECK(marks[1].label == "Stage 2");
  CHECK(gainLossFigure(evaluations).marks.size() == 2);
  CHECK(stageMarks({}).empty());
}

TEST_CASE("how far the weights are") {
  std::vector<EvaluationRecord> evaluations{evaluation(0, 0, 0), evaluation(1, 0, 0)};
  CHECK(weightDistanceFigure(evaluations).series.empty());  // not said, or not moved
  evaluations[1].weightDistance = 0.0125;
  const auto figure = weightDistanceFigure(evaluations);
  CHECK(figure.series[0].y == std::vector<double>{0, 1.25});
  CHECK(figure.sentence == "The weights are 1.25 % of their length away from the original student's.");
}

TEST_CASE("speed and memory, where a run says them") {
  auto steps = stepsOf({1, 1, 1});
  CHECK(speedFigure(steps).series.empty());
  CHECK(memoryFigure(steps).series.empty());
  const double speeds[] = {900, 1100, 1000};
  for (std::size_t i = 0; i < 3; ++i) {
    steps[i].samplesPerSecond = speeds[i];
    steps[i].memoryBytes = 1048576.0 * static_cast<double>(100 + i);
  }
  CHECK(speedFigure(steps).series[0].y == std::vector<double>{900, 1100, 1000});
  CHECK(speedFigure(steps).sentence == "Half of the time training was faster than 1,000 samples a second.");
  CHECK(memoryFigure(steps).series.size() == 1);
  CHECK(memoryFigure(steps).sentence == "At most 102 MiB.");
  steps[2].deviceMemoryBytes = 1048576.0 * 2048;
  const auto figure = memoryFigure(steps);
  REQUIRE(figure.series.size() == 2);
  CHECK(figure.series[1].y == std::vector<double>{2048});
  CHECK(figure.sentence == "At most 102 MiB, on the GPU 2,048 MiB.");
}

namespace {

OutcomeCounts counts(std::int64_t both, std::int64_t teacher, std::int64_t student, std::int64_t neither) {
  return {both + teacher + student + neither, both, teacher, student, neither};
}

}  // namespace

TEST_CASE("routing pools the steps of an epoch") {
  auto steps = stepsOf({1, 1, 1, 1, 1, 1});  // four steps an epoch
  CHECK(routingLiveFigures(steps).empty());
  for (auto& step : steps) step.routing = {{counts(4, 2, 2, 2), counts(1, 1, 0, 1)}};
  steps[0].routing = {{counts(4, 4, 0, 2), counts(1, 4, 0, 1)}};
  for (auto& step : steps) step.adaptingRouting = {{counts(10, 0, 0, 0), counts(5, 0, 0, 0)}};
  const auto figures = routingLiveFigures(steps);
  REQUIRE(figures.size() == 1);
  const auto& series = figures[0].series;
  REQUIRE(series.size() == 4);
  CHECK(figures[0].id == "routing-live");
  CHECK(series[0].name == "Positive flips");
  CHECK(series[0].x == std::vector<double>{1, 1.5});  // the second epoch is under way
  CHECK(series[0].y[0] == doctest::Approx(70));       // 4 + 1 + 1 + 1 of 4 + 2 + 2 + 2
  CHECK(series[0].y[1] == doctest::Approx(50));
  CHECK(series[1].y == std::vector<double>{0, 0});
  CHECK(series[2].y[0] == doctest::Approx(100.0 / 3));
  CHECK_FALSE(series[2].dashed);
  CHECK(series[3].dashed);  // no flips against the adapting student: only the rest is drawn
  CHECK(series[3].name == "The rest, student as it is");
  CHECK(series[3].y == std::vector<double>{50, 50});
  CHECK(figures[0].sentence ==
        "Of the positive flips 50.0 % follow the teacher, of the negative flips 0.0 %, of the rest 33.3 %.");
  CHECK(figures[0].marks.empty());
}

TEST_CASE("a routing figure per teacher when several are followed at once") {
  auto steps = stepsOf({1, 1});
  for (auto& step : steps)
    step.routing = {{counts(4, 2, 2, 2), counts(0, 2, 0, 0)}, {counts(4, 1, 2, 3), counts(0, 0, 0, 0)}};
  const std::vector<std::string> names{"tops resnet", "tops-resnet"};
  const auto figures = routingLiveFigures(steps, names);
  REQUIRE(figures.size() == 2);
  CHECK(figures[0].id == "routing-live-tops-resnet");
  CHECK(figures[1].id == "routing-live-tops-resnet-2");
  CHECK(figures[0].yTitle == "Share that follows tops resnet (%)");
  CHECK(figures[0].series[0].y == std::vector<double>{100});
  CHECK(figures[1].series[0].y == std::vector<double>{0});
  CHECK(routingLiveFigures(steps)[1].title == "Whom the samples follow: Teacher 2");
}

namespace {

EvaluationRecord classesAt(double epoch, std::vector<std::int64_t> gained, std::vector<std::int64_t> lost) {
  EvaluationRecord record = evaluation(epoch, 0, 0);
  record.step = static_cast<std::int64_t>(10 * epoch);
  record.classGained = std::move(gained);
  record.classLost = std::move(lost);
  return record;
}

}  // namespace

TEST_CASE("classes over time: the largest change first, in points of the class") {
  const std::vector<std::string> names{"Bag", "Coat", "Dress", "Empty"};
  const std::vector<std::int64_t> samples{10, 20, 40, 0};
  const std::vector<EvaluationRecord> evaluations{classesAt(0, {0, 0, 0, 0}, {0, 0, 0, 0}),
                                                  classesAt(0.5, {1, 0, 4, 0}, {1, 8, 0, 0}),
                                                  classesAt(1, {3, 1, 4, 0}, {1, 2, 2, 0})};
  const auto figure = classesOverTimeFigure(evaluations, names, samples);
  CHECK(figure.kind == FigureKind::Heat);
  CHECK(figure.labels == std::vector<std::string>{"Coat", "Bag", "Dress"});  // 40, 20 and 10 points at the most
  REQUIRE(figure.series.size() == 2);
  CHECK(figure.series[0].name == "Epoch 0.5");
  CHECK(figure.series[0].x == std::vector<double>{0.5});
  CHECK(figure.series[0].y == std::vector<double>{-40, 0, 10});
  CHECK(figure.series[1].y == std::vector<double>{-5, 20, 5});
  CHECK(figure.series[0].notes[0] == "learned 0, forgot 8 of 20 images");
  CHECK(figure.details[1] == "learned 3, forgot 1 of 10 images");
  CHECK(figure.sentence ==
        "Most gained: Bag +20.0 points after 1 epoch; most lost: Coat \u221240.0 points after 0.5 epochs.");
  CHECK(classesOverTimeFigure({evaluations.data(), 1}, names, samples).series.empty());
  CHECK(classesOverTimeFigure(evaluations, {names.data(), 2}, samples).series.empty());
}

TEST_CASE("classes over time: bounded in both directions") {
  std::vector<std::string> names;
  std::vector<std::int64_t> samples(1000, 50);
  for (int k = 0; k < 1000; ++k) names.push_back("c" + std::to_string(k));
  std::vector<EvaluationRecord> evaluations;
  for (int i = 0; i <= 1000; ++i) {
    std::vector<std::int64_t> gained(1000, 0), lost(1000, 0);
    gained[7] = i % 50;
    lost[990] = 1;
    evaluations.push_back(classesAt(i / 10.0, gained, lost));
  }
  const auto figure = classesOverTimeFigure(evaluations, names, samples);
  CHECK(figure.labels.size() == 40);
  CHECK(figure.labels[0] == "c7");
  CHECK(figure.labels[1] == "c990");
  CHECK(figure.labels[2] == "c0");  // ties: the lower index
  CHECK(figure.series.size() == 240);
  CHECK(figure.series.back().x == std::vector<double>{100});
  CHECK(figure.sentence.ends_with(" 960 classes that changed less are left out."));
}

TEST_CASE("two evaluations at one place have names of their own") {
  const std::vector<std::string> names{"Bag"};
  const std::vector<std::int64_t> samples{10};
  const std::vector<EvaluationRecord> evaluations{classesAt(3, {1}, {0}), classesAt(3, {0}, {0})};
  const auto figure = classesOverTimeFigure(evaluations, names, samples);
  CHECK(figure.series[0].name == "Epoch 3");
  CHECK(figure.series[1].name == "Epoch 3 (2)");
}

TEST_CASE("between the weights of two students") {
  const std::vector<CurvePoint> curve{{"student", "soup", 0, 0.5, 0, 0},
                                      {"student", "soup", 1, 0.5, 0.03, 0.01},
                                      {"soup", "tops-resnet", 0, 0.5, 0.03, 0.01},
                                      {"soup", "tops-resnet", 0.25, 0.5, 0.04, 0.01}};
  const auto figure = interpolationFigure(curve);
  REQUIRE(figure.series.size() == 2);
  CHECK(figure.series[0].name == "student → soup");
  CHECK(figure.series[1].x == std::vector<double>{0, 0.25});
  CHECK(figure.series[1].y[1] == doctest::Approx(3));
  CHECK(figure.sentence == "The best point has a delta of +3.00 points, at 0.25 of the way from soup to tops-resnet.");
  CHECK(interpolationFigure(std::span(curve).first(3)).sentence ==
        "The best point has a delta of +2.00 points, at soup.");
  CHECK(interpolationFigure({}).series.empty());
}

TEST_CASE("durations") {
  CHECK(durationText(0) == "0 s");
  CHECK(durationText(-3) == "0 s");
  CHECK(durationText(59.4) == "59 s");
  CHECK(durationText(59.6) == "1 min 00 s");
  CHECK(durationText(185) == "3 min 05 s");
  CHECK(durationText(7620) == "2 h 07 min");
}
