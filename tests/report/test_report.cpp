// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "report/text.h"
#include "report_material.h"

using namespace gf;
using namespace gf::test;

TEST_CASE("numbers in sentences") {
  CHECK(groupedText(0) == "0");
  CHECK(groupedText(999) == "999");
  CHECK(groupedText(1000) == "1,000");
  CHECK(groupedText(12345678) == "12,345,678");
  CHECK(groupedText(-1234) == "\u22121,234");
  CHECK(fixedText(1.25, 1) == "1.2");  // halves go to even, as printf does
  CHECK(fixedText(-0.04, 1) == "0.0");
  CHECK(fixedText(-0.44, 1) == "\u22120.4");
  CHECK(signedString(1.674, 2) == "+1.67");
  CHECK(signedString(-3.1, 2) == "\u22123.10");
  CHECK(signedString(-0.001, 2) == "0.00");
  CHECK(percentString(0.0973) == "9.7 %");
  CHECK(shortNumber(3, 2) == "3");
  CHECK(shortNumber(20, 0) == "20");
  CHECK(shortNumber(2.50, 2) == "2.5");
  CHECK(shortNumber(-0.001, 2) == "0");
  CHECK(shortNumber(1.0 / 3, 2) == "0.33");
  CHECK(countedText(1, "image", "images") == "1 image");
  CHECK(fileNameText("tops/résnet ..") == "tops-r-snet-..");
  CHECK(fileNameText("") == "model");
}

TEST_CASE("headlines worked by hand") {
  nlohmann::ordered_json report;
  report["evaluation"] = {{"samples", 10000}};
  report["before"]["teachers"] = nlohmann::ordered_json::array();
  report["before"]["teachers"].push_back(
      {{"name", "tops-resnet"}, {"positive_flips", 0.0973}, {"counts", {{"only_teacher", 973}}}});
  CHECK(headline(report) == "tops-resnet alone is right on 973 of 10,000 images (9.7 %).");
  report["before"]["teachers"].push_back(
      {{"name", "all-mlp"}, {"positive_flips", 0.12}, {"counts", {{"only_teacher", 1200}}}});
  CHECK(headline(report) == "Of 2 teachers, all-mlp alone is right on 1,200 of 10,000 images (12.0 %).");
  report["transfer"] = {
      {"mode", "single"}, {"gained", 271}, {"lost", 104}, {"delta", 0.0167}, {"delta_ci95", {0.012, 0.0208}}};
  CHECK(headline(report) == "Learned 271 images it used to miss, forgot 104: +1.67 points (95 % interval 1.2 to 2.1).");
  report["transfer"] = {
      {"mode", "single"}, {"gained", 1}, {"lost", 1104}, {"delta", -0.1103}, {"delta_ci95", {-0.12, -0.1}}};
  CHECK(headline(report) ==
        "Learned 1 image it used to miss, forgot 1,104: \u221211.03 points (95 % interval \u221212.0 to \u221210.0).");
  const auto several = [&](const char* mode, std::vector<std::string> names) {
    report["transfer"] = {{"gained", 271}, {"lost", 104}, {"delta", 0.0167}, {"delta_ci95", {0.012, 0.0208}}};
    report["transfer"]["mode"] = mode;
    report["transfer"]["teachers"] = std::move(names);
    return headline(report);
  };
  const std::string rest = " 104: +1.67 points (95 % interval 1.2 to 2.1).";
  CHECK(several("single", {"A"}) == "Learned 271 images it used to miss, forgot" + rest);
  CHECK(several("sequential", {"A", "B"}) == "Learned 271 images it used to miss from A, then B, and forgot" + rest);
  CHECK(several("sequential", {"A"}) == "Learned 271 images it used to miss from A and forgot" + rest);  // stopped
  CHECK(several("parallel", {"A", "B", "C"}) ==
        "Learned 271 images it used to miss from A, B and C at once and forgot" + rest);
  CHECK(several("soup", {"A", "B"}) == "Learned 271 images it used to miss from a soup of A and B and forgot" + rest);
}

