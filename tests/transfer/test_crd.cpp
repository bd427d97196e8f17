// SPDX-License-Identifier: Apache-2.0
#include <ATen/autocast_mode.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "options/option_table.h"
#include "transfer/crd.h"
#include "transfer/fixtures.h"
#include "transfer/objectives.h"

using namespace gf;
using namespace gf::test;

namespace {

at::Tensor rowsOf(const nlohmann::json& rows) {
  const auto values = rows.get<std::vector<std::vector<double>>>();
  const auto width = static_cast<std::int64_t>(values.front().size());
  const at::Tensor result = at::empty({static_cast<std::int64_t>(values.size()), width}, at::kDouble);
  for (std::size_t i = 0; i < values.size(); ++i)
    result[static_cast<std::int64_t>(i)].copy_(torch::tensor(values[i], at::kDouble));
  return result;
}

double error(const at::Tensor& value, const at::Tensor& expected) {
  return ((value.detach() - expected) / expected.abs().clamp_min(1)).abs().max().item<double>();
}

at::Tensor named(const CrdMemory& memory, const std::string& name) {
  for (const auto& [each, tensor] : memory.tensors()) {
    if (each == name) return tensor;
  }
  FAIL("no tensor ", name);
  return {};
}

std::map<std::string, at::Tensor> copyOf(const CrdMemory& memory) {
  std::map<std::string, at::Tensor> state;
  for (const auto& [name, tensor] : memory.tensors()) state[name] = tensor.clone();
  return state;
}

/// Classes of 6, 10 and 14 samples, mixed.
std::vector<std::int32_t> mixedLabels() {
  std::vector<std::int32_t> labels;
  for (int i = 0; i < 30; ++i) labels.push_back(i % 5 == 0 ? 0 : i % 5 < 3 && i < 25 ? 1 : 2);
  return labels;
}

TransferOptions crdOptions(int negatives = 16384, std::uint64_t seed = 3) {
  TransferOptions options;
  options.method = Method::Crd;
  options.crdNegatives = negatives;
  options.seed = seed;
  return options;
}

CrdMemory memoryOf(const TransferOptions& options) {
  return CrdMemory(options, mixedLabels(), 5, 7, c10::kCPU);
}

at::Tensor drawn(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  return at::empty({rows, columns}).normal_(0, 1, generator);
}

std::vector<std::int64_t> sorted(const at::Tensor& row) {
  std::vector<std::int64_t> values(row.const_data_ptr<std::int64_t>(),
                                   row.const_data_ptr<std::int64_t>() + row.numel());
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace

TEST_CASE("CRD has PyTorch's values, gradients and banks over two batches") {
  const auto file = golden("crd.json");
  TransferOptions options;
  applyJson(options, file["options"], "golden");
  const auto labels = file["labels"].get<std::vector<std::int32_t>>();
  CrdMemory memory(options, labels, file["widths"][0], file["widths"][1], c10::kCPU);
  const std::array sides{"student", "teacher"};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string side = sides[i];
    const at::Tensor weight = named(memory, side + "_head.weight"), bias = named(memory, side + "_head.bias");
    weight.copy_(tensorOf(file["heads"][i][0], weight.sizes()));
    bias.copy_(tensorOf(file["heads"][i][1], bias.sizes()));
    const at::Tensor bank = named(memory, side + "_bank");
    bank.copy_(tensorOf(file["banks"][i], bank.sizes()));
  }
  CHECK(file["cases"].size() == 2);
  for (const auto& each : file["cases"]) {
    const at::Tensor positions = torch::tensor(each["positions"].get<std::vector<std::int64_t>>());
    const at::Tensor negatives = rowsOf(each["negatives"]).to(at::kLong);
    const at::Tensor student = rowsOf(each["student"]).to(at::kFloat).set_requires_grad(true);
    const at::Tensor value = memory.lossAgainst(student, rowsOf(each["teacher"]), positions, negatives);
    CHECK(value.item<double>() == doctest::Approx(each["value"].get<double>()).epsilon(1e-6));

    ObjectiveInput input;
    input.student = rowsOf(each["logits"]);
    input.contrastive = value;
    std::vector<std::int64_t> own;
    for (const auto position : each["positions"].get<std::vector<std::size_t>>()) own.push_back(labels[position]);
    input.labels = torch::tensor(own);
    const Objective objective = transferObjective(options, input);
    CHECK(objective.total.item<double>() == doctest::Approx(each["total"].get<double>()).epsilon(1e-6));
    CHECK(at::equal(objective.distillation, value));

    std::vector<at::Tensor> leaves{student};
    for (const at::Tensor& parameter : memory.parameters()) leaves.push_back(parameter);
    const auto gradients = torch::autograd::grad({value}, leaves);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      CAPTURE(i);
      CHECK(error(gradients[i], tensorOf(each["gradients"][i], leaves[i].sizes())) < 1e-6);
    }
    memory.remember();
    for (std::size_t i = 0; i < 2; ++i) {
      const at::Tensor bank = named(memory, sides[i] + std::string("_bank")).index_select(0, positions);
      CHECK(error(bank, tensorOf(each["banks"][i], bank.sizes())) < 1e-6);
    }
  }
}

