// SPDX-License-Identifier: Apache-2.0
// What a run makes of its stages: several teachers, gathered gradients, precision, trouble on the way.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "predictions/evaluate.h"
#include "transfer/fixtures.h"
#include "transfer/layout.h"
#include "transfer/weights.h"

using namespace gf;
using namespace gf::test;
namespace fs = std::filesystem;

namespace {

std::vector<Classifier> twoTeachers() {
  std::vector<Classifier> teachers;
  teachers.push_back(model("teacher.pt"));
  teachers.push_back(model("teacher2.pt"));
  return teachers;
}

struct Result {
  TransferOutcome outcome;
  std::map<std::string, at::Tensor> student;
  std::vector<std::map<std::string, at::Tensor>> branches;
  Recorder recorder;
};

Result runOf(const TransferOptions& options, std::vector<Classifier> teachers, Classifier student) {
  TransferRun run = makeRun(options, std::move(teachers), std::move(student));
  Result result;
  result.outcome = run.run({}, result.recorder);
  result.student = stateOf(run.student());
  for (const Classifier& branch : run.branches()) result.branches.push_back(stateOf(branch));
  return result;
}

Result single(const TransferOptions& options, const std::string& teacher, const std::string& student = "student.pt") {
  std::vector<Classifier> teachers;
  teachers.push_back(model(teacher));
  return runOf(options, std::move(teachers), model(student));
}

std::string messageOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

double largestDifference(const std::map<std::string, at::Tensor>& one, const std::map<std::string, at::Tensor>& other) {
  double worst = 0;
  for (const auto& [name, tensor] : one) {
    worst = std::max(worst, (tensor.to(at::kDouble) - other.at(name).to(at::kDouble)).abs().max().item<double>());
  }
  return worst;
}

}  // namespace

TEST_CASE("every branch of a soup is the transfer that its teacher alone would be, and the soup their mean") {
  for (const Method method : {Method::KlDp, Method::XeKlMcl}) {
    TransferOptions options = shortRun(method);
    options.mclTau = 0.8;
    options.teachers = TeacherMode::Soup;
    const Result soup = runOf(options, twoTeachers(), model("student.pt"));
    REQUIRE(soup.branches.size() == 2);
    const auto first = single(options, "teacher.pt").student, second = single(options, "teacher2.pt").student;
    CHECK(bitEqual(soup.branches[0], first));
    CHECK(bitEqual(soup.branches[1], second));
    for (const auto& [name, tensor] : soup.student) {
      if (!tensor.is_floating_point()) continue;
      CHECK(at::allclose(tensor, (first.at(name) + second.at(name)) / 2, 1e-6, 1e-7));
    }
  }
}

TEST_CASE("a soup's curve runs from the student to the soup and between the branches") {
  TransferOptions options = shortRun(Method::KlDp);
  options.teachers = TeacherMode::Soup;
  const Result soup = runOf(options, twoTeachers(), model("student.pt"));
  const auto& curve = soup.outcome.curve;
  REQUIRE(curve.size() == 10);
  CHECK(curve.front().from == "student");
  CHECK(curve[4].to == "soup");
  CHECK(curve[2].position == 0.5);
  CHECK(curve.front().gain == 0);
  CHECK(curve.front().loss == 0);
  const auto truth = pictures().eval->labels();
  CHECK(curve[4].accuracy == accuracyOf(soup.outcome.after.predicted, truth));
  REQUIRE(soup.outcome.stages.size() == 2);
  CHECK(curve[5].accuracy == accuracyOf(soup.outcome.stages[0].after, truth));
  CHECK(curve[9].accuracy == accuracyOf(soup.outcome.stages[1].after, truth));
}

