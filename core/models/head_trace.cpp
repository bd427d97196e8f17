// SPDX-License-Identifier: Apache-2.0
#include "models/head_trace.h"

#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/inliner.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace gf {
namespace {
using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;
namespace prim = torch::jit::prim;

void visit(Block* block, const std::function<void(Node*)>& see) {
  for (Node* node : block->nodes()) {
    see(node);
    for (Block* inner : node->blocks()) visit(inner, see);
  }
}

std::string nameOf(const Node* node) {
  return node->kind().toQualString();
}

/// Says what kind of tensor another one is, not what is in it.
bool isProperty(const Node* node) {
  static const std::set<std::string> kProperties{"prim::dtype", "prim::device", "prim::layout", "aten::dim",
                                                 "aten::is_floating_point"};
  return kProperties.count(nameOf(node)) > 0;
}

/// Numbers and texts that the module keeps become constants, so that branches on them can be decided. Its mode changes
/// from call to call and stays, and so does whatever forward() itself assigns.
void foldSettings(Graph& graph, const torch::jit::Module& module) {
  std::set<std::string> varies{"training"};
  visit(graph.block(), [&](Node* node) {
    if (node->kind() == prim::SetAttr) varies.insert(node->s(torch::jit::attr::name));
  });
  visit(graph.block(), [&](Node* node) {
    if (node->kind() != prim::GetAttr || varies.count(node->s(torch::jit::attr::name))) return;
    const auto path = pathOf(node->output());
    const auto value = path ? attributeAt(module, *path) : std::nullopt;
    if (!value || !(value->isBool() || value->isInt() || value->isDouble() || value->isString() || value->isNone())) {
      return;
    }
    const torch::jit::WithInsertPoint here(node);
    Value* constant = graph.insertConstant(*value);
    if (*constant->type() == *node->output()->type()) node->output()->replaceAllUsesWith(constant);
  });
}

class Tracer {
 public:
  explicit Tracer(const Graph& graph) : graph_(graph) {}

  /// Each value is followed once, or branches one after the other would double the ways each time.
  const HeadTrace& from(Value* value) {
    const auto known = traces_.find(value);
    return known != traces_.end() ? known->second : traces_[value] = follow(value);
  }

 private:
  HeadTrace follow(Value* value) {
    Node* node = value->node();
    if (node->kind() == prim::If) return fromBranches(node, value->offset());
    if (auto found = linear(node)) return *std::move(found);
    if (auto found = biased(node)) return *std::move(found);
    if (Value* before = passedThrough(node)) return from(before);
    HeadTrace blocked;
    const bool own = node->kind() == prim::Param || node->kind() == prim::Constant;
    const std::string name = nameOf(node);
    blocked.problem = "its forward() does not end with a linear layer";
    if (!own) blocked.problem += " but with " + name.substr(name.rfind(':') + 1);
    return blocked;
  }

  /// Whether a value changes with the graph's inputs (its first one, the module, apart).
  bool varies(const Value* value) {
    const auto [known, isNew] = varies_.emplace(value, false);
    if (!isNew) return known->second;
    const Node* node = value->node();
    bool result = false;
    if (node->kind() == prim::Param) {
      result = node->owningBlock() != graph_.block() || value != graph_.inputs()[0];
    } else if (isProperty(node)) {
      result = false;  // casting a weight to the type of its input leaves it a weight
    } else if (!node->blocks().empty()) {
      result = true;  // not looked into: nothing that a weight would be made with
    } else {
      for (const Value* input : node->inputs()) result = varies(input) || result;
    }
    varies_[value] = result;
    return result;
  }

  /// Tensors of the module that `value`, which does not vary, is made of.
  static void collect(const Value* value, std::vector<AttributePath>& paths) {
    std::set<const Value*> seen;
    collect(value, paths, seen);
  }
  static void collect(const Value* value, std::vector<AttributePath>& paths, std::set<const Value*>& seen) {
    if (!seen.insert(value).second) return;
    if (value->node()->kind() == prim::GetAttr) {
      const auto path = pathOf(value);
      if (path && std::find(paths.begin(), paths.end(), *path) == paths.end()) paths.push_back(*path);
      return;
    }
    if (isProperty(value->node())) return;
    for (const Value* input : value->node()->inputs()) collect(input, paths, seen);
  }

  std::optional<HeadTrace> linear(Node* node) {
    const std::string name = nameOf(node);
    HeadTrace found;
    if (name == "aten::linear" || name == "aten::matmul" || name == "aten::mm") {
      if (varies(node->input(1)) || !varies(node->input(0))) return std::nullopt;
      found.input = node->input(0);
      collect(node->input(1), found.parameters);
      if (name == "aten::linear") collect(node->input(2), found.parameters);
      return found;
    }
    if (name == "aten::addmm") {  // (bias, input, weight)
      if (varies(node->input(0)) || varies(node->input(2)) || !varies(node->input(1))) return std::nullopt;
      found.input = node->input(1);
      collect(node->input(2), found.parameters);
      collect(node->input(0), found.parameters);
      return found;
    }
    return std::nullopt;
  }

