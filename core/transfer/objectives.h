// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "knowledge/routing.h"
#include "options/transfer_options.h"

namespace gf {

/// How a target's and the student's logits are compared.
struct Softening {
  double temperature = 1;
  int topK = 0;  ///< Only the classes that the target ranks highest, both sides renormalised over them (B.1); 0: all.
};

/// KL between softened distributions, summed over classes, averaged over the batch, × T² (Eq. 1 read as
/// KL(target‖student); the other direction on request). Logits [B, C], taken in fp32; the target carries no gradient.
/// Scalar.
at::Tensor klDivergence(const at::Tensor& targetLogits, const at::Tensor& studentLogits, const Softening& softening,
                        Direction direction = Direction::TargetStudent);

/// Cross-entropy of the student with the target's softened distribution as soft labels, averaged over the batch, × T²
/// (CE-Dist, B.1). Its gradient is that of klDivergence(). Scalar.
at::Tensor softCrossEntropy(const at::Tensor& targetLogits, const at::Tensor& studentLogits,
                            const Softening& softening);

/// KL between the row-softmaxes of the B × B matrices of cosine similarities, target the teacher's, summed over each
/// row, / B (Eq. 6). Features [B, D] and [B, D'] in fp32; the teacher's carry no gradient. Scalar.
at::Tensor similarityDivergence(const at::Tensor& teacherFeatures, const at::Tensor& studentFeatures);

/// Rows [B, D] scaled to unit length; a row without direction (all zeros) stays zero and passes no gradient on.
at::Tensor unitRows(const at::Tensor& rows);

/// Who of the teachers is surest of each sample (from 1, int64 [B]) and how sure that one is ([B]); undefined where
/// there are no teachers. Ties go to the lower teacher.
struct SurestTeacher {
  at::Tensor teacher, sure;
};
SurestTeacher surestTeacher(const std::vector<at::Tensor>& teacherLogits, const at::Tensor& labels, PartitionRule rule);

/// Whom each sample follows, int64 [B]: 0 the frozen student, k teacher k − 1. The surest of them (Eq. 4; several
/// teachers §4.3), softmax at T = 1; ties go to the frozen student, then to the lower teacher. Supervised: sure of the
/// label; unsupervised: of its own answer (labels may then be undefined).
at::Tensor partitionTargets(const std::vector<at::Tensor>& teacherLogits, const at::Tensor& frozenLogits,
                            const at::Tensor& labels, PartitionRule rule);
/// The same when the teachers have been asked already.
at::Tensor partitionAgainst(const SurestTeacher& surest, const at::Tensor& frozenLogits, const at::Tensor& labels,
                            PartitionRule rule);
/// The rule of a partition method.
PartitionRule partitionRuleOf(Method method);

/// What an objective is computed from; what a method does not use may be left undefined.
struct ObjectiveInput {
  at::Tensor student;  ///< Logits [B, C]; carry the gradient.
  std::vector<at::Tensor>
      teachers;       ///< Logits [B, C]; several only for partition methods, none for supervised training.
  at::Tensor frozen;  ///< Logits [B, C] of the frozen student; for partition methods.
  at::Tensor labels;  ///< int64 [B].
  at::Tensor studentFeatures, teacherFeatures;  ///< [B, D] and [B, D']; for CD.
  at::Tensor contrastive;                       ///< Scalar with gradient: CrdMemory::loss(); for CRD.
};

/// An objective's value and its parts, each a scalar before weighting.
struct Objective {
  at::Tensor total;         ///< What is differentiated.
  at::Tensor distillation;  ///< The method's own term: KL (× T²), soft cross-entropy, CD or CRD.
  at::Tensor crossEntropy;  ///< With the labels; undefined where the objective has none.
  at::Tensor targets;       ///< partitionTargets(); undefined without a partition.
  SurestTeacher surest;     ///< What these came of.
};

/// The objective of `options.method`: Eq. 1, 2, 5, 6 or 7, cross-entropy with smoothed labels where it has one.
Objective transferObjective(const TransferOptions& options, const ObjectiveInput& input);

}  // namespace gf