TEST_CASE("every case is written, read back and drawn") {
  ScratchFolder scratch;
  for (const auto& plan : allPlans()) {
    CAPTURE(plan.name);
    Material m;
    makeMaterial(plan, m);
    writeFolder(scratch / plan.name, m);
    const Result opened = openResult(scratch / plan.name);
    const Result again = openResult(scratch / plan.name / "report.json");
    CHECK(opened.report == again.report);
    CHECK(opened.report.at("evaluation").at("samples") == plan.samples);
    CHECK_FALSE(headline(opened.report).empty());
    CHECK(opened.metrics.size() == (plan.transferred ? m.steps.size() + m.outcome.evaluations.size() : 0));
    CHECK(opened.headline() == headline(opened.report));
    CHECK_FALSE(opened.isShelf());
    // Opened figures are those of before the writing: the same numbers to the last bit, the same words.
    std::vector<nlohmann::json> metrics = opened.metrics;
    const auto before = figuresOf(buildReport(m.input), metrics);
    REQUIRE(before.size() == opened.figures.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      CAPTURE(before[i].id);
      CHECK(toJson(before[i]) == toJson(opened.figures[i]));
    }
    for (const auto& figure : opened.figures) {
      CHECK(std::filesystem::exists(scratch / plan.name / "figures" / (figure.id + ".csv")));
      CHECK_FALSE(figure.sentence.empty());
    }
    if (!plan.transferred) continue;
    const SubsetFile subset = readSubset(scratch / plan.name / "subset.json");
    CHECK(subset.indices == m.outcome.subset);
    CHECK(subset.seed == 5);
    CHECK(subset.rule == "0.1");
  }
}

TEST_CASE("what cannot be reported is refused") {
  Material m;
  makeMaterial({.name = "x", .transferred = true}, m);
  auto broken = m.input;
  broken.truth.clear();
  CHECK_THROWS_AS(buildReport(broken), Error);
  broken = m.input;
  broken.truth.pop_back();
  CHECK_THROWS_AS(buildReport(broken), Error);
  broken = m.input;
  broken.truth[3] = 7;
  CHECK_THROWS_AS(buildReport(broken), Error);
  broken = m.input;
  broken.teachers.clear();
  CHECK_THROWS_AS(buildReport(broken), Error);
  broken = m.input;
  broken.teachers.push_back(broken.teachers[0]);
  CHECK_THROWS_AS(buildReport(broken), Error);
  broken = m.input;
  broken.options.reset();
  CHECK_THROWS_AS(buildReport(broken), Error);
  TransferOutcome outcome = m.outcome;
  broken = m.input;
  broken.outcome = &outcome;
  CHECK_NOTHROW(buildReport(broken));
  outcome.stages[0].teachers = {1};  // of one
  CHECK_THROWS_AS(buildReport(broken), Error);
  outcome.stages[0].teachers.clear();
  CHECK_THROWS_AS(buildReport(broken), Error);
  outcome.stages[0].teachers = {0};
  outcome.stages[0].after.pop_back();
  CHECK_THROWS_AS(buildReport(broken), Error);
  outcome.stages.clear();
  CHECK_THROWS_AS(buildReport(broken), Error);
}

