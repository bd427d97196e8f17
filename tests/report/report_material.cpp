// SPDX-License-Identifier: Apache-2.0
#include "report_material.h"

#include <unistd.h>

#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "base/files.h"
#include "base/hash.h"
#include "base/random.h"

namespace gf::test {
namespace {

bool chance(Random& random, double share) {
  return random.below(1'000'000) < static_cast<std::uint64_t>(share * 1e6);
}

std::vector<std::int32_t> answers(Random& random, const std::vector<std::int32_t>& truth, int classes, double skill) {
  std::vector<std::int32_t> predicted;
  for (const auto label : truth) {
    // The skill varies between classes, so that their shares differ.
    const double own = skill * (label % 3 == 0 ? 0.6 : 1);
    const auto other = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(classes)));
    predicted.push_back(chance(random, own) ? label : other);
  }
  return predicted;
}

Predictions predictionsOf(std::vector<std::int32_t> predicted, int classes) {
  Predictions predictions;
  predictions.samples = predicted.size();
  predictions.classes = static_cast<std::size_t>(classes);
  predictions.predicted = std::move(predicted);
  return predictions;
}

std::vector<std::int32_t> labels(Random& random, const Plan& plan) {
  const auto used = static_cast<std::uint64_t>(plan.classes - (plan.emptyClass ? 1 : 0));
  std::vector<std::int32_t> truth;
  for (int i = 0; i < plan.samples; ++i) truth.push_back(static_cast<std::int32_t>(random.below(used)));
  return truth;
}

ReportModel model(const std::string& name, std::int64_t parameters) {
  return {name, "CNN", sha256(name), "/models/" + name + ".pt", parameters};
}

/// The student so far, against the start: what evaluations report.
EvaluationRecord evaluationOf(const Material& m, const std::vector<std::int32_t>& now, double epoch) {
  const int classes = static_cast<int>(m.input.classNames.size());
  const auto change = changeBetween(m.input.truth, m.input.studentBefore.predicted, now, classes);
  const auto pair = comparePredictions(m.input.truth, m.input.teacherPredictions.front().predicted, now, classes).all;
  EvaluationRecord record;
  record.epoch = epoch;
  record.step = static_cast<std::int64_t>(10 * epoch);
  record.accuracy = pair.studentAccuracy();
  record.gain = change.gain();
  record.loss = change.loss();
  record.delta = change.delta();
  record.positiveFlips = pair.positiveFlips();
  record.negativeFlips = pair.negativeFlips();
  record.seconds = 2 * epoch;
  return record;
}

void addTransfer(Random& random, const Plan& plan, Material& m) {
  m.transferred = true;
  TransferOptions options;
  options.method = plan.method;
  options.epochs = 2;
  options.seed = 5;
  m.input.options = options;
  auto& outcome = m.outcome;
  outcome.finished = plan.finished;
  outcome.steps = plan.finished ? 20 : 7;
  outcome.epochs = plan.finished ? 2 : 0.7;
  outcome.seconds = 4.5;
  outcome.trainingSeconds = 3.25;
  outcome.samplesPerSecond = 123.5;
  for (std::uint32_t i = 0; i < 50; ++i) outcome.subset.push_back(3 * i);
  auto after = m.input.studentBefore.predicted;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (chance(random, 0.4)) after[i] = m.input.teacherPredictions.front().predicted[i];
    if (chance(random, 0.1)) after[i] = m.input.truth[i];
  }
  outcome.evaluations = {evaluationOf(m, m.input.studentBefore.predicted, 0), evaluationOf(m, after, outcome.epochs)};
  outcome.after = predictionsOf(after, plan.classes);
  if (usesPartition(plan.method)) {
    m.trainTruth = labels(random, plan);
    m.trainTeacher = answers(random, m.trainTruth, plan.classes, plan.teacherSkill);
    m.trainStudent = answers(random, m.trainTruth, plan.classes, plan.studentSkill);
    for (std::size_t i = 0; i < m.trainTruth.size(); ++i) m.mask.push_back(chance(random, 0.5));
    outcome.transferRouting =
        routingOf(comparePredictions(m.trainTruth, m.trainTeacher, m.trainStudent, plan.classes).outcomes, m.mask);
  }
  for (int i = 1; i <= outcome.steps; ++i) {
    StepRecord step;
    step.step = i;
    step.epoch = i / 10.0;
    step.distillation = 1.0 / i;
    step.total = step.distillation;
    if (plan.method == Method::XeKl) {
      step.crossEntropy = 2.0 / i;
      step.total += *step.crossEntropy;
    }
    if (usesPartition(plan.method)) step.teacherShare = 0.5;
    step.samplesPerSecond = 100;
    m.steps.push_back(step);
  }
  m.input.outcome = &m.outcome;
}

}  // namespace

