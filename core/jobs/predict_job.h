// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/control.h"
#include "jobs/compare_job.h"

namespace gf {

struct PredictRequest {
  ModelChoice model;
  std::filesystem::path data;
  bool trainSplit = false;    ///< The split that transfers draw from, rather than the one that comparisons are made on.
  std::filesystem::path out;  ///< .npy: logits [N, C], float32, in the data's order; columns in the model's own.
  bool overwrite = false;     ///< Of an earlier .npy.
  std::string device = "auto";
  int threads = 0;
};
struct PredictResult {
  std::size_t samples = 0, classes = 0;
  std::vector<std::string> classNames;  ///< The model's, in the order of the columns.
};
/// Inspects the model in a child process, evaluates it (kept and keyed by content) and writes the file. The model's
/// classes need not be the data's. Throws Error, Stopped.
PredictResult predictInto(const PredictRequest& request, const Control& control);

}  // namespace gf
