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
  /// Passes of single images: each model once over the evaluation split; students, and teachers and frozen students
  /// that run in every step, over the transfer sets; students at each evaluation of a run.
  std::int64_t evaluations = 0, training = 0, teaching = 0, retaining = 0, checking = 0;
  /// Passes of teachers and frozen students whose answers are kept: to compute what is missing, and to check that an
  /// answer does not depend on its batch; then answers that are read, each of which would be a pass without.
  std::int64_t keeping = 0, comparing = 0, reading = 0;
  std::vector<std::int64_t> forwards, steps;  ///< By model: passes without and with gradients, images.
  std::int64_t bytesKept = 0;      ///< Students' checkpoints; reports and figures come on top, about a megabyte a cell.
  std::int64_t bytesWorking = 0;   ///< States of the largest cell while it runs.
  std::int64_t bytesCached = 0;    ///< Answers that are added to the cache.
  std::int64_t bytesDecoded = 0;   ///< Decoded images that are added to it.
  std::vector<std::string> notes;  ///< A line each: where and why the cache is not used.
  std::int64_t forwardsInAll() const {
    return evaluations + training + teaching + retaining + checking + keeping + comparing;
  }
};
/// Counted from the options, the sizes of the data and what is kept already; nothing runs. Exact for one worker, where
/// every image can be read, the cache has room and no model's answers depend on the batch. `threads`: which compute.
StudyCost costOf(const PreparedStudy& prepared, const std::string& device = "auto", int threads = 0);

/// Seconds on one worker: every model that takes part runs one batch of random images, timed; a training step counts as
/// three forwards. Decoding is not in it. Throws Error when a model cannot be run, Stopped.
double secondsOf(const PreparedStudy& prepared, const StudyCost& cost, const std::string& device, int threads,
                 const Control& control);

}  // namespace gf