void makeMaterial(const Plan& plan, Material& m) {
  Random random(mix(std::uint64_t{17}, sha256(plan.name).size(), static_cast<std::uint64_t>(plan.samples)));
  m.name = plan.name;
  auto& input = m.input;
  input.student = model("mlp", 1234);
  input.dataPath = "/data/fashion";
  input.dataKind = "idx";
  input.dataSha256 = sha256("data");
  input.evalName = "test";
  for (int k = 0; k < plan.classes; ++k)
    input.classNames.push_back(k == 1 ? "Top, \"T\"\n=shirt" : "Class " + std::to_string(k));
  input.truth = labels(random, plan);
  input.studentBefore = predictionsOf(answers(random, input.truth, plan.classes, plan.studentSkill), plan.classes);
  for (int t = 0; t < plan.teachers; ++t) {
    input.teachers.push_back(model(plan.teachers == 1 ? "tops/résnet" : "twin:α", 99 + t));
    auto predicted = answers(random, input.truth, plan.classes, plan.teacherSkill);
    if (plan.teacherSkill == 0) {
      for (std::size_t i = 0; i < predicted.size(); ++i) predicted[i] = (input.truth[i] + 1) % plan.classes;
    }
    input.teacherPredictions.push_back(predictionsOf(std::move(predicted), plan.classes));
  }
  input.device = "cpu";
  input.threads = 2;
  input.versions = {{"torch", "2.11.0"}};
  if (plan.transferred) addTransfer(random, plan, m);
}

std::vector<Plan> allPlans() {
  return {{.name = "compare-one"},
          {.name = "compare-three", .samples = 900, .classes = 31, .teachers = 3, .emptyClass = true},
          {.name = "compare-nothing", .teacherSkill = 0},
          {.name = "kl-dp", .transferred = true},
          {.name = "kl-dp-stopped", .samples = 60, .emptyClass = true, .transferred = true, .finished = false},
          {.name = "kl-dp-unsup", .samples = 2000, .classes = 100, .transferred = true, .method = Method::KlDpUnsup},
          {.name = "kl", .samples = 3000, .teacherSkill = 0.3, .transferred = true, .method = Method::Kl},
          {.name = "xe-kl", .classes = 2, .transferred = true, .method = Method::XeKl},
          {.name = "kl-nothing", .teacherSkill = 0, .transferred = true, .method = Method::Kl},
          {.name = "one-class", .samples = 1, .classes = 1, .transferred = true}};
}

nlohmann::json rawJson(const Material& m) {
  nlohmann::json teachers = nlohmann::json::array();
  for (const auto& teacher : m.input.teacherPredictions) teachers.push_back(teacher.predicted);
  nlohmann::json raw{{"name", m.name},         {"class_names", m.input.classNames},
                     {"truth", m.input.truth}, {"student", m.input.studentBefore.predicted},
                     {"teachers", teachers},   {"transferred", m.transferred}};
  if (m.transferred) {
    raw["after"] = m.outcome.after.predicted;
    raw["train"] = {
        {"truth", m.trainTruth}, {"teacher", m.trainTeacher}, {"student", m.trainStudent}, {"mask", m.mask}};
    raw["subset"] = m.outcome.subset;
  }
  return raw;
}

void writeFolder(const std::filesystem::path& folder, const Material& m) {
  std::filesystem::create_directories(folder);
  std::vector<nlohmann::json> metrics;
  if (m.transferred) {
    LineFile file(folder / "metrics.jsonl");
    const auto add = [&](const nlohmann::ordered_json& line) {
      file.append(line.dump());
      metrics.emplace_back(line);
    };
    add(toJson(m.outcome.evaluations.front()));
    for (const auto& step : m.steps) add(toJson(step));
    add(toJson(m.outcome.evaluations.back()));
    writeSubset(folder / "subset.json", m.outcome.subset, *m.input.options, m.input.dataSha256);
  }
  const auto report = buildReport(m.input);
  writeReport(folder, report, figuresOf(report, metrics));
}

ScratchFolder::ScratchFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "gainfinder-test-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace gf::test
