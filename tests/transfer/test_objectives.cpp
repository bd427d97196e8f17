// SPDX-License-Identifier: Apache-2.0
#include <ATen/autocast_mode.h>
#include <doctest/doctest.h>

#include "options/option_table.h"
#include "transfer/fixtures.h"
#include "transfer/objectives.h"

using namespace gf;
using namespace gf::test;

namespace {

/// Largest difference, relative to max(1, |expected|).
double error(const at::Tensor& value, const at::Tensor& expected) {
  const at::Tensor scale = expected.abs().clamp_min(1);
  return ((value.detach() - expected) / scale).abs().max().item<double>();
}

double error(const at::Tensor& value, const nlohmann::json& number) {
  return error(value, tensorOf(nlohmann::json::array({number}), {}));
}

/// Student, one teacher, frozen student and labels of objectives.json.
ObjectiveInput fixedInput(const nlohmann::json& file = golden("objectives.json")) {
  ObjectiveInput input;
  input.student = tensorOf(file["student"], {8, 5});
  input.teachers = {tensorOf(file["teacher"], {8, 5})};
  input.frozen = tensorOf(file["frozen"], {8, 5});
  input.labels = torch::tensor(file["labels"].get<std::vector<std::int64_t>>());
  return input;
}

/// Three teachers, several of them alike on some rows.
ObjectiveInput parallelInput(const nlohmann::json& file = golden("parallel.json")) {
  ObjectiveInput input;
  input.student = tensorOf(file["student"], {10, 5});
  for (const auto& each : file["teachers"]) input.teachers.push_back(tensorOf(each, {10, 5}));
  input.frozen = tensorOf(file["frozen"], {10, 5});
  input.labels = torch::tensor(file["labels"].get<std::vector<std::int64_t>>());
  return input;
}

at::Tensor gradientOf(const at::Tensor& value, const at::Tensor& leaf) {
  return torch::autograd::grad({value}, {leaf}).front();
}

TransferOptions optionsOf(Method method) {
  TransferOptions options;
  options.method = method;
  return options;
}

void checkCases(const nlohmann::json& file, ObjectiveInput input) {
  const at::Tensor logits = input.student;
  for (const auto& each : file["cases"]) {
    CAPTURE(each["options"].dump());
    TransferOptions options;
    applyJson(options, each["options"], "golden");
    input.student = logits.clone().set_requires_grad(true);
    const Objective objective = transferObjective(options, input);
    CHECK(error(objective.total, each["value"]) < 1e-6);
    CHECK(error(gradientOf(objective.total, input.student), tensorOf(each["gradient"], logits.sizes())) < 1e-6);
    CHECK(objective.crossEntropy.defined() == (lambdaOf(options) < 1));
    CHECK(objective.targets.defined() == usesPartition(options.method));
  }
}

/// The strict inequality of Eq. 4 for one teacher, spelled out.
at::Tensor teacherIsSurer(const ObjectiveInput& input, PartitionRule rule) {
  const auto sure = [&](const at::Tensor& logits) {
    const at::Tensor probabilities = at::softmax(logits, 1);
    return rule == PartitionRule::Supervised ? probabilities.gather(1, input.labels.unsqueeze(1)).squeeze(1)
                                             : std::get<0>(probabilities.max(1));
  };
  return sure(input.teachers.front()) > sure(input.frozen);
}

}  // namespace

TEST_CASE("every objective has PyTorch's value and gradient") {
  const auto file = golden("objectives.json");
  CHECK(file["cases"].size() == 91);
  checkCases(file, fixedInput(file));
}

TEST_CASE("several teachers at once have PyTorch's value and gradient") {
  const auto file = golden("parallel.json");
  CHECK(file["cases"].size() == 8);
  checkCases(file, parallelInput(file));
}

TEST_CASE("one teacher: a sample is its own where it is strictly surer, and a tie stays with the student") {
  const auto file = golden("objectives.json");
  const ObjectiveInput input = fixedInput(file);
  for (const auto& [id, rule] :
       {std::pair{"kl-dp", PartitionRule::Supervised}, std::pair{"kl-dp-unsup", PartitionRule::Unsupervised}}) {
    const at::Tensor labels = rule == PartitionRule::Supervised ? input.labels : at::Tensor();
    const at::Tensor targets = partitionTargets(input.teachers, input.frozen, labels, rule);
    CHECK((targets.scalar_type() == at::kLong));
    const auto expected = file["masks"][id].get<std::vector<bool>>();
    for (std::int64_t i = 0; i < 8; ++i) CHECK(targets[i].item<int>() == expected[static_cast<std::size_t>(i)]);
    CHECK(at::equal(targets.eq(1), teacherIsSurer(input, rule)));
    CHECK(targets[0].item<int>() == 0);  // equally sure, other answers
    CHECK(targets[1].item<int>() == 0);  // one and the same answer
    CHECK(targets.any().item<bool>());
    CHECK_FALSE(targets.all().item<bool>());
  }
}

