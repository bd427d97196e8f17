// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <exception>
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
struct NamedClasses;

/// What one pass of a model gives: logits [N, C] and penultimate features [N, D], both float32.
struct LogitsAndFeatures {
  at::Tensor logits, features;
};

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
  int classes() const;  ///< Columns of logits(): the module's own, or those of arrangeFor().
  c10::Device device() const;
  Preprocess preprocess() const;

  /// Float32 [N, C] for inputs [N, channels, H, W] on this device. Throws Error(Input) when the module answers
  /// something else.
  at::Tensor logits(const at::Tensor& inputs);
  /// Logits and penultimate features of one pass, so that a training student sees each batch once. The features are the
  /// module's own (forward_features, forward_head(pre_logits)), else the input of its last linear layer. Throws as
  /// logits() does, and Error(Input) with featuresProblem() where there is one.
  LogitsAndFeatures logitsAndFeatures(const at::Tensor& inputs);
  /// Why this model has no penultimate features, in words; empty when it has. The first call runs the model once, in
  /// eval mode, on two grey images. Throws OutOfMemory.
  std::string featuresProblem() const;
  /// Parameters of the classifier head, the last linear layer, out of parameters(); empty when no head was found.
  std::vector<at::Tensor> headParameters() const;

  /// Replaces the classifier head, the last linear layer or both heads of a distilled model, by a fresh one for
  /// `classes`, begun as torch.nn.Linear begins after torch.manual_seed(seed). The metadata then names these classes
  /// and no published accuracy; the order is the module's own. Throws Error(Input) with the reason where the head is
  /// not one that can be replaced; the model is then as it was.
  void replaceHead(const NamedClasses& classes, std::uint64_t seed);

  /// From now on logits() answers one column per name of `classes`, in that order, whatever the module's own order.
  /// A class that the model does not know gets -infinity: it is never its answer. Names are compared as in
  /// models/label_fit; classes() is then their number; metadata() and save() stay the module's own. Throws Error(Input)
  /// when the model knows none of them, or when names do not differ.
  void arrangeFor(const NamedClasses& classes);
  void arrangeFor(const std::vector<std::string>& classes);  ///< Of the data, which has no ImageNet ids.
  /// Of the arranged classes those that the model does not know.
  const std::vector<std::string>& missingClasses() const;
  /// Of each arranged class the module's own column, -1 where it is missing; empty while the order is the module's own.
  const std::vector<std::int64_t>& arrangement() const;

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

/// Whether a failure means that memory, of the computer or the accelerator, did not suffice, whoever raised it.
bool isOutOfMemory(const std::exception& failure);

Preprocess preprocessOf(const ModelMetadata& metadata);

/// "auto" → cuda:0 where there is a usable one, else cpu. Throws Error(Usage) for a device that is not there.
c10::Device deviceOf(const std::string& text);

/// `asked`, or all cores but one (at least one) when 0, which leaves the window air.
int computeThreads(int asked);
/// Sets the compute threads of this process to computeThreads(asked).
void setComputeThreads(int asked);

}  // namespace gf
