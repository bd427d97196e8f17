// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include "knowledge/routing.h"
#include "options/transfer_options.h"

namespace gf {

/// KL between softened distributions, summed over classes, averaged over the batch, × T² (Eq. 1 read as
/// KL(target‖student); the other direction on request). Logits [B, C], taken in fp32; the target carries no gradient.
/// Scalar.
at::Tensor klDivergence(const at::Tensor& targetLogits, const at::Tensor& studentLogits, double temperature,
                        Direction direction = Direction::TargetStudent);

/// Teacher mask, bool [B]: true where the teacher is strictly surer than the frozen student (Eq. 4), softmax at T = 1.
/// Supervised: of the label; unsupervised: of its own answer (labels may then be undefined).
at::Tensor teacherMask(const at::Tensor& teacherLogits, const at::Tensor& frozenLogits, const at::Tensor& labels,
                       PartitionRule rule);

/// An objective's value and its parts, each a scalar before weighting.
struct Objective {
  at::Tensor total;         ///< What is differentiated.
  at::Tensor distillation;  ///< KL term (× T²).
  at::Tensor crossEntropy;  ///< Undefined where the objective has none.
  at::Tensor mask;          ///< Teacher mask, bool [B]; undefined without a partition.
};

/// The objective of `options.method` (Eq. 1, 2, 5). `frozenLogits` may be undefined for methods without a partition,
/// `labels` where no label is used.
Objective transferObjective(const TransferOptions& options, const at::Tensor& studentLogits,
                            const at::Tensor& teacherLogits, const at::Tensor& frozenLogits, const at::Tensor& labels);

}  // namespace gf
