// SPDX-License-Identifier: Apache-2.0
#include "models/feature_source.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "models/script_module.h"

namespace gf {
namespace {
using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

constexpr const char* kPreLogits = "pre_logits";

/// The branch on `condition` whose result is the graph's answer; null when there is none.
Node* finalBranch(Graph& graph, const Value* condition) {
  if (graph.outputs().size() != 1) return nullptr;
  Node* node = graph.outputs()[0]->node();
  const bool decides =
      node->kind() == torch::jit::prim::If && node->input() == condition && node->outputs().size() == 1;
  return decides && node->owningBlock() == graph.block() ? node : nullptr;
}

/// Runs the way of `branch` that is taken when its condition holds also when it does not; answers its result.
Value* alsoRun(Graph& graph, Node* branch) {
  Block* block = branch->blocks()[0];
  std::unordered_map<Value*, Value*> copies;
  {
    // Parts of the module that are told the condition must hear there what they would hear on this way.
    const torch::jit::WithInsertPoint here(branch);
    copies[branch->input()] = graph.insertConstant(true);
  }
  const auto copied = [&](Value* value) {
    const auto found = copies.find(value);
    return found == copies.end() ? value : found->second;
  };
  for (Node* node : block->nodes()) {
    Node* copy = graph.createClone(node, copied)->insertBefore(branch);
    for (std::size_t i = 0; i < node->outputs().size(); ++i) copies[node->outputs()[i]] = copy->outputs()[i];
  }
  return copied(block->outputs()[0]);
}

/// Tensors of the module that a block reads.
void readsOf(Block* block, std::vector<AttributePath>& paths) {
  for (Node* node : block->nodes()) {
    for (const Value* input : node->inputs()) {
      if (!input->type()->isSubtypeOf(*c10::TensorType::get())) continue;
      const auto path = pathOf(input);
      if (path && std::find(paths.begin(), paths.end(), *path) == paths.end()) paths.push_back(*path);
    }
    for (Block* inner : node->blocks()) readsOf(inner, paths);
  }
}

torch::jit::Stack argumentsOf(const c10::FunctionSchema& schema, const torch::jit::Module& module,
                              const c10::IValue& input, bool head) {
  torch::jit::Stack stack{module._ivalue(), input};
  if (head) {
    schema.checkAndNormalizeInputs(stack, {{kPreLogits, false}});
  } else {
    schema.checkAndNormalizeInputs(stack);
  }
  return stack;
}

}  // namespace

FeatureSource::FeatureSource(const torch::jit::Module& module) : ownHead_(offersFeatures(module)) {
  try {
    find(module);
  } catch (const std::exception& failure) {
    if (isOutOfMemory(failure)) throw;
    problem_ = "its forward() cannot be followed: " + reasonOf(failure);  // it may still give logits
    headProblem_ = problem_;
  }
}

void FeatureSource::find(const torch::jit::Module& module) {
  const auto forward = module.find_method("forward");
  if (!forward) {
    problem_ = headProblem_ = "it has no forward()";
    return;
  }
  const auto graph = inlinedGraph(*forward, module);
  const HeadTrace trace = traceHead(*graph);
  head_ = trace.parameters;
  headProblem_ = trace.problem;
  if (ownHead_) {
    useOwnHead(module);
  } else if (trace.input) {
    schema_ = forward->function().getSchema();
    graph->registerOutput(trace.input);
    withFeatures_ = std::make_shared<torch::jit::GraphExecutor>(graph, "forward with features");
  } else {
    problem_ = trace.problem;
  }
}

void FeatureSource::useOwnHead(const torch::jit::Module& module) {
  const auto method = module.get_method("forward_head");
  schema_ = method.function().getSchema();
  const auto graph = inlinedGraph(method, module);
  const auto index = schema_->argumentIndexWithName(kPreLogits);
  Node* branch = finalBranch(*graph, graph->inputs()[static_cast<std::size_t>(*index)]);
  if (!branch) return;
  // Without one last linear layer (two heads, say) the head is what only the logits need.
  if (head_.empty()) readsOf(branch->blocks()[1], head_);
  graph->registerOutput(alsoRun(*graph, branch));
  withFeatures_ = std::make_shared<torch::jit::GraphExecutor>(graph, "forward_head with features");
}

std::vector<at::Tensor> FeatureSource::headParameters(const torch::jit::Module& module) const {
  std::vector<at::Tensor> result;
  const auto all = trainableParameters(module);
  for (const AttributePath& path : head_) {
    const auto value = attributeAt(module, path);
    if (!value || !value->isTensor()) continue;
    const at::Tensor tensor = value->toTensor();
    const auto same = [&](const auto& parameter) { return parameter.second.is_same(tensor); };
    const auto known = [&](const at::Tensor& other) { return other.is_same(tensor); };
    if (std::any_of(all.begin(), all.end(), same) && std::none_of(result.begin(), result.end(), known)) {
      result.push_back(tensor);
    }
  }
  return result;
}

std::pair<c10::IValue, c10::IValue> FeatureSource::run(const torch::jit::Module& module,
                                                       const at::Tensor& inputs) const {
  c10::IValue input = inputs;
  if (ownHead_) input = module.get_method("forward_features")({inputs});
  if (!withFeatures_) {
    const auto head = module.get_method("forward_head");
    c10::IValue logits = head({input}, {{kPreLogits, false}});
    return {std::move(logits), head({input}, {{kPreLogits, true}})};
  }
  torch::jit::Stack stack = argumentsOf(*schema_, module, input, ownHead_);
  withFeatures_->run(stack);
  return {stack.at(0), stack.at(1)};
}

}  // namespace gf
