// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "knowledge/routing.h"
#include "options/transfer_options.h"
#include "transfer/objectives.h"

namespace gf {

/// How a batch's samples go to each teacher, by outcome: int64 [2, K, 8] on the logits' device. First against the
/// frozen student with the targets of `objective`, which train; then against the student as it now is, with the same
/// rule applied to it. The last axis counts 4·(to this teacher) + 2·(teacher right) + (student right). Logits [B, C],
/// labels int64 [B].
at::Tensor countRouting(const std::vector<at::Tensor>& teachers, const at::Tensor& frozen, const at::Tensor& student,
                        const at::Tensor& labels, const Objective& objective, Method method);

/// Those counts as routings, one per teacher.
void readRouting(const at::Tensor& counts, std::vector<Routing>& frozen, std::vector<Routing>& adapting);

/// Routings as int64 [K, 10] and back, for saved states.
at::Tensor toTensor(const std::vector<Routing>& routings);
std::vector<Routing> routingsFrom(const at::Tensor& table);

}  // namespace gf
