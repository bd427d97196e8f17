// SPDX-License-Identifier: Apache-2.0
#include "transfer/objectives.h"

namespace gf {
namespace {

at::Tensor softened(const at::Tensor& logits, double temperature) {
  const at::Tensor precise = logits.to(at::kFloat);
  return at::log_softmax(temperature == 1.0 ? precise : precise / temperature, 1);
}

/// Per sample the probability (T = 1) that counts as a model's confidence, [B].
at::Tensor confidence(const at::Tensor& logits, const at::Tensor& labels, PartitionRule rule) {
  const at::Tensor probabilities = at::softmax(logits.detach().to(at::kFloat), 1);
  if (rule == PartitionRule::Unsupervised) return probabilities.amax(1);
  return probabilities.gather(1, labels.unsqueeze(1)).squeeze(1);
}

PartitionRule ruleOf(Method method) {
  return method == Method::KlDpUnsup ? PartitionRule::Unsupervised : PartitionRule::Supervised;
}

}  // namespace

at::Tensor klDivergence(const at::Tensor& targetLogits, const at::Tensor& studentLogits, double temperature,
                        Direction direction) {
  const at::Tensor target = softened(targetLogits.detach(), temperature);
  const at::Tensor student = softened(studentLogits, temperature);
  const bool forward = direction == Direction::TargetStudent;
  const at::Tensor& from = forward ? target : student;
  const at::Tensor& to = forward ? student : target;
  const double scale = temperature * temperature / static_cast<double>(studentLogits.size(0));
  return (from.exp() * (from - to)).sum() * scale;
}

at::Tensor teacherMask(const at::Tensor& teacherLogits, const at::Tensor& frozenLogits, const at::Tensor& labels,
                       PartitionRule rule) {
  return confidence(teacherLogits, labels, rule).gt(confidence(frozenLogits, labels, rule));
}

Objective transferObjective(const TransferOptions& options, const at::Tensor& studentLogits,
                            const at::Tensor& teacherLogits, const at::Tensor& frozenLogits, const at::Tensor& labels) {
  Objective objective;
  at::Tensor target = teacherLogits.detach();
  if (usesPartition(options.method)) {
    // Choosing each sample's target and dividing once by the batch size is Eq. 5: its two sums share one denominator.
    objective.mask = teacherMask(teacherLogits, frozenLogits, labels, ruleOf(options.method));
    target = at::where(objective.mask.unsqueeze(1), target, frozenLogits.detach());
  }
  objective.distillation = klDivergence(target, studentLogits, options.temperature, options.direction);
  const double weight = lambdaOf(options);
  if (weight >= 1) {
    objective.total = objective.distillation;
    return objective;
  }
  objective.crossEntropy = at::cross_entropy_loss(studentLogits.to(at::kFloat), labels);
  objective.total = weight * objective.distillation + (1 - weight) * objective.crossEntropy;
  return objective;
}

}  // namespace gf