TEST_CASE("a sequence is a chain of single transfers, weakest teacher first unless the order is given") {
  const std::string file = (fs::temp_directory_path() / "gainfinder-chain.pt").string();
  const auto truth = pictures().eval->labels();
  Classifier a = model("teacher.pt"), b = model("teacher2.pt");
  const bool firstIsWeaker = accuracyOf(evaluate(a, pictures().eval, {}).predicted, truth) <=
                             accuracyOf(evaluate(b, pictures().eval, {}).predicted, truth);
  for (const TeacherOrder order : {TeacherOrder::Ascending, TeacherOrder::Given}) {
    TransferOptions options = shortRun(Method::KlDp);
    options.teacherOrder = order;
    const Result chain = runOf(options, twoTeachers(), model("student.pt"));
    const bool asGiven = order == TeacherOrder::Given || firstIsWeaker;
    REQUIRE(chain.outcome.stages.size() == 2);
    CHECK(chain.outcome.stages[0].teachers == std::vector<std::size_t>{asGiven ? 0u : 1u});
    const std::string one = asGiven ? "teacher.pt" : "teacher2.pt", two = asGiven ? "teacher2.pt" : "teacher.pt";

    TransferRun first = makeRun(options, model(one), model("student.pt"));
    Recorder recorder;
    first.run({}, recorder);
    first.student().save(file);
    TransferRun second = makeRun(options, model(two), Classifier::load(file, c10::kCPU, nullptr));
    second.run({}, recorder);
    CHECK(bitEqual(chain.student, stateOf(second.student())));
    CHECK(chain.outcome.steps == 24);
    CHECK(chain.outcome.epochs == 4);
    CHECK(chain.recorder.steps.back().stage == 1);
  }
  fs::remove(file);
}

TEST_CASE("several teachers of which one only repeats the frozen student teach in parallel as the other alone") {
  // The student's own copy ties on every sample, and ties stay with the frozen student.
  for (const Method method : {Method::KlDp, Method::KlDpUnsup}) {
    TransferOptions options = shortRun(method);
    options.teachers = TeacherMode::Parallel;
    std::vector<Classifier> teachers;
    teachers.push_back(model("student.pt", {{"name", "twin"}}));
    teachers.push_back(model("teacher.pt"));
    const Result both = runOf(options, std::move(teachers), model("student.pt"));
    CHECK(bitEqual(both.student, single(options, "teacher.pt").student));
    REQUIRE(both.outcome.stages.size() == 1);
    REQUIRE(both.outcome.stages[0].routing.size() == 2);
    CHECK(both.outcome.stages[0].routing[0].toTeacher.samples == 0);
    CHECK(both.outcome.stages[0].routing[1].toTeacher.samples > 0);
    const StepRecord& step = both.recorder.steps.front();
    CHECK(step.routing[0].toTeacher.samples == 0);
    CHECK(*step.teacherShare == doctest::Approx(step.routing[1].overall()));
  }
}

TEST_CASE("a teacher whose classes come in another order teaches the same") {
  // The same file under a permuted list of names would be another model, so its columns are permuted with the names:
  // a student trained to be its own teacher under swapped names follows the swapped classes.
  TransferOptions options = shortRun(Method::KlDp);
  const std::vector<std::string> swapped{"bar", "dot", "ring", "cross", "corner"};
  std::vector<Classifier> teachers;
  teachers.push_back(model("teacher.pt", {{"classes", swapped}}));
  TransferRun run = makeRun(options, std::move(teachers), model("student.pt"));
  Classifier plain = model("teacher.pt"), mapped = model("teacher.pt", {{"classes", swapped}});
  mapped.arrangeFor(pictures().eval->classNames());
  const at::Tensor images = at::rand({10, 1, 12, 12});
  const at::Tensor expected = plain.logits(images).index_select(1, torch::tensor({1, 0, 2, 3, 4}));
  CHECK(at::equal(mapped.logits(images), expected));
  Recorder recorder;
  CHECK(run.run({}, recorder).finished);
}