TEST_CASE("negatives are of other classes, without repetition, and a pure function of seed, draw and position") {
  const auto labels = mixedLabels();
  const CrdMemory memory = memoryOf(crdOptions(9));
  CHECK(memory.negatives() == 9);
  const std::vector<std::uint32_t> positions{0, 1, 3, 29, 17};
  const at::Tensor first = memory.drawNegatives(positions, 4);
  CHECK((first.sizes() == at::IntArrayRef{5, 9}));
  for (std::int64_t row = 0; row < 5; ++row) {
    const auto values = sorted(first[row]);
    CHECK(std::set<std::int64_t>(values.begin(), values.end()).size() == 9);
    for (const std::int64_t value : values) {
      CHECK(value >= 0);
      CHECK(value < 30);
      CHECK(labels[static_cast<std::size_t>(value)] != labels[positions[static_cast<std::size_t>(row)]]);
    }
  }
  CHECK(at::equal(first, memory.drawNegatives(positions, 4)));
  CHECK(at::equal(first, memoryOf(crdOptions(9)).drawNegatives(positions, 4)));
  const std::vector<std::uint32_t> part{29, 0};
  CHECK(at::equal(memory.drawNegatives(part, 4), first.index_select(0, torch::tensor({3, 0}))));
  CHECK_FALSE(at::equal(first, memory.drawNegatives(positions, 5)));
  CHECK_FALSE(at::equal(first, memoryOf(crdOptions(9, 4)).drawNegatives(positions, 4)));
}

TEST_CASE("there are at most as many negatives as every class leaves") {
  CHECK(memoryOf(crdOptions()).negatives() == 16);  // the largest class has 14 of 30
  const CrdMemory all(crdOptions(), {0, 1, 0, 1}, 2, 2, c10::kCPU);
  CHECK(all.negatives() == 2);
  const std::vector<std::uint32_t> positions{0, 3};
  CHECK(sorted(all.drawNegatives(positions, 0)[0]) == std::vector<std::int64_t>{1, 3});
  CHECK(sorted(all.drawNegatives(positions, 0)[1]) == std::vector<std::int64_t>{0, 2});
  for (const std::vector<std::int32_t>& labels : {std::vector<std::int32_t>{2, 2, 2}, std::vector<std::int32_t>{}}) {
    try {
      CrdMemory(crdOptions(), labels, 2, 2, c10::kCPU);
      FAIL_CHECK("was accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::Input);
    }
  }
}

TEST_CASE("every image of another class is drawn equally often, and so is every pair") {
  const CrdMemory memory = memoryOf(crdOptions(5));
  const std::vector<std::uint32_t> position{5};  // of the class of 6, so 24 others
  constexpr int kDraws = 20000, kOthers = 24, kTaken = 5;
  std::map<std::int64_t, int> counts;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    for (const std::int64_t each : sorted(memory.drawNegatives(position, draw))) ++counts[each];
  }
  REQUIRE(counts.size() == kOthers);
  double statistic = 0;
  const double expected = static_cast<double>(kDraws) * kTaken / kOthers;
  for (const auto& [other, count] : counts) statistic += std::pow(count - expected, 2) / expected;
  // Without repetition the counts vary less; so scaled it is chi-square with 23 degrees of freedom: 57.1 at 0.0001.
  CHECK(statistic * (kOthers - 1) / (kOthers - kTaken) < 57.1);

  const CrdMemory pairs(crdOptions(2), {0, 1, 1, 0, 1, 1, 0, 1}, 2, 2, c10::kCPU);  // five others
  std::map<std::vector<std::int64_t>, int> seen;
  const std::vector<std::uint32_t> first{0};
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) ++seen[sorted(pairs.drawNegatives(first, draw))];
  REQUIRE(seen.size() == 10);
  statistic = 0;
  for (const auto& [pair, count] : seen) statistic += std::pow(count - kDraws / 10.0, 2) / (kDraws / 10.0);
  CHECK(statistic < 33.7);  // 9 degrees of freedom at 0.0001
}

