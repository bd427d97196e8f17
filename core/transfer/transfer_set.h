// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/control.h"
#include "data/dataset.h"
#include "knowledge/flips.h"
#include "knowledge/routing.h"
#include "models/classifier.h"

namespace gf {

/// Throws Error(Input) unless teacher, student and data name the same classes in the same order and the data has a
/// training split.
void requireFit(const Classifier& teacher, const Classifier& student, const DataSource& data);

/// The training split's indices that the options choose. Throws Error(Input) when there are none.
std::vector<std::uint32_t> transferSetOf(const DataSource& data, const TransferOptions& options);

/// How both partition rules see the transfer set (Eq. 4), entry i for its i-th sample.
struct TransferSetView {
  std::vector<Outcome> outcomes;         ///< Teacher against student.
  std::vector<std::uint8_t> supervised;  ///< 1: follows the teacher.
  std::vector<std::uint8_t> unsupervised;
  std::vector<std::int32_t> labels;
  std::int64_t ties = 0;  ///< Samples on which both are equally sure of the label.
};

/// One pass of both models over the samples, in eval mode, without gradients and without augmentation; leaves both in
/// eval mode. The masks come from the same code and precision as the objective's. `done` hears the samples finished.
/// Throws Stopped, Error.
TransferSetView viewTransferSet(Classifier& teacher, Classifier& student, const DataSource& data,
                                const std::vector<std::uint32_t>& samples, const Control& control,
                                const std::function<void(std::size_t)>& done);

/// Decoding threads that a loader may use beside the compute threads.
int loaderThreads();

}  // namespace gf
