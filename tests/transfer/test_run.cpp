// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/error.h"
#include "predictions/evaluate.h"
#include "transfer/fixtures.h"

using namespace gf;
using namespace gf::test;

namespace {

std::map<std::string, at::Tensor> studentAfter(const TransferOptions& options) {
  TransferRun run = makeRun(options);
  Recorder recorder;
  run.run({}, recorder);
  return stateOf(run.student());
}

std::string messageOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the same seed gives a bit-identical student, another seed another one") {
  for (const Method method : {Method::Kl, Method::XeKl, Method::KlDp, Method::KlDpUnsup}) {
    TransferOptions options = shortRun(method);
    const auto first = studentAfter(options);
    CHECK(bitEqual(first, studentAfter(options)));
    options.seed = 6;
    CHECK_FALSE(bitEqual(first, studentAfter(options)));
  }
}

TEST_CASE("how often the student is evaluated changes nothing about it") {
  TransferOptions options = shortRun(Method::KlDp);
  const auto rarely = studentAfter(options);
  options.evaluateEvery = 0.2;
  CHECK(bitEqual(rarely, studentAfter(options)));
}

TEST_CASE("evaluations come on time and obey the identities") {
  TransferOptions options = shortRun(Method::KlDp);
  options.evaluateEvery = 0.5;
  TransferRun run = makeRun(options);
  Recorder recorder;
  const TransferOutcome outcome = run.run({}, recorder);
  CHECK(outcome.finished);
  CHECK(outcome.steps == 12);
  CHECK(outcome.epochs == 2);
  REQUIRE(recorder.evaluations.size() == 5);
  REQUIRE(outcome.evaluations.size() == 5);
  const EvaluationRecord& initial = recorder.evaluations.front();
  CHECK(initial.gain == 0);
  CHECK(initial.loss == 0);
  for (std::size_t i = 0; i < 5; ++i) {
    const EvaluationRecord& each = recorder.evaluations[i];
    CHECK(each.step == static_cast<std::int64_t>(3 * i));
    CHECK(each.epoch == doctest::Approx(0.5 * static_cast<double>(i)));
    CHECK(std::abs(each.gain - each.loss - each.delta) < 1e-12);
    CHECK(std::abs(each.accuracy - initial.accuracy - each.delta) < 1e-12);
    const double fewerPositive = initial.positiveFlips - each.positiveFlips;
    const double moreNegative = each.negativeFlips - initial.negativeFlips;
    CHECK(std::abs(fewerPositive + moreNegative - each.delta) < 1e-12);
  }
  Predictions again = evaluate(run.student(), pictures().eval, {});
  CHECK(outcome.after.logits == again.logits);
  CHECK(accuracyOf(again.predicted, pictures().eval->labels()) == recorder.evaluations.back().accuracy);
}

TEST_CASE("an odd evaluation interval still ends with the last step") {
  TransferOptions options = shortRun(Method::Kl);
  options.evaluateEvery = 0.8;
  Recorder recorder;
  makeRun(options).run({}, recorder);
  std::vector<std::int64_t> steps;
  for (const auto& each : recorder.evaluations) steps.push_back(each.step);
  CHECK(steps == std::vector<std::int64_t>{0, 5, 10, 12});
}

TEST_CASE("step records carry the parts that a method has, about fifty an epoch at most") {
  for (const Method method : {Method::Kl, Method::XeKl, Method::KlDp}) {
    TransferOptions options = shortRun(method);
    options.freezeBatchNorm = true;
    options.batch = 1;
    Recorder recorder;
    makeRun(options).run({}, recorder);
    REQUIRE(recorder.steps.size() == 60);  // every second of 120 steps
    CHECK(recorder.steps.front().step == 2);
    CHECK(recorder.steps.back().step == 120);
    CHECK(recorder.steps.back().epoch == 2);
    for (const StepRecord& each : recorder.steps) {
      CHECK(each.crossEntropy.has_value() == (method == Method::XeKl));
      CHECK(each.teacherShare.has_value() == (method == Method::KlDp));
      const double other = each.crossEntropy.value_or(each.distillation);
      CHECK(each.total == doctest::Approx(0.5 * each.distillation + 0.5 * other).epsilon(1e-5));
    }
  }
}

TEST_CASE("the first step of KL+DP with the student as its own teacher asks for nothing") {
  TransferOptions options = shortRun(Method::KlDp);
  options.freezeBatchNorm = true;
  TransferRun run = makeRun(options, model("student.pt"), model("student.pt"));
  Recorder recorder;
  run.run({}, recorder);
  CHECK(std::abs(recorder.steps.front().total) < 1e-7);
  CHECK(*recorder.steps.front().teacherShare == 0);
}

