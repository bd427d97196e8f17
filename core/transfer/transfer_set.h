// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/control.h"
#include "data/dataset.h"
#include "knowledge/flips.h"
#include "knowledge/routing.h"
#include "models/classifier.h"
#include "transfer/frozen_models.h"

namespace gf {

/// Throws Error(Usage) with conflictIn()'s sentence where there is one.
void requireConsistent(const TransferOptions& options, std::size_t teachers);

/// Arranges every model for the data's classes and throws Error unless they fit: the data has a training split, all
/// models lie on one device, there are teachers (but for XE-KL at λ = 0), the student knows every class, teachers whose
/// logits are used do too, and there are penultimate features where the method compares them.
void requireFit(std::vector<Classifier>& teachers, Classifier& student, const DataSource& data,
                const TransferOptions& options);

/// The training split's indices that the options choose, but for those of `leftOut`. Throws Error(Input) when there are
/// none.
std::vector<std::uint32_t> transferSetOf(const DataSource& data, const TransferOptions& options,
                                         const std::vector<std::uint32_t>& leftOut = {});

/// How both partition rules see the transfer set (Eq. 4), entry i for its i-th sample.
struct TransferSetView {
  std::vector<std::vector<Outcome>> outcomes;  ///< Per teacher, against the student.
  std::vector<std::uint8_t> supervised;        ///< Whom it follows: 0 the student, k teacher k − 1.
  std::vector<std::uint8_t> unsupervised;
  std::vector<std::int32_t> labels;
  std::vector<std::uint8_t> tied;  ///< 1 where no teacher is surer of the label than the student, and one is as sure.

  /// Teacher `k`'s routing by a rule's targets, over all samples or those of one class.
  Routing routing(std::size_t k, const std::vector<std::uint8_t>& targets,
                  std::optional<std::int32_t> onlyClass = std::nullopt) const;
  /// All teachers as one: routed to any of them, by outcome of "any of them is right".
  Routing routingToAny(const std::vector<std::uint8_t>& targets,
                       std::optional<std::int32_t> onlyClass = std::nullopt) const;
};

/// One look of the frozen models at the whole transfer set, without augmentation. The targets come from the same code
/// and precision as the objective's. `teachers`: how many. `done` hears the samples finished. Throws Stopped, Error.
TransferSetView viewTransferSet(FrozenModels& models, std::size_t teachers, const Control& control,
                                const std::function<void(std::size_t)>& done);

}  // namespace gf