TEST_CASE("a teacher that lacks a class may teach by its features only") {
  const std::vector<std::string> other{"dot", "bar", "ring", "cross", "star"};
  const auto attempt = [&](Method method) {
    std::vector<Classifier> teachers;
    teachers.push_back(model("teacher.pt", {{"classes", other}}));
    teachers.back().arrangeFor(pictures().eval->classNames());
    return messageOf([&] { runOf(shortRun(method), std::move(teachers), model("student.pt")); });
  };
  CHECK(attempt(Method::Cd).empty());
  CHECK(attempt(Method::Crd).empty());
  CHECK(attempt(Method::KlDp).find("lacks corner") != std::string::npos);
  CHECK(attempt(Method::Ce).find("lacks corner") != std::string::npos);
}

TEST_CASE("a model without penultimate features or head is refused before the run, with the reason") {
  const auto attempt = [&](const TransferOptions& options, const std::string& teacher, const std::string& student) {
    return messageOf([&] { single(options, teacher, student); });
  };
  CHECK(attempt(shortRun(Method::Cd), "teacher.pt", "hidden.pt").find("linear layer") != std::string::npos);
  CHECK(attempt(shortRun(Method::Crd), "hidden.pt", "student.pt").find("linear layer") != std::string::npos);
  TransferOptions options = shortRun(Method::Kl);
  options.warmupLinearEpochs = 1;
  CHECK(attempt(options, "teacher.pt", "hidden.pt").find("head") != std::string::npos);
}

TEST_CASE("gathered gradients are the whole batch's where nothing couples its samples") {
  // Not CD, whose term is about pairs of the batch, nor CRD, whose normalisers come from the first pass.
  for (const Method method : {Method::KlDp, Method::XeKl, Method::Ce}) {
    TransferOptions options = shortRun(method);
    const Result whole = single(options, "student.pt", "teacher.pt");
    options.microBatch = 3;  // 10 = 2 + 3 + 2 + 3
    const Result parts = single(options, "student.pt", "teacher.pt");
    CHECK(largestDifference(whole.student, parts.student) < 2e-6);
    CHECK(parts.outcome.microBatch == 3);
    CHECK(whole.recorder.steps.front().total == doctest::Approx(parts.recorder.steps.front().total).epsilon(1e-5));
  }
}

TEST_CASE("out of memory halves the micro-batch until the batch fits, with a warning, and the result stays") {
  std::vector<std::string> warnings;
  const LogSubscription subscription([&](const LogEntry& entry) {
    if (entry.level == LogLevel::Warning) warnings.push_back(entry.text);
  });
  TransferOptions options = shortRun(Method::KlDp);
  const Result halved = single(options, "teacher.pt", "hungry.pt");
  CHECK(halved.outcome.finished);
  CHECK(halved.outcome.microBatch == 3);  // 10, 5, 3
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0].find("10 samples") != std::string::npos);
  CHECK(warnings[1].find("same batch of 10") != std::string::npos);
  options.microBatch = 3;
  CHECK(bitEqual(halved.student, single(options, "teacher.pt", "hungry.pt").student));
  CHECK(messageOf([&] { single(options, "teacher.pt", "greedy.pt"); }).find("fit into memory") != std::string::npos);
}

TEST_CASE("a student with dropout in pieces draws what it would have drawn") {
  TransferOptions options = shortRun(Method::KlDp);
  options.saveEvery = 1.0 / 3;
  const Result whole = single(options, "teacher.pt", "dropout.pt");
  options.seed += 1;
  CHECK_FALSE(bitEqual(whole.student, single(options, "teacher.pt", "dropout.pt").student));
  options.seed -= 1;
  std::string name = (fs::temp_directory_path() / "gainfinder-dropout-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  for (const std::int64_t until : {3, 8, 100}) {
    at::manual_seed(99);
    TransferRun run = makeRun(options, model("teacher.pt"), model("dropout.pt"));
    run.keepStatesIn(folder);
    run.resume();
    std::stop_source stop;
    Recorder recorder;
    recorder.onStep = [&](const StepRecord& record) {
      if (record.step == until) stop.request_stop();
    };
    const bool finished = run.run(Control(stop.get_token(), nullptr, {}), recorder).finished;
    CHECK(finished == (until == 100));
    if (finished) CHECK(bitEqual(whole.student, stateOf(run.student())));
  }
  fs::remove_all(folder);
}

