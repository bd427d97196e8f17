// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "models/classifier.h"

namespace gf {

/// One step of Eq. 3 on a copy of the same model: θ_slow ← τ·θ_slow + (1−τ)·θ_fast for parameters and float buffers;
/// integer buffers are copied.
void followSlowly(Classifier& slow, const Classifier& fast, double tau);

/// ‖θ − θ₀‖₂ / ‖θ₀‖₂ over all trainable parameters; 0 for θ₀ itself. Sums in double.
double weightDistance(const Classifier& model, const Classifier& origin);

/// Weights and float buffers become Σ shares[i] · parts[i]; integer buffers are those of the first part. All are copies
/// of one model. The uniform mean of a soup, or a point between two students. Throws Error(Usage) when the numbers of
/// parts and shares differ or there are none.
void mixWeights(Classifier& into, const std::vector<const Classifier*>& parts, const std::vector<double>& shares);

/// Takes new batch-norm statistics: the plain mean over all batches of `next` (inputs [B, C, H, W]; an undefined tensor
/// ends it) of each batch's mean and unbiased variance, without gradients, whatever momentum the module has. Leaves the
/// model in eval mode. Nothing happens to a model without batch norm.
void estimateBatchNorm(Classifier& model, const std::function<at::Tensor()>& next);
bool hasBatchNorm(const Classifier& model);

/// SHA-256 over the names and values of all parameters and buffers.
std::string weightsHash(const Classifier& model);

}  // namespace gf