  /// A matrix product and a bias, as two steps.
  std::optional<HeadTrace> biased(Node* node) {
    const std::string name = nameOf(node);
    if (name != "aten::add" && name != "aten::add_") return std::nullopt;
    for (const std::size_t product : {std::size_t{0}, std::size_t{1}}) {
      if (varies(node->input(1 - product))) continue;
      auto found = linear(node->input(product)->node());
      if (!found) continue;
      collect(node->input(1 - product), found->parameters);
      return found;
    }
    return std::nullopt;
  }

  /// The one value that `node` only reshapes, casts, scales or squashes element by element; null for other operations.
  Value* passedThrough(Node* node) {
    static const std::set<std::string> kKeep{
        "aten::to",         "aten::type_as",        "aten::contiguous", "aten::clone",
        "aten::alias",      "aten::dropout",        "aten::dropout_",   "aten::flatten",
        "aten::view",       "aten::reshape",        "aten::squeeze",    "aten::select",
        "aten::slice",      "aten::log_softmax",    "aten::softmax",    "aten::sigmoid",
        "aten::tanh",       "aten::relu",           "aten::relu_",      "aten::clamp",
        "aten::clamp_min",  "aten::clamp_max",      "aten::neg",        "aten::float",
        "aten::nan_to_num", "aten::feature_dropout"};
    static const std::set<std::string> kScale{"aten::mul", "aten::mul_", "aten::div", "aten::div_",
                                              "aten::add", "aten::add_", "aten::sub", "aten::sub_"};
    const std::string name = nameOf(node);
    if (kKeep.count(name)) return node->input(0);
    if (!kScale.count(name)) return nullptr;
    const bool first = varies(node->input(0)), second = varies(node->input(1));
    if (first == second) return nullptr;  // two results are combined
    return first ? node->input(0) : node->input(1);
  }

  /// A branch is no obstacle when all its ways lead to the same layer (dropout only when training, the two forms of a
  /// linear layer in archives of older PyTorch versions). Ways that raise do not count.
  HeadTrace fromBranches(Node* node, std::size_t output) {
    HeadTrace agreed;
    for (Block* block : node->blocks()) {
      Value* result = block->outputs()[output];
      if (result->node()->kind() == prim::Uninitialized) continue;
      HeadTrace found = from(result);
      if (!found.input) return found;
      const bool outside = found.input->node()->owningBlock() == graph_.block();
      const bool same = !agreed.input || (agreed.input == found.input && samePlaces(agreed, found));
      if (!outside || !same) return {nullptr, {}, "its last linear layer is inside a branch of forward()"};
      if (!agreed.input || found.parameters.size() > agreed.parameters.size()) agreed = std::move(found);
    }
    if (!agreed.input) agreed.problem = "its forward() never answers";
    return agreed;
  }
  /// The weight is the first; a bias may be found on one way only.
  static bool samePlaces(const HeadTrace& one, const HeadTrace& other) {
    if (one.parameters.empty() || other.parameters.empty()) return one.parameters == other.parameters;
    return one.parameters.front() == other.parameters.front();
  }

  const Graph& graph_;
  std::map<const Value*, bool> varies_;
  std::map<const Value*, HeadTrace> traces_;
};

/// Says more than where the way ended: whether there is a linear layer at all, and where.
std::string explained(const Graph& graph, const std::string& problem) {
  std::size_t outer = 0, inner = 0;
  visit(const_cast<Block*>(graph.block()), [&](Node* node) {
    const std::string name = nameOf(node);
    if (name != "aten::linear" && name != "aten::addmm") return;
    ++(node->owningBlock() == graph.block() ? outer : inner);
  });
  if (outer + inner == 0) return "its forward() has no linear layer";
  if (outer == 0) return "its linear layers are inside branches or loops of forward()";
  return problem;
}

}  // namespace

std::optional<c10::IValue> attributeAt(const torch::jit::Module& module, const AttributePath& path) {
  c10::IValue at = module._ivalue();
  for (const std::string& name : path) {
    if (!at.isObject() || !at.toObject()->type()->hasAttribute(name)) return std::nullopt;
    at = at.toObject()->getAttr(name);
  }
  return at;
}

std::shared_ptr<Graph> inlinedGraph(const torch::jit::Method& method, const torch::jit::Module& module) {
  std::shared_ptr<Graph> graph = method.graph()->copy();
  torch::jit::Inline(*graph);
  foldSettings(*graph, module);
  torch::jit::ConstantPropagationImmutableTypes(graph);
  return graph;
}

std::optional<AttributePath> pathOf(const Value* value) {
  AttributePath path;
  const Graph* graph = value->owningGraph();
  while (value->node()->kind() == prim::GetAttr) {
    path.insert(path.begin(), value->node()->s(torch::jit::attr::name));
    value = value->node()->input();
  }
  if (graph->inputs().empty() || value != graph->inputs()[0] || path.empty()) return std::nullopt;
  return path;
}

HeadTrace traceHead(const Graph& graph) {
  if (graph.outputs().size() != 1) return {nullptr, {}, "its forward() does not answer with one tensor"};
  HeadTrace found = Tracer(graph).from(const_cast<Value*>(graph.outputs()[0]));
  if (!found.input) found.problem = explained(graph, found.problem);
  return found;
}

}  // namespace gf
