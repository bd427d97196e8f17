// SPDX-License-Identifier: Apache-2.0
#include "models/script_module.h"

#include <c10/core/Allocator.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <new>
#include <set>
#include <sstream>
#include <tuple>

#include "base/error.h"
#include "models/archive.h"
#include "models/feature_source.h"
#include "models/metadata.h"

namespace gf {
namespace {
using torch::jit::Block;
using torch::jit::Node;

void visit(const Block* block, const std::function<void(const Node&)>& see) {
  for (const Node* node : block->nodes()) {
    see(*node);
    for (const Block* inner : node->blocks()) visit(inner, see);
  }
}

/// Position of the argument that says "training" of the operations whose result depends on it; -1 for others.
int modeArgument(const Node& node) {
  const auto* schema = node.maybeSchema();
  if (!schema) return -1;
  static const std::set<std::string> kKnown{"aten::batch_norm",    "aten::dropout",
                                            "aten::dropout_",      "aten::feature_dropout",
                                            "aten::alpha_dropout", "aten::feature_alpha_dropout",
                                            "aten::rrelu",         "aten::native_batch_norm"};
  if (!kKnown.count(node.kind().toQualString())) return -1;
  for (const char* name : {"training", "train"}) {
    if (const auto index = schema->argumentIndexWithName(name)) return *index;
  }
  return -1;
}

bool comesFromTracer(const Node& node) {
  const auto origin = node.sourceRange().findSourceRangeThatGenerated();
  if (!origin || !origin->source()) return false;
  const std::string text = origin->source()->text_str().str();
  const std::string line = text.substr(0, text.find('\n'));
  // "FILE(12): forward", with the callers below it; the script compiler records the function's source text instead.
  std::size_t open = origin->source()->filename().value_or("").size();
  if (open == 0) open = line.rfind("(", line.find("): "));
  if (open >= line.size() || line[open] != '(') return false;
  const std::size_t close = line.find_first_not_of("0123456789", open + 1);
  return close != std::string::npos && close > open + 1 && line.compare(close, 3, "): ") == 0;
}

/// Makes parameters that lie in the same memory one tensor again. An archive remembers a shared weight as two tensors,
/// and an optimiser would decay it twice.
void tieShared(const torch::jit::Module& root) {
  using Place = std::tuple<const void*, std::int64_t, std::vector<std::int64_t>, std::vector<std::int64_t>>;
  std::map<Place, at::Tensor> first;
  for (torch::jit::Module module : root.modules()) {
    for (const auto& parameter : module.named_parameters(/*recurse=*/false)) {
      const at::Tensor& value = parameter.value;
      const Place place{value.storage().unsafeGetStorageImpl(), value.storage_offset(), value.sizes().vec(),
                        value.strides().vec()};
      const auto [found, isNew] = first.emplace(place, value);
      if (!isNew) module.setattr(parameter.name, found->second);
    }
  }
}

}  // namespace

std::string reasonOf(const std::exception& failure) {
  const auto* ours = dynamic_cast<const c10::Error*>(&failure);
  std::istringstream text(ours ? ours->what_without_backtrace() : failure.what());
  std::string line, first, last;
  bool interpreter = false;
  while (std::getline(text, line)) {
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) continue;
    line = line.substr(begin);
    if (first.empty()) first = line;
    // A script's own failure comes last, below the script's stack.
    interpreter = interpreter || line.find("failed in the TorchScript interpreter") != std::string::npos;
    last = line;
  }
  constexpr std::size_t kLongest = 300;
  std::string reason = interpreter ? last : first;
  if (reason.size() > kLongest) reason = reason.substr(0, kLongest) + "…";
  return reason.empty() ? "a failure without a message" : reason;
}

bool isOutOfMemory(const std::exception& failure) {
  if (dynamic_cast<const std::bad_alloc*>(&failure) || dynamic_cast<const c10::OutOfMemoryError*>(&failure) ||
      dynamic_cast<const OutOfMemory*>(&failure)) {
    return true;
  }
  for (const char* sign :
       {"not enough memory", "can't allocate memory", "Cannot allocate memory", "CUDA out of memory", "bad_alloc"}) {
    if (std::strstr(failure.what(), sign)) return true;
  }
  return false;
}

LoadedScript loadScript(const std::filesystem::path& path, c10::Device device) {
  requireTorchScript(path);
  torch::jit::ExtraFilesMap extra{{kMetadataFile, ""}};
  try {
    LoadedScript loaded{torch::jit::load(path.string(), device, extra, /*load_debug_files=*/true), {}};
    tieShared(loaded.module);
    loaded.metadata = std::move(extra[kMetadataFile]);
    return loaded;
  } catch (const std::exception& failure) {
    if (isOutOfMemory(failure)) throw;
    failInput(path.string(), "the TorchScript archive must be readable by LibTorch " TORCH_VERSION, reasonOf(failure),
              "Export the model again with the PyTorch version that made it");
  }
}

std::vector<std::pair<std::string, at::Tensor>> trainableParameters(const torch::jit::Module& module) {
  std::vector<std::pair<std::string, at::Tensor>> result;
  std::set<const at::TensorImpl*> seen;
  for (const auto& parameter : module.named_parameters(/*recurse=*/true)) {
    if (!parameter.value.is_floating_point()) continue;
    if (seen.insert(parameter.value.unsafeGetTensorImpl()).second) result.emplace_back(parameter.name, parameter.value);
  }
  return result;
}

