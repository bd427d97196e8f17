// SPDX-License-Identifier: Apache-2.0
#include "transfer/live_routing.h"

namespace gf {
namespace {

constexpr int kCodes = 8;

/// The counts of one routing in the order of its tensor.
std::array<std::int64_t*, 10> countsOf(Routing& routing) {
  std::array<std::int64_t*, 10> all{};
  std::size_t i = 0;
  for (OutcomeCounts* counts : {&routing.total, &routing.toTeacher}) {
    for (std::int64_t* count :
         {&counts->samples, &counts->bothRight, &counts->onlyTeacher, &counts->onlyStudent, &counts->bothWrong}) {
      all[i++] = count;
    }
  }
  return all;
}

Routing routingFrom(const std::int64_t* codes) {
  const auto counted = [](std::int64_t neither, std::int64_t student, std::int64_t teacher, std::int64_t both) {
    return OutcomeCounts{neither + student + teacher + both, both, teacher, student, neither};
  };
  return {counted(codes[0] + codes[4], codes[1] + codes[5], codes[2] + codes[6], codes[3] + codes[7]),
          counted(codes[4], codes[5], codes[6], codes[7])};
}

}  // namespace

at::Tensor countRouting(const std::vector<at::Tensor>& teachers, const at::Tensor& frozen, const at::Tensor& student,
                        const at::Tensor& labels, const Objective& objective, Method method) {
  // Few operations for all teachers and both students together: beside a small model's step each of them counts.
  const auto rightOf = [&](const at::Tensor& logits) { return logits.argmax(1).eq(labels); };
  std::vector<at::Tensor> teachersRight;
  for (const at::Tensor& logits : teachers) teachersRight.push_back(rightOf(logits));
  const at::Tensor adapting = partitionAgainst(objective.surest, student, labels, partitionRuleOf(method));
  const at::Tensor& targets = objective.targets;
  const auto numbers = targets.options().dtype(at::kLong);
  const auto count = static_cast<std::int64_t>(teachers.size());
  const at::Tensor toTeacher =
      at::stack({targets, adapting}).unsqueeze(1).eq(at::arange(1, count + 1, numbers).view({1, count, 1}));
  const at::Tensor studentRight = at::stack({rightOf(frozen), rightOf(student)}).unsqueeze(1);
  const at::Tensor codes = toTeacher * 4 + (at::stack(teachersRight) * 2 + studentRight);
  return codes.unsqueeze(-1).eq(at::arange(kCodes, numbers)).sum(2);
}

void readRouting(const at::Tensor& counts, std::vector<Routing>& frozen, std::vector<Routing>& adapting) {
  const at::Tensor table = counts.cpu().contiguous();
  const auto teachers = table.size(1);
  const auto* codes = table.const_data_ptr<std::int64_t>();
  for (std::int64_t k = 0; k < teachers; ++k) {
    frozen.push_back(routingFrom(codes + k * kCodes));
    adapting.push_back(routingFrom(codes + (teachers + k) * kCodes));
  }
}

at::Tensor toTensor(const std::vector<Routing>& routings) {
  std::vector<std::int64_t> numbers;
  for (Routing routing : routings) {
    for (const std::int64_t* count : countsOf(routing)) numbers.push_back(*count);
  }
  return at::tensor(numbers, at::kLong).reshape({static_cast<std::int64_t>(routings.size()), 10});
}

std::vector<Routing> routingsFrom(const at::Tensor& table) {
  std::vector<Routing> routings(static_cast<std::size_t>(table.size(0)));
  const at::Tensor whole = table.contiguous();
  const auto* number = whole.const_data_ptr<std::int64_t>();
  for (Routing& routing : routings) {
    for (std::int64_t* count : countsOf(routing)) *count = *number++;
  }
  return routings;
}

}  // namespace gf