TEST_CASE("several teachers: the surest; ties go to the frozen student, then to the lower teacher") {
  const auto file = golden("parallel.json");
  const ObjectiveInput input = parallelInput(file);
  for (const auto& [id, rule] :
       {std::pair{"kl-dp", PartitionRule::Supervised}, std::pair{"kl-dp-unsup", PartitionRule::Unsupervised}}) {
    const at::Tensor targets = partitionTargets(input.teachers, input.frozen, input.labels, rule);
    CHECK(at::equal(targets, torch::tensor(file["targets"][id].get<std::vector<std::int64_t>>())));
    CHECK(targets[0].item<int>() == 2);  // teachers 2 and 3 are alike
    CHECK(targets[1].item<int>() == 0);  // all four are alike
    CHECK(targets[2].item<int>() == 1);  // teachers 1 and 3 are alike
    // Reversing the teachers moves the ties, and nothing else.
    const at::Tensor reversed =
        partitionTargets({input.teachers.rbegin(), input.teachers.rend()}, input.frozen, input.labels, rule);
    for (std::int64_t i = 0; i < 10; ++i) {
      const int was = targets[i].item<int>(), mirrored = was == 0 ? 0 : 4 - was;
      CHECK(reversed[i].item<int>() == (i == 0 ? 1 : i == 2 ? 1 : mirrored));
    }
  }
  const at::Tensor alone = partitionTargets({}, input.frozen, input.labels, PartitionRule::Supervised);
  CHECK_FALSE(alone.any().item<bool>());
}

TEST_CASE("masks sum to one for every sample, and the parts to the batch") {
  const ObjectiveInput input = parallelInput();
  for (const Method method : {Method::KlDp, Method::KlDpUnsup}) {
    const Objective objective = transferObjective(optionsOf(method), input);
    const at::Tensor masks = at::one_hot(objective.targets, 4);
    CHECK(at::equal(masks.sum(1), at::ones({10}, at::kLong)));
    CHECK(masks.sum(0).sum().item<std::int64_t>() == 10);
    // Eq. 5 as printed: each model's divergence under its own mask, one common denominator.
    at::Tensor sum = at::zeros({});
    for (std::int64_t i = 0; i < 10; ++i) {
      const std::int64_t whom = objective.targets[i].item<std::int64_t>();
      const at::Tensor& target = whom == 0 ? input.frozen : input.teachers[static_cast<std::size_t>(whom - 1)];
      sum += klDivergence(target.narrow(0, i, 1), input.student.narrow(0, i, 1), {1});
    }
    CHECK(error(objective.total, sum / 10) < 1e-6);
  }
}

TEST_CASE("by hand: two classes, one sample") {
  // p = (3/4, 1/4) against q = (1/2, 1/2): KL(p‖q) = ln 2 − H(p) = 0.130812, KL(q‖p) = 0.143841.
  const at::Tensor p = torch::tensor({{std::log(3.0), 0.0}}, at::kFloat), q = torch::zeros({1, 2});
  CHECK(klDivergence(p, q, {1}).item<double>() == doctest::Approx(0.1308120359).epsilon(1e-6));
  CHECK(klDivergence(p, q, {1}, Direction::StudentTarget).item<double>() ==
        doctest::Approx(0.1438410362).epsilon(1e-6));
  // Soft cross-entropy is the divergence and the target's entropy: ln 2.
  CHECK(softCrossEntropy(p, q, {1}).item<double>() == doctest::Approx(std::log(2.0)).epsilon(1e-6));
  // Logits twice as far apart at T = 2 give the same distributions, so only T² = 4 remains; a doubled batch changes
  // nothing.
  CHECK(klDivergence(2 * p, q, {2}).item<double>() == doctest::Approx(4 * 0.1308120359).epsilon(1e-6));
  CHECK(klDivergence(p.repeat({2, 1}), q.repeat({2, 1}), {1}).item<double>() ==
        doctest::Approx(0.1308120359).epsilon(1e-6));
  // A third class that the target ranks last is out of the two highest, whatever the student thinks of it.
  const at::Tensor p3 = at::cat({p, torch::full({1, 1}, -1)}, 1), q3 = at::cat({q, torch::full({1, 1}, 9)}, 1);
  CHECK(klDivergence(p3, q3, {1, 2}).item<double>() == doctest::Approx(0.1308120359).epsilon(1e-6));
}

TEST_CASE("by hand: smoothed labels") {
  // Logits (ln 3, 0), label 0, ε = 0.2: 0.9 · −ln(3/4) + 0.1 · −ln(1/4) = 0.397543.
  ObjectiveInput input;
  input.student = input.frozen = torch::tensor({{std::log(3.0), 0.0}}, at::kFloat);
  input.teachers = {input.student};
  input.labels = at::zeros({1}, at::kLong);
  TransferOptions options = optionsOf(Method::XeKl);
  options.labelSmoothing = 0.2;
  const Objective objective = transferObjective(options, input);
  CHECK(objective.crossEntropy.item<double>() == doctest::Approx(0.3975433014).epsilon(1e-6));
  CHECK(objective.total.item<double>() == doctest::Approx(0.3975433014 / 2).epsilon(1e-6));
}

