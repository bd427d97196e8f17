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

/// Logits whose arg max is the answer, by a lead that is sometimes small.
void addLogits(Predictions& predictions, std::uint64_t seed) {
  constexpr int kSteps = 1024;
  Random random(seed);
  std::vector<float>& logits = predictions.logits.own();
  logits.reserve(predictions.samples * predictions.classes);
  for (std::size_t i = 0; i < predictions.samples; ++i) {
    for (std::size_t k = 0; k < predictions.classes; ++k) {
      const float value = static_cast<float>(random.below(4 * kSteps)) / kSteps;  // 0 up to 4
      const bool answer = static_cast<std::size_t>(predictions.predicted[i]) == k;
      logits.push_back(answer ? 4 + value / 2 : value);
    }
  }
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
EvaluationRecord evaluationOf(const Material& m, const std::vector<std::size_t>& teachers,
                              const std::vector<std::int32_t>& now, int stage, double epoch) {
  const int classes = static_cast<int>(m.input.classNames.size());
  const auto change = changeBetween(m.input.truth, m.input.studentBefore.predicted, now, classes);
  std::vector<Labels> answers;
  for (const auto t : teachers) answers.emplace_back(m.input.teacherPredictions[t].predicted);
  const auto pair = comparePredictions(m.input.truth, anyTeacher(m.input.truth, answers), now, classes).all;
  EvaluationRecord record;
  record.epoch = epoch;
  record.step = static_cast<std::int64_t>(10 * epoch);
  record.stage = stage;
  record.accuracy = pair.studentAccuracy();
  record.gain = change.gain();
  record.loss = change.loss();
  record.delta = change.delta();
  record.positiveFlips = pair.positiveFlips();
  record.negativeFlips = pair.negativeFlips();
  record.weightDistance = epoch / 100;
  record.classGained = change.classGained;
  record.classLost = change.classLost;
  record.seconds = 2 * epoch;
  return record;
}

std::vector<std::int32_t> taught(Random& random, const Material& m, std::size_t teacher,
                                 std::vector<std::int32_t> student) {
  for (std::size_t i = 0; i < student.size(); ++i) {
    if (chance(random, 0.4)) student[i] = m.input.teacherPredictions[teacher].predicted[i];
    if (chance(random, 0.1)) student[i] = m.input.truth[i];
  }
  return student;
}

Routing partitionOf(Random& random, const Plan& plan, Material& m, std::size_t stage, std::size_t teacher) {
  Material::Partitioned part{stage, teacher, labels(random, plan), {}, {}, {}};
  part.teacherAnswers = answers(random, part.truth, plan.classes, plan.teacherSkill);
  part.studentAnswers = answers(random, part.truth, plan.classes, plan.studentSkill);
  for (std::size_t i = 0; i < part.truth.size(); ++i) part.mask.push_back(chance(random, 0.5));
  const auto routing = routingOf(
      comparePredictions(part.truth, part.teacherAnswers, part.studentAnswers, plan.classes).outcomes, part.mask);
  m.partitions.push_back(std::move(part));
  return routing;
}

/// Whom each stage learns from: sequential teachers come last first.
std::vector<std::vector<std::size_t>> stagesOf(const Plan& plan) {
  std::vector<std::vector<std::size_t>> stages;
  for (int t = 0; t < plan.teachers; ++t) {
    const int teacher = plan.mode == TeacherMode::Sequential ? plan.teachers - 1 - t : t;
    stages.push_back({static_cast<std::size_t>(teacher)});
  }
  if (plan.mode != TeacherMode::Parallel) return stages;
  std::vector<std::size_t> all;
  for (const auto& stage : stages) all.push_back(stage.front());
  return {all};
}

void addSteps(const Plan& plan, Material& m, const StageOutcome& stage, int number) {
  for (int i = 1; i <= stage.steps; ++i) {
    StepRecord step;
    step.step = static_cast<std::int64_t>(m.steps.size()) + 1;
    step.epoch = static_cast<double>(step.step) / 10;
    step.stage = number;
    step.distillation = 1.0 / static_cast<double>(step.step);
    step.total = step.distillation;
    if (plan.method == Method::XeKl || plan.method == Method::XeKlMcl || usesFeatures(plan.method)) {
      step.crossEntropy = 2.0 / i;
      step.total += *step.crossEntropy;
    }
    if (usesPartition(plan.method)) {
      step.teacherShare = 0.5;
      step.routing = step.adaptingRouting = stage.routing;
    }
    step.learningRate = 1e-4;
    if (i % 2) step.gradientNorm = 0.5;
    step.samplesPerSecond = 100;
    step.memoryBytes = 1e8;
    m.steps.push_back(step);
  }
}

void addOptions(const Plan& plan, Material& m) {
  TransferOptions options;
  options.method = plan.method;
  options.teachers = plan.mode;
  options.epochs = 2;
  options.seed = 5;
  m.input.options = options;
}

void addStages(Random& random, const Plan& plan, Material& m) {
  auto& outcome = m.outcome;
  auto student = m.input.studentBefore.predicted;
  const auto teachers = stagesOf(plan);
  outcome.evaluations = {evaluationOf(m, teachers.front(), student, 0, 0)};
  for (std::size_t s = 0; s < teachers.size(); ++s) {
    const bool stopped = !plan.finished && s + 1 == teachers.size();
    StageOutcome stage;
    stage.teachers = teachers[s];
    stage.steps = stopped ? 7 : 20;
    stage.epochs = stopped ? 0.7 : 2;
    stage.seconds = 2.25;
    if (plan.mode == TeacherMode::Soup) student = m.input.studentBefore.predicted;
    for (const auto t : teachers[s]) {
      student = taught(random, m, t, student);
      if (usesPartition(plan.method)) stage.routing.push_back(partitionOf(random, plan, m, s, t));
    }
    stage.after = student;
    outcome.steps += stage.steps;
    outcome.epochs += stage.epochs;
    addSteps(plan, m, stage, static_cast<int>(s));
    outcome.evaluations.push_back(evaluationOf(m, teachers[s], student, static_cast<int>(s), outcome.epochs));
    outcome.stages.push_back(std::move(stage));
  }
  if (plan.mode == TeacherMode::Soup && plan.teachers > 1) student = taught(random, m, 0, student);
  outcome.after = predictionsOf(student, plan.classes);
}

void addTransfer(Random& random, const Plan& plan, Material& m) {
  m.transferred = true;
  addOptions(plan, m);
  addStages(random, plan, m);
  auto& outcome = m.outcome;
  outcome.finished = plan.finished;
  outcome.seconds = 4.5;
  outcome.trainingSeconds = 3.25;
  outcome.samplesPerSecond = 123.5;
  outcome.weightDistance = 0.0125;
  outcome.memoryBytes = 2e8;
  outcome.microBatch = 64;
  outcome.resumed = plan.finished ? 0 : 2;
  for (std::uint32_t i = 0; i < 50; ++i) outcome.subset.push_back(3 * i);
  if (plan.method == Method::XeKlMcl) {
    outcome.fast = predictionsOf(taught(random, m, 0, outcome.after.predicted), plan.classes);
  }
  if (plan.mode == TeacherMode::Soup && plan.teachers > 1) {
    for (const double position : {0.0, 0.5, 1.0}) {
      outcome.curve.push_back({"student", "soup", position, 0.5, 0.125 * position, 0.0625 * position});
      outcome.curve.push_back({"soup", m.input.teachers[0].name, position, 0.5, 0.25, 0.125 * position});
    }
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
    if (plan.logits) addLogits(input.teacherPredictions.back(), static_cast<std::uint64_t>(100 + t));
  }
  if (plan.logits) addLogits(input.studentBefore, 99);
  input.device = "cpu";
  input.threads = 2;
  input.versions = {{"torch", "2.11.0"}};
  if (plan.transferred) addTransfer(random, plan, m);
}

std::vector<Plan> allPlans() {
  return {{.name = "compare-one"},
          {.name = "compare-three", .samples = 900, .classes = 31, .teachers = 3, .emptyClass = true},
          {.name = "compare-nothing", .teacherSkill = 0, .logits = false},
          {.name = "kl-dp", .transferred = true},
          {.name = "kl-dp-stopped", .samples = 60, .emptyClass = true, .transferred = true, .finished = false},
          {.name = "kl-dp-unsup", .samples = 2000, .classes = 100, .transferred = true, .method = Method::KlDpUnsup},
          {.name = "kl", .samples = 3000, .teacherSkill = 0.3, .transferred = true, .method = Method::Kl},
          {.name = "xe-kl", .classes = 2, .transferred = true, .method = Method::XeKl},
          {.name = "kl-nothing", .teacherSkill = 0, .transferred = true, .method = Method::Kl},
          {.name = "one-class", .samples = 1, .classes = 1, .transferred = true},
          {.name = "mcl", .transferred = true, .method = Method::XeKlMcl},
          {.name = "ce", .transferred = true, .method = Method::Ce},
          {.name = "cd", .transferred = true, .method = Method::Cd},
          {.name = "crd", .samples = 900, .classes = 60, .transferred = true, .method = Method::Crd},
          {.name = "sequential", .samples = 800, .teachers = 3, .transferred = true},
          {.name = "sequential-stopped", .teachers = 2, .transferred = true, .finished = false},
          {.name = "sequential-kl", .teachers = 2, .transferred = true, .method = Method::Kl},
          {.name = "parallel",
           .teachers = 3,
           .transferred = true,
           .method = Method::KlDpUnsup,
           .mode = TeacherMode::Parallel},
          {.name = "soup", .teachers = 2, .emptyClass = true, .transferred = true, .mode = TeacherMode::Soup},
          {.name = "soup-nothing",
           .teachers = 2,
           .teacherSkill = 0,
           .transferred = true,
           .method = Method::XeKl,
           .mode = TeacherMode::Soup}};
}

nlohmann::json rawJson(const Material& m) {
  nlohmann::json teachers = nlohmann::json::array();
  for (const auto& teacher : m.input.teacherPredictions) teachers.push_back(teacher.predicted);
  nlohmann::json raw{{"name", m.name},         {"class_names", m.input.classNames},
                     {"truth", m.input.truth}, {"student", m.input.studentBefore.predicted},
                     {"teachers", teachers},   {"transferred", m.transferred}};
  if (!m.input.studentBefore.logits.empty()) {
    raw["logits"] = {{"student", m.input.studentBefore.logits}, {"teachers", nlohmann::json::array()}};
    for (const auto& teacher : m.input.teacherPredictions) raw["logits"]["teachers"].push_back(teacher.logits);
  }
  if (m.transferred) {
    raw["after"] = m.outcome.after.predicted;
    raw["sequential"] = m.input.options->teachers == TeacherMode::Sequential;
    raw["stages"] = nlohmann::json::array();
    for (const auto& stage : m.outcome.stages) {
      raw["stages"].push_back({{"teachers", stage.teachers}, {"after", stage.after}, {"steps", stage.steps}});
    }
    if (m.outcome.fast) raw["fast"] = m.outcome.fast->predicted;
    raw["partitions"] = nlohmann::json::array();
    for (const auto& part : m.partitions) {
      raw["partitions"].push_back({{"stage", part.stage},
                                   {"teacher", part.teacher},
                                   {"truth", part.truth},
                                   {"teacher_answers", part.teacherAnswers},
                                   {"student_answers", part.studentAnswers},
                                   {"mask", part.mask}});
    }
    raw["subset"] = m.outcome.subset;
  }
  return raw;
}

void writeFolder(const std::filesystem::path& folder, const Material& m) {
  std::filesystem::create_directories(folder);
  std::vector<nlohmann::json> metrics;
  if (m.transferred) {
    LineFile file(folder / "metrics.jsonl");
    std::int64_t reported = 0;
    const auto add = [&](const nlohmann::ordered_json& line) {
      file.append(line.dump());
      metrics.emplace_back(line);
    };
    for (const auto& evaluation : m.outcome.evaluations) {
      for (const auto& step : m.steps) {
        if (step.step > reported && step.step <= evaluation.step) add(toJson(step));
      }
      reported = evaluation.step;
      add(toJson(evaluation));
    }
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
