// SPDX-License-Identifier: Apache-2.0
// CD: similarities of features within a batch.
#include <ATen/autocast_mode.h>
#include <doctest/doctest.h>

#include "options/option_table.h"
#include "transfer/fixtures.h"
#include "transfer/objectives.h"

using namespace gf;
using namespace gf::test;

namespace {

at::Tensor matrixOf(const nlohmann::json& rows) {
  const auto values = rows.get<std::vector<std::vector<double>>>();
  nlohmann::json flat = nlohmann::json::array();
  for (const auto& row : values) {
    for (const double value : row) flat.push_back(value);
  }
  return tensorOf(flat, {static_cast<std::int64_t>(values.size()), static_cast<std::int64_t>(values.front().size())});
}

double error(const at::Tensor& value, const at::Tensor& expected) {
  return ((value.detach() - expected) / expected.abs().clamp_min(1)).abs().max().item<double>();
}

at::Tensor drawn(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  return at::empty({rows, columns}).normal_(0, 1, generator);
}

}  // namespace

TEST_CASE("CD has PyTorch's values and gradients, alone and beside cross-entropy") {
  const auto file = golden("features.json");
  CHECK(file["cases"].size() == 5);
  for (const auto& each : file["cases"]) {
    const at::Tensor teacher = matrixOf(each["teacher"]);
    const at::Tensor student = matrixOf(each["student"]).set_requires_grad(true);
    CAPTURE(student.size(0));
    const at::Tensor value = similarityDivergence(teacher, student);
    CHECK(value.item<double>() == doctest::Approx(each["value"].get<double>()).epsilon(1e-6));
    const at::Tensor gradient = torch::autograd::grad({value}, {student}).front();
    CHECK(error(gradient, tensorOf(each["gradient"], student.sizes())) < 1e-6);

    TransferOptions options;
    applyJson(options, each["options"], "golden");
    ObjectiveInput input;
    input.student = matrixOf(each["logits"]).set_requires_grad(true);
    input.labels = torch::tensor(each["labels"].get<std::vector<std::int64_t>>());
    input.studentFeatures = student;
    input.teacherFeatures = teacher;
    const Objective objective = transferObjective(options, input);
    CHECK(objective.total.item<double>() == doctest::Approx(each["total"].get<double>()).epsilon(1e-6));
    CHECK(error(objective.distillation, value) < 1e-7);
    CHECK(objective.crossEntropy.defined());
    CHECK_FALSE(objective.targets.defined());
    const auto both = torch::autograd::grad({objective.total}, {student, input.student});
    CHECK(error(both[0], tensorOf(each["total_gradient"], student.sizes())) < 1e-6);
    CHECK(error(both[1], tensorOf(each["logits_gradient"], input.student.sizes())) < 1e-6);
  }
}

TEST_CASE("by hand: two images that the teacher tells apart and the student does not") {
  // Teacher's rows are softmax(1, 0) = (e, 1)/(e + 1); the student's are (½, ½). Each row's divergence is
  // ln 2 − H(e/(e + 1)) = 0.110944.
  const at::Tensor teacher = torch::tensor({{2.0, 0.0}, {0.0, 3.0}}, at::kFloat);
  const at::Tensor student = torch::tensor({{1.0, 1.0, 1.0}, {2.0, 2.0, 2.0}}, at::kFloat);
  CHECK(similarityDivergence(teacher, student).item<double>() == doctest::Approx(0.1109440).epsilon(1e-5));
}

TEST_CASE("CD sees directions only: neither length nor rotation of the features matters") {
  const at::Tensor teacher = drawn(12, 7, 1), student = drawn(12, 5, 2);
  const double value = similarityDivergence(teacher, student).item<double>();
  CHECK(value > 0.001);
  const at::Tensor lengths = drawn(12, 1, 3).exp();
  const at::Tensor rotation = std::get<0>(at::linalg_qr(drawn(5, 5, 4))),
                   other = std::get<0>(at::linalg_qr(drawn(7, 7, 5)));
  CHECK(similarityDivergence(teacher, student * lengths).item<double>() == doctest::Approx(value).epsilon(1e-5));
  CHECK(similarityDivergence(teacher * lengths, student * 100).item<double>() == doctest::Approx(value).epsilon(1e-5));
  CHECK(similarityDivergence(at::mm(teacher, other), at::mm(student, rotation)).item<double>() ==
        doctest::Approx(value).epsilon(1e-5));
  CHECK(std::abs(similarityDivergence(teacher, at::mm(teacher, other) * lengths).item<double>()) < 1e-6);
}

TEST_CASE("features of zeros are like nothing and ask for nothing") {
  at::Tensor student = drawn(4, 6, 6);
  student[2].zero_();
  student.set_requires_grad(true);
  const at::Tensor value = similarityDivergence(drawn(4, 3, 7), student);
  CHECK(std::isfinite(value.item<double>()));
  const at::Tensor gradient = torch::autograd::grad({value}, {student}).front();
  CHECK(gradient[2].abs().max().item<double>() == 0);
  CHECK(at::isfinite(gradient).all().item<bool>());
  CHECK(gradient.abs().max().item<double>() < 10);
}

TEST_CASE("the teacher's features carry no gradient, and half precision is compared in fp32") {
  const at::Tensor teacher = drawn(6, 4, 8).set_requires_grad(true), student = drawn(6, 5, 9).set_requires_grad(true);
  similarityDivergence(teacher, student).backward();
  CHECK(student.grad().defined());
  CHECK_FALSE(teacher.grad().defined());
  for (const at::ScalarType type : {at::kHalf, at::kBFloat16}) {
    const at::Tensor lowT = teacher.detach().to(type), lowS = student.detach().to(type);
    const at::Tensor value = similarityDivergence(lowT, lowS);
    CHECK((value.scalar_type() == at::kFloat));
    CHECK(at::equal(value, similarityDivergence(lowT.to(at::kFloat), lowS.to(at::kFloat))));
    at::autocast::set_autocast_enabled(at::kCPU, true);
    const at::Tensor within = similarityDivergence(lowT, lowS);
    at::autocast::set_autocast_enabled(at::kCPU, false);
    CHECK(at::equal(within, value));
  }
}