TEST_CASE("heads and banks begin as published, from the seed alone") {
  const at::Tensor before = at::globalContext().defaultGenerator(c10::kCPU).get_state();
  const CrdMemory memory = memoryOf(crdOptions());
  CHECK(at::equal(before, at::globalContext().defaultGenerator(c10::kCPU).get_state()));
  const auto state = copyOf(memory);
  CHECK(bitEqual(state, copyOf(memoryOf(crdOptions()))));
  const auto other = copyOf(memoryOf(crdOptions(16384, 4)));
  for (const auto& [name, bound] :
       {std::pair{"student_head.weight", std::sqrt(1.0 / 5)}, std::pair{"student_head.bias", std::sqrt(1.0 / 5)},
        std::pair{"teacher_head.weight", std::sqrt(1.0 / 7)}, std::pair{"teacher_head.bias", std::sqrt(1.0 / 7)},
        std::pair{"student_bank", std::sqrt(3.0 / 128)}, std::pair{"teacher_bank", std::sqrt(3.0 / 128)}}) {
    CAPTURE(name);
    const double largest = state.at(name).abs().max().item<double>();
    CHECK(largest <= bound);
    CHECK(largest > 0.9 * bound);
    CHECK(std::abs(state.at(name).mean().item<double>()) < 0.15 * bound);
    CHECK_FALSE(at::equal(state.at(name), other.at(name)));
  }
  CHECK(memory.parameters().size() == 4);
  for (const at::Tensor& parameter : memory.parameters()) {
    CHECK(parameter.is_leaf());
    CHECK(parameter.requires_grad());
  }
}

TEST_CASE("a batch in two passes is one batch") {
  CrdMemory whole = memoryOf(crdOptions(6)), halves = memoryOf(crdOptions(6));
  const std::vector<std::uint32_t> start{2, 9}, positions{0, 7, 12, 28};
  const std::span<const std::uint32_t> all(positions);
  for (CrdMemory* each : {&whole, &halves}) {
    each->loss(drawn(2, 5, 1), drawn(2, 7, 2), start, 0);
    each->remember();
  }
  const at::Tensor student = drawn(4, 5, 3), teacher = drawn(4, 7, 4);
  const at::Tensor once = whole.loss(student, teacher, all, 1);
  const at::Tensor first = halves.loss(student.narrow(0, 0, 2), teacher.narrow(0, 0, 2), all.first(2), 1);
  const at::Tensor second = halves.loss(student.narrow(0, 2, 2), teacher.narrow(0, 2, 2), all.last(2), 1);
  CHECK(once.item<double>() == doctest::Approx((first + second).item<double>() / 2).epsilon(1e-6));
  const auto before = copyOf(halves);
  whole.remember();
  halves.remember();
  for (const char* bank : {"student_bank", "teacher_bank"}) {
    CHECK(error(named(halves, bank), named(whole, bank)) < 1e-6);
    for (std::int64_t row = 0; row < 30; ++row) {
      const bool moved = std::find(positions.begin(), positions.end(), row) != positions.end();
      CHECK(at::equal(named(halves, bank)[row], before.at(bank)[row]) == !moved);
      if (moved) CHECK(named(halves, bank)[row].norm().item<double>() == doctest::Approx(1).epsilon(1e-6));
    }
  }
  for (const char* normaliser : {"student_normaliser", "teacher_normaliser"}) {
    CHECK(at::equal(named(halves, normaliser), before.at(normaliser)));
  }
}

