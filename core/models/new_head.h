// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to models/: gives a TorchScript module a fresh classifier head. Includes LibTorch.
#include <torch/script.h>

#include <cstdint>
#include <string>

#include "models/feature_source.h"

namespace gf {

/// What a head is replaced by.
struct NewHead {
  std::int64_t oldClasses = 0, classes = 0;
  std::uint64_t seed = 0;
};

/// Replaces the weight [C, D] and the bias [C] of the module's last linear layer, or of each of its two heads, by fresh
/// ones for other classes, begun as torch.nn.Linear begins after torch.manual_seed(seed): uniform within ±1/√D, the
/// weight before the bias. Numbers of the module that said how many classes it has (num_classes, and out_features of
/// the layer) follow. `grey`: two inputs on the module's device, which must be in eval mode, that show whether it now
/// answers one logit per class. Throws Error(Input) naming `subject` and the reason where the head cannot be replaced;
/// the module is then as it was.
void replaceHead(torch::jit::Module& module, const FeatureSource& source, const NewHead& head, const at::Tensor& grey,
                 const std::string& subject);

}  // namespace gf