TEST_CASE("the teacher is left as it was: parameters, statistics and the wish for gradients") {
  // Handles share storage with the model that the run owns. That the frozen student is left alone as well shows in the
  // parity of its weights: its batch norm would drift and change every later target.
  Classifier teacher = model("student.pt");
  Classifier student = model("teacher.pt");
  const auto before = stateOf(teacher);
  const auto parameters = teacher.namedParameters();
  const auto buffers = teacher.namedBuffers();
  TransferRun run = makeRun(shortRun(Method::KlDp), std::move(teacher), std::move(student));
  Recorder recorder;
  run.run({}, recorder);
  for (const auto& [name, tensor] : parameters) {
    CHECK(at::equal(tensor, before.at(name)));
    CHECK_FALSE(tensor.requires_grad());
    CHECK_FALSE(tensor.grad().defined());
  }
  CHECK(buffers.size() == 6);
  for (const auto& [name, tensor] : buffers) CHECK(at::equal(tensor, before.at(name)));
}

TEST_CASE("frozen batch norm keeps its statistics, trained batch norm does not") {
  for (const bool frozen : {true, false}) {
    TransferOptions options = shortRun(Method::Kl);
    options.freezeBatchNorm = frozen;
    const auto before = stateOf(model("student.pt"));
    const auto after = studentAfter(options);
    CHECK(at::equal(before.at("norm1.running_mean"), after.at("norm1.running_mean")) == frozen);
    CHECK_FALSE(at::equal(before.at("norm1.weight"), after.at("norm1.weight")));
  }
}

TEST_CASE("a last batch of one sample is dropped only where batch norm could not bear it") {
  TransferOptions options = shortRun(Method::Kl);
  options.epochs = 1;
  options.batch = 59;
  Recorder recorder;
  CHECK(makeRun(options).run({}, recorder).steps == 1);
  CHECK(makeRun(options, model("student.pt"), model("teacher.pt")).run({}, recorder).steps == 2);
  options.freezeBatchNorm = true;
  CHECK(makeRun(options).run({}, recorder).steps == 2);
  options.freezeBatchNorm = false;
  options.batch = 58;
  CHECK(makeRun(options).run({}, recorder).steps == 2);
  options.batch = 1000;
  CHECK(makeRun(options).run({}, recorder).steps == 1);
  options.batch = 1;
  CHECK(contains(messageOf([&] { makeRun(options).run({}, recorder); }), "batch norm"));
}

TEST_CASE("a learning rate that blows the student up ends the run and names the step") {
  for (const double evaluateEvery : {2.0, 1.0 / 6}) {
    TransferOptions options = shortRun(Method::Kl);
    options.learningRate = 1e30;
    options.evaluateEvery = evaluateEvery;
    TransferRun run = makeRun(options, model("student.pt"), model("teacher.pt"));
    Recorder recorder;
    try {
      run.run({}, recorder);
      FAIL("the run went through");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::Run);
      const std::size_t finite = recorder.steps.size();
      const bool inStep = contains(error.observed(), "step " + std::to_string(finite + 1));
      const bool inEvaluation = contains(error.observed(), "after step " + std::to_string(finite));
      CHECK((inStep || inEvaluation));
    }
  }
}

TEST_CASE("models and data that do not fit are refused with what differs") {
  const TransferOptions options = shortRun(Method::Kl);
  const auto renamed = [](const std::string& file, std::vector<std::string> classes) {
    return model(file, {{"classes", std::move(classes)}});
  };
  const auto attempt = [&](Classifier teacher, Classifier student, const DataSource& data) {
    return messageOf([&] {
      std::vector<Classifier> teachers;
      teachers.push_back(std::move(teacher));
      TransferRun({options, std::move(teachers), std::move(student), data, {}, {}});
    });
  };
  const std::string lacking =
      attempt(renamed("teacher.pt", {"dot", "bar", "ring", "cross", "star"}), model("student.pt"), pictures());
  CHECK(contains(lacking, "lacks corner"));
  CHECK(contains(lacking, "KL-Dist compares logits"));
  const std::vector<std::string> other{"a", "b", "c", "d", "dot"};
  CHECK(contains(attempt(model("teacher.pt"), renamed("student.pt", other), pictures()), "lacks bar"));
  CHECK(contains(attempt(model("teacher.pt"), model("traced.pt"), pictures()), "traced"));
  DataSource noTraining = pictures();
  noTraining.train = nullptr;
  CHECK(contains(attempt(model("teacher.pt"), model("student.pt"), noTraining), "training split"));
  CHECK(contains(attempt(model("teacher.pt"), model("student.pt"), pictures()), "predictions"));
}

TEST_CASE("a traced model may teach") {
  TransferRun run = makeRun(shortRun(Method::KlDp), model("traced.pt"), model("teacher.pt"));
  Recorder recorder;
  CHECK(run.run({}, recorder).finished);
}

TEST_CASE("progress is one fraction of the whole run that only grows and ends at one") {
  std::vector<double> fractions;
  const Control control({}, nullptr, [&](const Progress& progress) { fractions.push_back(progress.fraction); });
  Recorder recorder;
  makeRun(shortRun(Method::KlDp)).run(control, recorder);
  REQUIRE(fractions.size() >= 2);
  CHECK(std::is_sorted(fractions.begin(), fractions.end()));
  CHECK(fractions.back() == doctest::Approx(1));
}
