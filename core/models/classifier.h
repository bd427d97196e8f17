// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/preprocess.h"
#include "models/metadata.h"

namespace gf {

/// A pretrained image classifier that can be run, trained, copied and saved. The only place that knows TorchScript.
class Classifier {
 public:
  /// Opens a checkpoint in this process; inspect foreign ones first. `overrides`: metadata keys that replace the
  /// archive's, may be null. Throws Error(Input).
  static Classifier load(const std::filesystem::path& path, c10::Device device, const nlohmann::json& overrides);

  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;
  ~Classifier();

  const ModelMetadata& metadata() const;
  const std::filesystem::path& path() const;
  int classes() const;
  c10::Device device() const;
  Preprocess preprocess() const;

  /// Float32 [N, C] for inputs [N, channels, H, W] on this device. Throws Error(Input) when the module answers
  /// something else.
  at::Tensor logits(const at::Tensor& inputs);
  /// Penultimate features [N, D]; nothing where the module offers none.
  std::optional<at::Tensor> features(const at::Tensor& inputs);

  /// Parameters that training changes, in the module's order.
  std::vector<at::Tensor> parameters() const;
  std::vector<std::pair<std::string, at::Tensor>> namedParameters() const;
  std::vector<std::pair<std::string, at::Tensor>> namedBuffers() const;
  std::int64_t parameterCount() const;

  /// Train or eval mode. With `freezeBatchNorm` batch-norm modules stay in eval mode while the rest trains.
  void setTraining(bool training, bool freezeBatchNorm = false);
  bool isTraining() const;
  bool batchNormFrozen() const;  ///< As last asked of setTraining.
  /// No parameter asks for gradients from now on; eval mode.
  void freeze();
  /// False for traced modules, whose mode was baked in.
  bool canTrain() const;

  Classifier clone() const;  ///< Deep: nothing is shared.
  /// Writes a TorchScript archive with the metadata inside, atomically. Throws Error(Run).
  void save(const std::filesystem::path& path) const;
  void setMetadata(ModelMetadata metadata);

 private:
  struct State;
  explicit Classifier(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

Preprocess preprocessOf(const ModelMetadata& metadata);

/// "auto" → cuda:0 where there is a usable one, else cpu. Throws Error(Usage) for a device that is not there.
c10::Device deviceOf(const std::string& text);

/// Sets the compute threads of this process: `asked`, or all cores but one (at least one) when 0, which leaves the
/// window air.
void setComputeThreads(int asked);

}  // namespace gf
