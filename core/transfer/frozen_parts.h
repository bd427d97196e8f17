// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to transfer/: what FrozenModels holds.
#include "transfer/frozen_models.h"

namespace gf {

/// One of the models.
struct FrozenModels::One {
  Classifier* model = nullptr;
  std::string weights;  ///< Hash; empty where nobody knows it.
  std::int64_t passes = 0;
  bool isStudent = false;
  bool wanted = false;                             ///< Its answers are kept.
  std::vector<std::unique_ptr<KeptLogits>> files;  ///< By view; null while missing.
  std::size_t input = 0;                           ///< Of a batch, while it runs.
  at::Tensor answers;                              ///< To the batch last looked at, while they are kept.
  FrozenUse use;
};

/// One file that is being made.
struct FrozenModels::Fill {
  One* one = nullptr;
  std::unique_ptr<LogitsMaker> maker;  ///< Null when it was given up.
  std::size_t input = 0;               ///< Of the batches that are computed from.
};

}  // namespace gf
