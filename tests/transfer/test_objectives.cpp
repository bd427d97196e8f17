// SPDX-License-Identifier: Apache-2.0
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

struct Logits {
  at::Tensor student, teacher, frozen, labels;
};

Logits fixedLogits(const nlohmann::json& file) {
  const auto labels = file["labels"].get<std::vector<std::int64_t>>();
  return {tensorOf(file["student"], {8, 5}), tensorOf(file["teacher"], {8, 5}), tensorOf(file["frozen"], {8, 5}),
          torch::tensor(labels)};
}

at::Tensor gradientOf(const at::Tensor& value, const at::Tensor& leaf) {
  return torch::autograd::grad({value}, {leaf}).front();
}

}  // namespace

TEST_CASE("every objective has PyTorch's value and gradient") {
  const auto file = golden("objectives.json");
  const Logits logits = fixedLogits(file);
  CHECK(file["cases"].size() == 56);
  for (const auto& each : file["cases"]) {
    CAPTURE(each["options"].dump());
    TransferOptions options;
    applyJson(options, each["options"], "golden");
    const at::Tensor leaf = logits.student.clone().set_requires_grad(true);
    const Objective objective = transferObjective(options, leaf, logits.teacher, logits.frozen, logits.labels);
    CHECK(error(objective.total, tensorOf(nlohmann::json::array({each["value"]}), {})) < 1e-6);
    CHECK(error(gradientOf(objective.total, leaf), tensorOf(each["gradient"], {8, 5})) < 1e-6);
    CHECK(objective.crossEntropy.defined() == (lambdaOf(options) < 1));
    CHECK(objective.mask.defined() == usesPartition(options.method));
  }
}

TEST_CASE("masks follow the surer model, and a tie stays with the student") {
  const auto file = golden("objectives.json");
  const Logits logits = fixedLogits(file);
  for (const auto& [id, rule] :
       {std::pair{"kl-dp", PartitionRule::Supervised}, std::pair{"kl-dp-unsup", PartitionRule::Unsupervised}}) {
    const at::Tensor labels = rule == PartitionRule::Supervised ? logits.labels : at::Tensor();
    const at::Tensor mask = teacherMask(logits.teacher, logits.frozen, labels, rule);
    const auto expected = file["masks"][id].get<std::vector<bool>>();
    for (std::int64_t i = 0; i < 8; ++i) CHECK(mask[i].item<bool>() == expected[static_cast<std::size_t>(i)]);
    CHECK_FALSE(mask[0].item<bool>());  // equally sure, other answers
    CHECK_FALSE(mask[1].item<bool>());  // one and the same answer
    CHECK(mask.any().item<bool>());
    CHECK_FALSE(mask.all().item<bool>());
  }
}

TEST_CASE("by hand: two classes, one sample") {
  // p = (3/4, 1/4) against q = (1/2, 1/2): KL(p‖q) = ln 2 − H(p) = 0.130812, KL(q‖p) = 0.143841.
  const at::Tensor p = torch::tensor({{std::log(3.0), 0.0}}, at::kFloat), q = torch::zeros({1, 2});
  CHECK(klDivergence(p, q, 1).item<double>() == doctest::Approx(0.1308120359).epsilon(1e-6));
  CHECK(klDivergence(p, q, 1, Direction::StudentTarget).item<double>() == doctest::Approx(0.1438410362).epsilon(1e-6));
  // Logits twice as far apart at T = 2 give the same distributions, so only T² = 4 remains; a doubled batch changes
  // nothing.
  CHECK(klDivergence(2 * p, q, 2).item<double>() == doctest::Approx(4 * 0.1308120359).epsilon(1e-6));
  CHECK(klDivergence(p.repeat({2, 1}), q.repeat({2, 1}), 1).item<double>() ==
        doctest::Approx(0.1308120359).epsilon(1e-6));
}

TEST_CASE("a teacher that is the student asks for nothing under the partition") {
  const Logits logits = fixedLogits(golden("objectives.json"));
  for (const Method method : {Method::KlDp, Method::KlDpUnsup}) {
    TransferOptions options;
    options.method = method;
    const at::Tensor leaf = logits.student.clone().set_requires_grad(true);
    const Objective objective = transferObjective(options, leaf, logits.student, logits.student, logits.labels);
    CHECK(objective.total.item<float>() == 0);
    CHECK_FALSE(objective.mask.any().item<bool>());
    CHECK(gradientOf(objective.total, leaf).abs().max().item<double>() < 1e-7);
  }
}

TEST_CASE("KL(target‖student) and cross-entropy with the target's soft labels have one gradient") {
  const Logits logits = fixedLogits(golden("objectives.json"));
  const at::Tensor leaf = logits.student.clone().set_requires_grad(true);
  const at::Tensor soft = at::softmax(logits.teacher, 1);
  const at::Tensor ofKl = gradientOf(klDivergence(logits.teacher, leaf, 1), leaf);
  const at::Tensor ofCrossEntropy = gradientOf(at::cross_entropy_loss(leaf, soft), leaf);
  CHECK(error(ofKl, ofCrossEntropy) < 1e-7);
}

TEST_CASE("no gradient reaches a target") {
  const Logits logits = fixedLogits(golden("objectives.json"));
  for (const Method method : {Method::Kl, Method::XeKl, Method::KlDp, Method::KlDpUnsup}) {
    TransferOptions options;
    options.method = method;
    const at::Tensor student = logits.student.clone().set_requires_grad(true);
    const at::Tensor teacher = logits.teacher.clone().set_requires_grad(true);
    const at::Tensor frozen = logits.frozen.clone().set_requires_grad(true);
    transferObjective(options, student, teacher, frozen, logits.labels).total.backward();
    CHECK(student.grad().defined());
    CHECK_FALSE(teacher.grad().defined());
    CHECK_FALSE(frozen.grad().defined());
  }
}

TEST_CASE("half-precision logits are compared in fp32") {
  const Logits logits = fixedLogits(golden("objectives.json"));
  const at::Tensor student = logits.student.to(at::kBFloat16), teacher = logits.teacher.to(at::kBFloat16);
  const at::Tensor value = klDivergence(teacher, student, 4);
  CHECK((value.scalar_type() == at::kFloat));
  CHECK(value.item<float>() == klDivergence(teacher.to(at::kFloat), student.to(at::kFloat), 4).item<float>());
}

TEST_CASE("without labels the unsupervised partition and KL-Dist still work") {
  const Logits logits = fixedLogits(golden("objectives.json"));
  for (const Method method : {Method::Kl, Method::KlDpUnsup}) {
    TransferOptions options;
    options.method = method;
    const auto without = transferObjective(options, logits.student, logits.teacher, logits.frozen, {});
    const auto with = transferObjective(options, logits.student, logits.teacher, logits.frozen, logits.labels);
    CHECK(without.total.item<float>() == with.total.item<float>());
  }
}
