// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to models/: questions about a TorchScript module. Includes LibTorch; no other layer includes this header.
#include <torch/script.h>

#include <exception>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "models/classifier.h"

namespace gf {
class FeatureSource;

/// A loaded archive: the module and the metadata text that travelled with it (empty when there was none).
struct LoadedScript {
  torch::jit::Module module;
  std::string metadata;
};
/// Throws Error(Input), with what the file looks like when it is no TorchScript archive.
LoadedScript loadScript(const std::filesystem::path& path, c10::Device device);

/// What an optimiser can change, in the module's order; a weight under two names comes once.
std::vector<std::pair<std::string, at::Tensor>> trainableParameters(const torch::jit::Module& module);

/// Whether train mode is baked into the module, so that it cannot be trained: it was traced, or frozen. A traced module
/// is recognised by where its operations come from (the tracer records a Python stack where the script compiler records
/// a source line), and without debug records by mode-dependent operations that all have a constant mode.
bool isModeBakedIn(const torch::jit::Module& module);

/// forward_features and forward_head(x, pre_logits), as timm's models have them.
bool offersFeatures(const torch::jit::Module& module);

/// Batch norm of any dimension, also under another class name: it keeps running statistics.
bool isBatchNorm(const torch::jit::Module& module);

/// Calls the module's forward on inputs [N, channels, H, W]; float32 [N, C]. Throws Error(Input) naming `subject` when
/// it raises or answers something else, OutOfMemory when memory does not suffice.
at::Tensor callForLogits(torch::jit::Module& module, const at::Tensor& inputs, std::int64_t classes,
                         const std::string& subject);
/// Logits as callForLogits's and penultimate features [N, D], float32, of one pass. Also throws Error(Input) when the
/// source has a problem or the features are no matrix.
std::pair<at::Tensor, at::Tensor> callForFeatures(torch::jit::Module& module, const FeatureSource& source,
                                                  const at::Tensor& inputs, std::int64_t classes,
                                                  const std::string& subject);

/// Why there are no penultimate features, found by a run on `inputs`; empty when there are. Throws OutOfMemory.
std::string problemOfFeatures(torch::jit::Module& module, const FeatureSource& source, const at::Tensor& inputs,
                              std::int64_t classes);

/// The one line of a LibTorch failure that says what went wrong, without stacks.
std::string reasonOf(const std::exception& failure);

}  // namespace gf