TEST_CASE("bfloat16 is near fp32 in what it learns and leaves evaluations exact") {
  TransferOptions options = shortRun(Method::KlDp);
  const Result exact = single(options, "teacher.pt");
  options.precision = Precision::Bf16;
  const Result rough = single(options, "teacher.pt");
  const double apart = largestDifference(exact.student, rough.student);
  CHECK(apart > 0);
  CHECK(apart < 0.05);
  // The first evaluation and the partition before training know nothing of it.
  CHECK(exact.outcome.evaluations[0].accuracy == rough.outcome.evaluations[0].accuracy);
  CHECK(exact.outcome.stages[0].routing[0].toTeacher.samples == rough.outcome.stages[0].routing[0].toTeacher.samples);
  CHECK(exact.recorder.steps[0].teacherShare == rough.recorder.steps[0].teacherShare);
  for (const auto& [key, tensor] : rough.student) {
    if (tensor.is_floating_point()) CHECK((tensor.scalar_type() == at::kFloat));
  }
}

TEST_CASE("the layout of the student's filters changes where they lie and not what they are") {
  Classifier student = model("student.pt");
  const auto before = stateOf(student);
  layOut(student, true);
  CHECK(bitEqual(before, stateOf(student)));
  bool strided = false;
  for (const at::Tensor& parameter : student.parameters()) {
    strided = strided || (parameter.dim() == 4 && !parameter.is_contiguous());
  }
  CHECK(strided);
  TransferOptions options = shortRun(Method::Kl);
  const at::Tensor images = at::zeros({4, 1, 12, 12});
  CHECK_FALSE(choosePassForm(options, student, images).channelsLast);  // fp32 on the CPU must not depend on a clock
  options.layout = MemoryLayout::ChannelsLast;
  CHECK(choosePassForm(options, student, images).channelsLast);
  const Result last = single(options, "teacher.pt");
  CHECK(last.outcome.form.channelsLast);
  CHECK_FALSE(last.outcome.form.bf16);
  options.layout = MemoryLayout::Contiguous;
  CHECK(largestDifference(last.student, single(options, "teacher.pt").student) < 1e-4);
}

TEST_CASE("a precision that is left open becomes one of both, which the run keeps to") {
  TransferOptions options = shortRun(Method::Kl);
  options.precision = Precision::Auto;
  const Result open = single(options, "teacher.pt");
  options.precision = open.outcome.form.bf16 ? Precision::Bf16 : Precision::Fp32;
  options.layout = open.outcome.form.channelsLast ? MemoryLayout::ChannelsLast : MemoryLayout::Contiguous;
  CHECK(bitEqual(open.student, single(options, "teacher.pt").student));
}

TEST_CASE("timing the layouts leaves torch's generator as it was") {
  TransferOptions options = shortRun(Method::Kl);
  options.precision = Precision::Bf16;
  Classifier student = model("dropout.pt");
  at::manual_seed(4);
  const at::Tensor expected = at::rand({3});
  at::manual_seed(4);
  choosePassForm(options, student, at::full({4, 1, 12, 12}, 0.5));
  CHECK(at::equal(at::rand({3}), expected));
}