TEST_CASE("metrics lines survive the file; a diverged loss is null with a reason") {
  StepRecord step;
  step.step = 3;
  step.epoch = 0.5;
  step.total = std::nan("");
  step.distillation = INFINITY;
  step.crossEntropy = 0.1;
  step.samplesPerSecond = 12;
  const auto json = toJson(step);
  CHECK(json.at("total").is_null());
  CHECK(json.at("total_reason") == "not a finite number");
  const StepRecord back = stepFromJson(json);
  CHECK(std::isnan(back.total));
  CHECK(std::isnan(back.distillation));
  CHECK(back.crossEntropy.value() == 0.1);
  CHECK_FALSE(back.teacherShare);
  EvaluationRecord evaluation;
  evaluation.step = 4;
  evaluation.epoch = 1;
  evaluation.stage = 2;
  evaluation.accuracy = 0.75;
  evaluation.gain = 0.1;
  evaluation.loss = evaluation.delta = 0.05;
  evaluation.weightDistance = 0.01;
  evaluation.classGained = {3, 0, 1};
  evaluation.classLost = {0, 2, 0};
  evaluation.seconds = 9.5;
  CHECK(toJson(evaluationFromJson(toJson(evaluation))) == toJson(evaluation));
  CHECK(evaluationFromJson(toJson(evaluation)).classLost[1] == 2);
  evaluation.weightDistance = INFINITY;
  CHECK(std::isnan(evaluationFromJson(toJson(evaluation)).weightDistance));
  step.routing = {{{10, 4, 3, 2, 1}, {5, 1, 3, 0, 1}}, {{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}};
  step.adaptingRouting = {{{9, 9, 0, 0, 0}, {9, 9, 0, 0, 0}}};
  step.learningRate = 1e-4;
  step.gradientNorm = 2.5;
  step.stage = 1;
  step.deviceMemoryBytes = 4e9;
  CHECK(toJson(stepFromJson(toJson(step))) == toJson(step));
  CHECK(stepFromJson(toJson(step)).routing[0].toTeacher.samples == 5);
  CHECK(toJson(step).at("routing")[0].at("positive") == std::vector<int>{3, 3});
  CHECK_THROWS_AS(evaluationFromJson(json), Error);
  CHECK_THROWS_AS(stepFromJson(toJson(evaluation)), Error);
}

TEST_CASE("a torn last line is dropped, a wrong line is named") {
  ScratchFolder scratch;
  const std::string good = toJson(EvaluationRecord{}).dump() + "\n";
  const auto file = scratch / "metrics.jsonl";
  writeAtomically(file, good + good.substr(0, 40));
  CHECK(readMetrics(file).size() == 1);
  writeAtomically(file, good + good.substr(0, good.size() - 1));
  CHECK(readMetrics(file).size() == 2);  // only its line break is missing
  writeAtomically(file, "");
  CHECK(readMetrics(file).empty());
  writeAtomically(file, good + "{\"kind\":1}\n" + good);
  try {
    readMetrics(file);
    FAIL("a wrong line was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject() == file.string() + ", line 2");
    CHECK(error.rule() == "\"kind\" must be text");
    CHECK(error.observed() == "1");
  }
}

TEST_CASE("metrics of the first programs are read") {
  const auto step = stepFromJson(nlohmann::json::parse(
      R"({"kind":"step","step":3,"epoch":0.5,"total":1.5,"distillation":1.5,"samples_per_second":12.5})"));
  CHECK(step.stage == 0);
  CHECK(step.routing.empty());
  CHECK(step.memoryBytes == 0);
  const auto evaluation = evaluationFromJson(
      nlohmann::json::parse(R"({"kind":"evaluation","step":0,"epoch":0,"accuracy":0.5,"gain":0,"loss":0,"delta":0,)"
                            R"("positive_flips":0.25,"negative_flips":0.125,"seconds":1.5})"));
  CHECK(evaluation.classGained.empty());
  CHECK(evaluation.weightDistance == 0);
}

TEST_CASE("the longest line holds the counts of 21,843 classes") {
  ScratchFolder scratch;
  EvaluationRecord evaluation;
  evaluation.classGained.assign(21'843, 9'999'999'999);
  evaluation.classLost = evaluation.classGained;
  writeAtomically(scratch / "metrics.jsonl", toJson(evaluation).dump() + "\n");
  const auto lines = readMetrics(scratch / "metrics.jsonl");
  REQUIRE(lines.size() == 1);
  CHECK(evaluationFromJson(lines[0]).classLost.back() == 9'999'999'999);
}

TEST_CASE("several teachers: against any of them, against each, by stage") {
  Material m;
  makeMaterial({.name = "s", .teachers = 3, .transferred = true}, m);
  const auto report = buildReport(m.input);
  const auto& transfer = report.at("transfer");
  CHECK(transfer.at("mode") == "sequential");
  CHECK(transfer.at("against") == "any teacher");
  CHECK(transfer.at("teacher") == "twin:α, twin:α, twin:α");
  CHECK(transfer.at("per_teacher").size() == 3);
  REQUIRE(transfer.at("stages").size() == 3);
  double sum = 0;
  for (const auto& stage : transfer.at("stages")) sum += stage.at("delta_stage").get<double>();
  CHECK(sum == doctest::Approx(transfer.at("delta").get<double>()).epsilon(1e-12));
  CHECK(transfer.at("stages")[2].at("delta") == transfer.at("delta"));
  CHECK(transfer.at("routing").at("teachers").size() == 3);
  CHECK(transfer.at("routing").at("samples") == 1500);  // each stage partitions the transfer set anew
  CHECK_FALSE(transfer.contains("fast"));
}

TEST_CASE("a report of another version says which one can be read") {
  ScratchFolder scratch;
  Material m;
  makeMaterial({.name = "x"}, m);
  auto report = buildReport(m.input);
  report["schema"] = "gainfinder-report/2";
  writeAtomically(scratch / "report.json", report.dump());
  try {
    readReport(scratch / "report.json");
    FAIL("a report of another version was read");
  } catch (const Error& error) {
    CHECK(error.rule().find("gainfinder-report/1") != std::string::npos);
    CHECK(error.observed() == "gainfinder-report/2");
  }
}

TEST_CASE("broken identities are noticed when a report is read") {
  ScratchFolder scratch;
  Material m;
  makeMaterial({.name = "x", .transferred = true}, m);
  const auto report = buildReport(m.input);
  for (const char* pointer :
       {"/transfer/gain", "/transfer/delta", "/transfer/delta_positive_flips", "/transfer/stages/0/gain",
        "/transfer/stages/0/delta", "/before/teachers/0/delta_accuracy", "/before/teachers/0/positive_flips"}) {
    CAPTURE(pointer);
    auto changed = report;
    auto& value = changed.at(nlohmann::ordered_json::json_pointer(pointer));
    value = value.get<double>() + 0.01;
    writeAtomically(scratch / "report.json", changed.dump());
    CHECK_THROWS_AS(readReport(scratch / "report.json"), Error);
  }
}
