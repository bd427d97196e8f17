// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to models/: logits and penultimate features of one pass through a TorchScript module.
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/head_trace.h"

namespace gf {

/// How to get penultimate features out of a module; fits the module it was made for and its clones.
///
/// Where the module has forward_features and forward_head(x, pre_logits), as timm's have, the features are what
/// forward_head answers with pre_logits. Else they are the input of its last linear layer. Either way the backbone runs
/// once, and a graph with two results gives both, so that batch norm and dropout see each batch once. (Only steps that
/// forward_head itself takes twice, apart for pre_logits, run twice.)
class FeatureSource {
 public:
  explicit FeatureSource(const torch::jit::Module& module);

  /// Why there are no features, in words; empty when there are.
  const std::string& problem() const { return problem_; }
  /// The module's parameters that its head is made of, as the same tensors; empty when no head was found.
  std::vector<at::Tensor> headParameters(const torch::jit::Module& module) const;
  /// Where the head's tensors are; empty with headProblem() when no head was found.
  const std::vector<AttributePath>& head() const { return head_; }
  const std::string& headProblem() const { return headProblem_; }
  /// Logits and features. Only where problem() is empty. Throws what the module throws.
  std::pair<c10::IValue, c10::IValue> run(const torch::jit::Module& module, const at::Tensor& inputs) const;

 private:
  void find(const torch::jit::Module& module);
  void useOwnHead(const torch::jit::Module& module);

  bool ownHead_ = false;
  std::optional<c10::FunctionSchema> schema_;                ///< Of what runs: forward, or forward_head.
  std::shared_ptr<torch::jit::GraphExecutor> withFeatures_;  ///< Two results; null: forward_head runs twice.
  std::vector<AttributePath> head_;
  std::string problem_, headProblem_;
};

}  // namespace gf