TEST_CASE("what is forgotten leaves no trace") {
  CrdMemory memory = memoryOf(crdOptions(6));
  const auto fresh = copyOf(memory);
  const std::vector<std::uint32_t> one{2, 9}, other{0, 7, 12};
  memory.loss(drawn(2, 5, 1), drawn(2, 7, 2), one, 0);
  CHECK_FALSE(bitEqual(fresh, copyOf(memory)));  // the first batch has set the normalisers
  memory.forget();
  CHECK(bitEqual(fresh, copyOf(memory)));
  memory.remember();
  CHECK(bitEqual(fresh, copyOf(memory)));

  CrdMemory straight = memoryOf(crdOptions(6));
  for (CrdMemory* each : {&memory, &straight}) {
    each->loss(drawn(3, 5, 3), drawn(3, 7, 4), other, 1);
    each->remember();
  }
  memory.loss(drawn(2, 5, 5), drawn(2, 7, 6), one, 2);
  memory.forget();
  memory.remember();
  CHECK(bitEqual(copyOf(straight), copyOf(memory)));
}

TEST_CASE("copying the tensors copies the memory") {
  CrdMemory memory = memoryOf(crdOptions(6)), other = memoryOf(crdOptions(6));
  const std::vector<std::uint32_t> one{2, 9}, next{0, 2, 12};
  memory.loss(drawn(2, 5, 1), drawn(2, 7, 2), one, 0);
  {
    const at::NoGradGuard noGradients;
    for (at::Tensor parameter : memory.parameters()) parameter.mul_(1.5);
  }
  memory.remember();
  for (const auto& [name, tensor] : memory.tensors()) named(other, name).copy_(tensor);
  CHECK(bitEqual(copyOf(memory), copyOf(other)));
  for (const at::Tensor& parameter : other.parameters()) CHECK(parameter.requires_grad());
  CHECK(at::equal(memory.loss(drawn(3, 5, 3), drawn(3, 7, 4), next, 1),
                  other.loss(drawn(3, 5, 3), drawn(3, 7, 4), next, 1)));
}

TEST_CASE("the teacher's features get no gradient, half precision is computed in fp32, a low temperature is finite") {
  const std::vector<std::uint32_t> positions{2, 9, 11};
  const at::Tensor student = drawn(3, 5, 1).set_requires_grad(true), teacher = drawn(3, 7, 2).set_requires_grad(true);
  CrdMemory memory = memoryOf(crdOptions(6));
  memory.loss(student, teacher, positions, 0).backward();
  CHECK(student.grad().defined());
  CHECK_FALSE(teacher.grad().defined());
  for (const at::Tensor& parameter : memory.parameters()) CHECK(parameter.grad().abs().max().item<double>() > 0);

  const at::Tensor low = student.detach().to(at::kBFloat16), lowTeacher = teacher.detach().to(at::kHalf);
  CrdMemory one = memoryOf(crdOptions(6)), two = memoryOf(crdOptions(6));
  at::autocast::set_autocast_enabled(at::kCPU, true);
  const at::Tensor value = one.loss(low, lowTeacher, positions, 0);
  at::autocast::set_autocast_enabled(at::kCPU, false);
  CHECK((value.scalar_type() == at::kFloat));
  CHECK(at::equal(value, two.loss(low.to(at::kFloat), lowTeacher.to(at::kFloat), positions, 0)));

  TransferOptions cold = crdOptions(6);
  cold.crdTemperature = 0.004;  // exp(1/0.004) is far beyond fp32
  CHECK(std::isfinite(memoryOf(cold).loss(student, teacher, positions, 0).item<double>()));
}