TEST_CASE("an objective that is not finite ends the run before a weight changes, and its samples are kept") {
  TransferOptions options = shortRun(Method::Kl);
  options.learningRate = 1e30;
  options.evaluateEvery = 2;
  options.saveEvery = 1.0 / 6;
  std::string name = (fs::temp_directory_path() / "gainfinder-failed-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  TransferRun run = makeRun(options, model("student.pt"), model("teacher.pt"));
  run.keepStatesIn(folder);
  Recorder recorder;
  const std::string message = messageOf([&] { run.run({}, recorder); });
  const std::size_t good = recorder.steps.size();
  CHECK(message.find("step " + std::to_string(good + 1) + " of 12") != std::string::npos);
  CHECK(message.find("training samples") != std::string::npos);
  const auto kept = nlohmann::json::parse(readFile(folder / "failed-batch.json", 1 << 20));
  CHECK(kept.at("step") == good + 1);
  CHECK(kept.at("samples").size() == 10);
  TransferRun again = makeRun(options, model("student.pt"), model("teacher.pt"));
  again.keepStatesIn(folder);
  CHECK(again.resume());  // the last good state
  Recorder second;
  const std::string repeated = messageOf([&] { again.run({}, second); });
  CHECK(repeated == message);
  fs::remove_all(folder);
}

TEST_CASE("slow weights are the student, and both are there at the end") {
  TransferOptions options = shortRun(Method::XeKlMcl);
  options.mclTau = 1;
  TransferRun run = makeRun(options);
  Recorder recorder;
  const TransferOutcome outcome = run.run({}, recorder);
  REQUIRE(run.fastStudent());
  // τ = 1 keeps them where they were; only the count of batches is copied.
  for (const auto& [name, tensor] : stateOf(model("student.pt"))) {
    CHECK(at::equal(tensor, stateOf(run.student()).at(name)) == tensor.is_floating_point());
  }
  CHECK(outcome.weightDistance == 0);
  CHECK(outcome.evaluations.back().delta == 0);
  REQUIRE(outcome.fast);
  CHECK(outcome.fast->logits == evaluate(*run.fastStudent(), pictures().eval, {}).logits);
  options.mclTau = 0;
  options.mclEvery = 1;
  TransferRun follow = makeRun(options);
  follow.run({}, recorder);
  CHECK(bitEqual(stateOf(follow.student()), stateOf(*follow.fastStudent())));
}

TEST_CASE("live routing counts every sample once, against the frozen and against the adapting student") {
  TransferOptions options = shortRun(Method::KlDp);
  options.learningRate = 0.2;
  const Result result = single(options, "teacher.pt");
  std::int64_t epoch = 0;
  bool moved = false;
  for (const StepRecord& step : result.recorder.steps) {
    REQUIRE(step.routing.size() == 1);
    REQUIRE(step.adaptingRouting.size() == 1);
    CHECK(step.routing[0].total.samples == step.adaptingRouting[0].total.samples);
    if (step.epoch <= 1) epoch += step.routing[0].total.samples;
    moved = moved || step.routing[0].toTeacher.samples != step.adaptingRouting[0].toTeacher.samples;
    CHECK(step.memoryBytes > 1e6);
    CHECK(step.learningRate == 0.2);
  }
  CHECK(epoch == 60);
  CHECK(moved);
}

TEST_CASE("evaluations carry the distance of the weights and what became of each class") {
  const Result result = single(shortRun(Method::KlDp), "teacher.pt");
  const auto& evaluations = result.outcome.evaluations;
  CHECK(evaluations.front().weightDistance == 0);
  CHECK(evaluations.back().weightDistance > evaluations[1].weightDistance);
  CHECK(evaluations.back().weightDistance == result.outcome.weightDistance);
  for (const EvaluationRecord& each : evaluations) {
    REQUIRE(each.classGained.size() == 5);
    std::int64_t net = 0;
    for (std::size_t k = 0; k < 5; ++k) net += each.classGained[k] - each.classLost[k];
    CHECK(each.delta == doctest::Approx(static_cast<double>(net) / 40));
  }
}

TEST_CASE("options that do not go together are refused") {
  TransferOptions options = shortRun(Method::Kl);
  options.teachers = TeacherMode::Parallel;
  CHECK(messageOf([&] { runOf(options, twoTeachers(), model("student.pt")); }).find("parallel") != std::string::npos);
  options = shortRun(Method::Kl);
  options.microBatch = 11;
  CHECK(messageOf([&] { single(options, "teacher.pt"); }).find("micro-batch") != std::string::npos);
}
