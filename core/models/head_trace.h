// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to models/: finds the classifier head in the graph of a TorchScript module.
#include <torch/script.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gf {

/// Attribute names from the root module down to a tensor.
using AttributePath = std::vector<std::string>;
std::optional<c10::IValue> attributeAt(const torch::jit::Module& module, const AttributePath& path);

/// A copy of a method's graph with every call inlined and every branch decided that only depends on settings of the
/// module (numbers and texts, not its mode). It computes what the method computes, on this module and its clones.
std::shared_ptr<torch::jit::Graph> inlinedGraph(const torch::jit::Method& method, const torch::jit::Module& module);

/// The path of a value that is read from the module itself (the graph's first input); nothing for other values.
std::optional<AttributePath> pathOf(const torch::jit::Value* value);

/// The last linear layer of a graph: a matrix product with a weight that does not depend on the graph's inputs, after
/// which come only steps that keep one logit per class (dropout, casts, scaling, softmax …).
struct HeadTrace {
  torch::jit::Value* input = nullptr;     ///< What the layer is given: the penultimate features. Null when not found.
  std::vector<AttributePath> parameters;  ///< Tensors of the module that its weight and bias are made of.
  std::string problem;                    ///< In words when not found, else empty.
};
HeadTrace traceHead(const torch::jit::Graph& graph);

}  // namespace gf
