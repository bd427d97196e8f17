// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace gf {

/// Whether a file is weights without a program, which an import turns into a checkpoint: safetensors, or what
/// torch.save wrote of a state dict. Judged by its first bytes and its list of entries; nothing is unpickled. Never
/// throws.
bool holdsWeights(const std::filesystem::path& file);

/// The weights of a model's folder as Hugging Face keeps it (model.safetensors or pytorch_model.bin beside
/// config.json), or of a repository in its cache (models--OWNER--NAME: the revision that refs/main names, else the only
/// one). Empty where the folder is neither.
std::filesystem::path weightsIn(const std::filesystem::path& folder);

/// What timm's config.json beside a file says of it.
struct WeightsConfig {
  std::string architecture;  ///< "resnet18"; empty where there is no such file or it does not say.
  std::int64_t classes = 0;  ///< 0: not said.
  bool namesClasses = false;
};
/// Never throws: what cannot be read says nothing.
WeightsConfig configBeside(const std::filesystem::path& weights);

}  // namespace gf
