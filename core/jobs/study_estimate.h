// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/control.h"
#include "jobs/study_job.h"

namespace gf {

/// What a study will take, before it begins.
struct StudyCost {
  std::size_t cells = 0;
  /// Passes of single images: each model once over the evaluation split; students, teachers and frozen students over
  /// the transfer sets, live; students at each evaluation of a run.
  std::int64_t evaluations = 0, training = 0, teaching = 0, retaining = 0, checking = 0;
  std::vector<std::int64_t> forwards, steps;  ///< By model: passes without and with gradients, images.
  std::int64_t bytesKept = 0;     ///< Students' checkpoints; reports and figures come on top, about a megabyte a cell.
  std::int64_t bytesWorking = 0;  ///< States of the largest cell while it runs.
  std::int64_t forwardsInAll() const { return evaluations + training + teaching + retaining + checking; }
};
/// Counted from the options and the sizes of the data; nothing runs.
StudyCost costOf(const PreparedStudy& prepared);

/// Seconds on one worker: every model that takes part runs one batch of random images, timed; a training step counts as
/// three forwards. Decoding is not in it. Throws Error when a model cannot be run, Stopped.
double secondsOf(const PreparedStudy& prepared, const StudyCost& cost, const std::string& device, int threads,
                 const Control& control);

}  // namespace gf