TEST_CASE("top k of all classes or more is the full divergence bit for bit; of one class there is nothing to learn") {
  const ObjectiveInput input = fixedInput();
  const at::Tensor& teacher = input.teachers.front();
  for (const double temperature : {0.1, 1.0, 4.0}) {
    for (const Direction direction : {Direction::TargetStudent, Direction::StudentTarget}) {
      const at::Tensor leaf = input.student.clone().set_requires_grad(true);
      const at::Tensor full = klDivergence(teacher, leaf, {temperature}, direction);
      for (const int k : {5, 6, 1000}) {
        const at::Tensor part = klDivergence(teacher, leaf, {temperature, k}, direction);
        CHECK(at::equal(part, full));
        CHECK(at::equal(gradientOf(part, leaf), torch::autograd::grad({full}, {leaf}, {}, true).front()));
      }
      const at::Tensor one = klDivergence(teacher, leaf, {temperature, 1}, direction);
      CHECK(one.item<float>() == 0);
      CHECK(gradientOf(one, leaf).abs().max().item<float>() == 0);
    }
  }
}

TEST_CASE("a teacher that is the student asks for nothing under the partition") {
  ObjectiveInput input = fixedInput();
  input.teachers = {input.student, input.student.clone()};
  input.frozen = input.student.clone();
  for (const Method method : {Method::KlDp, Method::KlDpUnsup}) {
    ObjectiveInput now = input;
    now.student = input.student.clone().set_requires_grad(true);
    const Objective objective = transferObjective(optionsOf(method), now);
    CHECK(objective.total.item<float>() == 0);
    CHECK_FALSE(objective.targets.any().item<bool>());
    CHECK(gradientOf(objective.total, now.student).abs().max().item<double>() < 1e-7);
  }
}

TEST_CASE("KL(target‖student) and cross-entropy with the target's soft labels have one gradient") {
  const ObjectiveInput input = fixedInput();
  const at::Tensor& teacher = input.teachers.front();
  const at::Tensor leaf = input.student.clone().set_requires_grad(true);
  const at::Tensor library = at::cross_entropy_loss(leaf, at::softmax(teacher, 1));
  CHECK(error(gradientOf(klDivergence(teacher, leaf, {1}), leaf), gradientOf(library, leaf)) < 1e-7);
  for (const double temperature : {0.1, 1.0, 4.0, 10.0}) {
    for (const int k : {0, 2, 3}) {
      const at::Tensor ofKl = gradientOf(klDivergence(teacher, leaf, {temperature, k}), leaf);
      CHECK(error(gradientOf(softCrossEntropy(teacher, leaf, {temperature, k}), leaf), ofKl) < 1e-6);
    }
  }
}

TEST_CASE("no gradient reaches a target") {
  for (const Method method : {Method::Kl, Method::XeKl, Method::XeKlMcl, Method::KlDp, Method::KlDpUnsup, Method::Ce}) {
    ObjectiveInput input = fixedInput();
    for (at::Tensor* each : {&input.student, &input.teachers.front(), &input.frozen}) each->set_requires_grad(true);
    transferObjective(optionsOf(method), input).total.backward();
    CHECK(input.student.grad().defined());
    CHECK_FALSE(input.teachers.front().grad().defined());
    CHECK_FALSE(input.frozen.grad().defined());
  }
}

TEST_CASE("half-precision logits are compared in fp32, within autocast too") {
  const ObjectiveInput input = fixedInput();
  for (const at::ScalarType type : {at::kHalf, at::kBFloat16}) {
    const at::Tensor student = input.student.to(type), teacher = input.teachers.front().to(type);
    const at::Tensor value = klDivergence(teacher, student, {4});
    CHECK((value.scalar_type() == at::kFloat));
    CHECK(value.item<float>() == klDivergence(teacher.to(at::kFloat), student.to(at::kFloat), {4}).item<float>());
    for (const Method method : {Method::XeKl, Method::KlDp, Method::Ce}) {
      TransferOptions options = optionsOf(method);
      options.lambda = 0.5;
      ObjectiveInput lower = input;
      lower.student = student;
      lower.teachers = {teacher};
      lower.frozen = input.frozen.to(type);
      const Objective objective = transferObjective(options, lower);
      CHECK((objective.total.scalar_type() == at::kFloat));
      CHECK((objective.crossEntropy.scalar_type() == at::kFloat));
      at::autocast::set_autocast_enabled(at::kCPU, true);
      const Objective within = transferObjective(options, lower);
      at::autocast::set_autocast_enabled(at::kCPU, false);
      CHECK(at::equal(within.total, objective.total));
    }
  }
}

TEST_CASE("methods that need no labels never read them") {
  ObjectiveInput input = fixedInput();
  for (const Method method : {Method::Kl, Method::KlDpUnsup, Method::Ce}) {
    CHECK_FALSE(usesLabels(optionsOf(method)));
    ObjectiveInput without = input;
    without.labels = at::Tensor();
    CHECK(at::equal(transferObjective(optionsOf(method), without).total,
                    transferObjective(optionsOf(method), input).total));
  }
}
