// SPDX-License-Identifier: Apache-2.0
#include "transfer/objectives.h"

#include <limits>

#include "transfer/precise.h"

namespace gf {
namespace {

/// Log-probabilities of two sets of logits at one temperature, [B, classes that count].
struct Pair {
  at::Tensor target, student;
  double scale;  ///< T² / B.
};

Pair soften(const at::Tensor& targetLogits, const at::Tensor& studentLogits, const Softening& softening) {
  at::Tensor target = precise(targetLogits.detach()), student = precise(studentLogits);
  if (softening.topK > 0 && softening.topK < target.size(1)) {
    // A stable sort, so that equal logits go to the lower class on every device.
    const at::Tensor order = std::get<1>(at::sort(target, /*stable=*/true, 1, /*descending=*/true));
    const at::Tensor highest = order.narrow(1, 0, softening.topK);
    target = target.gather(1, highest);
    student = student.gather(1, highest);
  }
  const double temperature = softening.temperature;
  if (temperature != 1.0) {
    target = target / temperature;
    student = student / temperature;
  }
  return {at::log_softmax(target, 1), at::log_softmax(student, 1),
          temperature * temperature / static_cast<double>(studentLogits.size(0))};
}

/// Per sample the probability (T = 1) that counts as a model's confidence, [B].
at::Tensor confidence(const at::Tensor& logits, const at::Tensor& labels, PartitionRule rule) {
  const at::Tensor probabilities = at::softmax(precise(logits.detach()), 1);
  if (rule == PartitionRule::Unsupervised) return probabilities.amax(1);
  return probabilities.gather(1, labels.unsqueeze(1)).squeeze(1);
}

/// KL(from‖to) of log-probabilities [B, C], summed over everything.
at::Tensor summedDivergence(const at::Tensor& from, const at::Tensor& to) {
  return (from.exp() * (from - to)).sum();
}

/// The logits that each sample follows. Choosing them and dividing once by the batch size is Eq. 5: its sums share one
/// denominator.
at::Tensor followed(const ObjectiveInput& input, const at::Tensor& targets) {
  at::Tensor logits = input.frozen.detach();
  for (std::size_t k = 0; k < input.teachers.size(); ++k) {
    const at::Tensor chosen = targets.eq(static_cast<std::int64_t>(k) + 1).unsqueeze(1);
    logits = at::where(chosen, input.teachers[k].detach(), logits);
  }
  return logits;
}

at::Tensor distillationOf(const TransferOptions& options, const ObjectiveInput& input, const at::Tensor& targets) {
  if (options.method == Method::Crd) return input.contrastive;
  if (options.method == Method::Cd) return similarityDivergence(input.teacherFeatures, input.studentFeatures);
  const Softening softening{options.temperature, options.topK};
  const at::Tensor target = targets.defined() ? followed(input, targets) : input.teachers.front();
  if (options.method == Method::Ce) return softCrossEntropy(target, input.student, softening);
  return klDivergence(target, input.student, softening, options.direction);
}

}  // namespace

at::Tensor klDivergence(const at::Tensor& targetLogits, const at::Tensor& studentLogits, const Softening& softening,
                        Direction direction) {
  const Fp32Scope fp32;
  const Pair pair = soften(targetLogits, studentLogits, softening);
  const bool forward = direction == Direction::TargetStudent;
  return summedDivergence(forward ? pair.target : pair.student, forward ? pair.student : pair.target) * pair.scale;
}

at::Tensor softCrossEntropy(const at::Tensor& targetLogits, const at::Tensor& studentLogits,
                            const Softening& softening) {
  const Fp32Scope fp32;
  const Pair pair = soften(targetLogits, studentLogits, softening);
  return -(pair.target.exp() * pair.student).sum() * pair.scale;
}

at::Tensor similarityDivergence(const at::Tensor& teacherFeatures, const at::Tensor& studentFeatures) {
  const Fp32Scope fp32;
  const auto similarities = [](const at::Tensor& features) {
    const at::Tensor rows = unitRows(precise(features));
    return at::log_softmax(at::mm(rows, rows.t()), 1);
  };
  const double batch = static_cast<double>(studentFeatures.size(0));
  return summedDivergence(similarities(teacherFeatures.detach()), similarities(studentFeatures)) * (1 / batch);
}

at::Tensor unitRows(const at::Tensor& rows) {
  const at::Tensor length = at::linalg_vector_norm(rows, 2, {1}, /*keepdim=*/true);
  // Dividing by infinity gives the zero row and its gradient zero, where an epsilon would make the gradient huge.
  return rows / length.masked_fill(length.detach().lt(1e-12), std::numeric_limits<double>::infinity());
}

SurestTeacher surestTeacher(const std::vector<at::Tensor>& teacherLogits, const at::Tensor& labels,
                            PartitionRule rule) {
  const Fp32Scope fp32;
  SurestTeacher surest;
  for (std::size_t k = 0; k < teacherLogits.size(); ++k) {
    const at::Tensor sure = confidence(teacherLogits[k], labels, rule);
    if (k == 0) {
      surest = {at::ones({sure.size(0)}, sure.options().dtype(at::kLong)), sure};
      continue;
    }
    // Only who is strictly surer takes a sample over, so a tie stays with whoever came first.
    const at::Tensor surer = sure.gt(surest.sure);
    surest.teacher = surest.teacher.masked_fill(surer, static_cast<std::int64_t>(k) + 1);
    surest.sure = at::where(surer, sure, surest.sure);
  }
  return surest;
}

at::Tensor partitionAgainst(const SurestTeacher& surest, const at::Tensor& frozenLogits, const at::Tensor& labels,
                            PartitionRule rule) {
  const Fp32Scope fp32;
  const at::Tensor sure = confidence(frozenLogits, labels, rule);
  if (!surest.sure.defined()) return at::zeros({sure.size(0)}, sure.options().dtype(at::kLong));
  return surest.teacher * surest.sure.gt(sure);
}

at::Tensor partitionTargets(const std::vector<at::Tensor>& teacherLogits, const at::Tensor& frozenLogits,
                            const at::Tensor& labels, PartitionRule rule) {
  return partitionAgainst(surestTeacher(teacherLogits, labels, rule), frozenLogits, labels, rule);
}

PartitionRule partitionRuleOf(Method method) {
  return method == Method::KlDpUnsup ? PartitionRule::Unsupervised : PartitionRule::Supervised;
}

Objective transferObjective(const TransferOptions& options, const ObjectiveInput& input) {
  const Fp32Scope fp32;
  Objective objective;
  if (usesPartition(options.method)) {
    const PartitionRule rule = partitionRuleOf(options.method);
    objective.surest = surestTeacher(input.teachers, input.labels, rule);
    objective.targets = partitionAgainst(objective.surest, input.frozen, input.labels, rule);
  }
  // Supervised training: there is nobody to learn from but the labels.
  const bool alone = input.teachers.empty() && !usesFeatures(options.method);
  objective.distillation = alone ? at::zeros({}, precise(input.student.detach()).options())
                                 : distillationOf(options, input, objective.targets);
  const bool contrastive = options.method == Method::Crd;
  const double weight = contrastive ? options.crdWeight : lambdaOf(options);
  const double ofLabels = contrastive ? 1 : 1 - weight;
  if (ofLabels <= 0) {
    objective.total = objective.distillation;
    return objective;
  }
  objective.crossEntropy = at::cross_entropy_loss(precise(input.student), input.labels, /*weight=*/{},
                                                  at::Reduction::Mean, /*ignore_index=*/-100, options.labelSmoothing);
  objective.total = weight * objective.distillation + ofLabels * objective.crossEntropy;
  return objective;
}

}  // namespace gf