bool isModeBakedIn(const torch::jit::Module& module) {
  if (!module.hasattr("training")) return true;  // torch.jit.freeze removes it
  const auto method = module.find_method("forward");
  if (!method) return false;
  auto graph = method->graph()->copy();
  torch::jit::Inline(*graph);
  bool traced = false, readsMode = false, constantMode = false;
  visit(graph->block(), [&](const Node& node) {
    traced = traced || comesFromTracer(node);
    if (node.kind() == torch::jit::prim::GetAttr && node.s(torch::jit::attr::name) == "training") readsMode = true;
    const int mode = modeArgument(node);
    if (mode >= 0 && node.inputs()[static_cast<std::size_t>(mode)]->node()->kind() == torch::jit::prim::Constant) {
      constantMode = true;
    }
  });
  return traced || (constantMode && !readsMode);
}

bool offersFeatures(const torch::jit::Module& module) {
  const auto features = module.find_method("forward_features"), head = module.find_method("forward_head");
  if (!features || !head) return false;
  const auto& arguments = head->function().getSchema().arguments();
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const c10::Argument& argument) { return argument.name() == "pre_logits"; });
}

bool isBatchNorm(const torch::jit::Module& module) {
  return module.hasattr("running_mean") && module.hasattr("running_var");
}

namespace {

/// What `function` answers, or what went wrong in words about `subject`.
template <class Function>
auto guarded(const std::string& subject, const at::Tensor& inputs, Function function) {
  // Plain interpretation: specialising a graph at run time made no training step faster and evaluation by a tenth at
  // most (measured on the sample models), and would give the first batches other roundings than the later ones.
  const torch::jit::GraphOptimizerEnabledGuard plain(false);
  try {
    return function();
  } catch (const std::exception& failure) {
    if (isOutOfMemory(failure)) {
      throw OutOfMemory(subject, "the model must fit into memory with its batch", reasonOf(failure),
                        "Use a smaller batch");
    }
    std::ostringstream shape;
    shape << inputs.sizes();
    failInput(subject, "the model must run on inputs of shape " + shape.str(), reasonOf(failure),
              "Check input_size in its metadata");
  }
}

bool isMatrix(const c10::IValue& answer, std::int64_t rows) {
  if (!answer.isTensor()) return false;
  const at::Tensor& tensor = answer.toTensor();
  return tensor.defined() && tensor.dim() == 2 && tensor.size(0) == rows && tensor.is_floating_point();
}

std::string seen(const c10::IValue& answer) {
  if (!answer.isTensor()) return answer.tagKind();
  const at::Tensor& tensor = answer.toTensor();
  std::ostringstream text;
  text << tensor.toString() << " of shape " << tensor.sizes();
  return text.str();
}

at::Tensor requireLogits(const c10::IValue& answer, std::int64_t rows, std::int64_t classes,
                         const std::string& subject) {
  if (!answer.isTensor()) failInput(subject, "the model must answer with one tensor", answer.tagKind());
  if (!isMatrix(answer, rows)) {
    failInput(subject, "the model must answer with " + std::to_string(rows) + " rows of floating-point numbers",
              seen(answer));
  }
  const at::Tensor logits = answer.toTensor().to(at::kFloat);
  if (logits.size(1) != classes) {
    failInput(subject, "the model must give one logit per class (" + std::to_string(classes) + ")",
              std::to_string(logits.size(1)) + " logits", "Correct classes in its metadata: --model-meta FILE.json");
  }
  return logits;
}

[[noreturn]] void failFeatures(const std::string& subject, const std::string& problem) {
  failInput(subject, "the model must offer penultimate features", problem,
            "Choose another method, or script the model with methods forward_features(x) and "
            "forward_head(x, pre_logits)");
}

}  // namespace

at::Tensor callForLogits(torch::jit::Module& module, const at::Tensor& inputs, std::int64_t classes,
                         const std::string& subject) {
  const c10::IValue answer = guarded(subject, inputs, [&] { return module.forward({inputs}); });
  return requireLogits(answer, inputs.size(0), classes, subject);
}

std::pair<at::Tensor, at::Tensor> callForFeatures(torch::jit::Module& module, const FeatureSource& source,
                                                  const at::Tensor& inputs, std::int64_t classes,
                                                  const std::string& subject) {
  if (!source.problem().empty()) failFeatures(subject, source.problem());
  const auto [logits, features] = guarded(subject, inputs, [&] { return source.run(module, inputs); });
  at::Tensor checked = requireLogits(logits, inputs.size(0), classes, subject);
  if (!isMatrix(features, inputs.size(0))) {
    failFeatures(subject, "its features must be one row of numbers for each image, not " + seen(features) + " for " +
                              std::to_string(inputs.size(0)) + " images");
  }
  return {std::move(checked), features.toTensor().to(at::kFloat)};
}

std::string problemOfFeatures(torch::jit::Module& module, const FeatureSource& source, const at::Tensor& inputs,
                              std::int64_t classes) {
  try {
    callForFeatures(module, source, inputs, classes, {});
    return {};
  } catch (const OutOfMemory&) {
    throw;
  } catch (const Error& failure) {
    return failure.observed();
  }
}

}  // namespace gf
