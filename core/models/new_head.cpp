// SPDX-License-Identifier: Apache-2.0
#include "models/new_head.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/error.h"
#include "models/script_module.h"

namespace gf {
namespace {

constexpr const char* kRule = "the classifier head must be a linear layer that can be replaced";
constexpr const char* kRemedy = "Keep its head (--head keep), or choose another model";

/// A tensor of the module by its place.
struct Part {
  AttributePath path;
  at::Tensor tensor;
};

AttributePath ownerOf(const AttributePath& path) {
  return {path.begin(), path.end() - 1};
}

torch::jit::Module moduleAt(const torch::jit::Module& root, const AttributePath& path) {
  return path.empty() ? root : torch::jit::Module(attributeAt(root, path)->toObject());
}

/// A head: its weight and, where it has one, its bias.
struct Layer {
  Part weight;
  std::optional<Part> bias;
};

/// Which way round a weight stands: rows are classes (F.linear), or columns are (x @ W).
enum class Way { Rows, Columns };

std::int64_t widthOf(const Layer& layer, Way way) {
  return layer.weight.tensor.size(way == Way::Rows ? 1 : 0);
}

/// The layers whose weight has a row (or a column) for each class; empty when there is none. A vector of another layer
/// among them (a norm before a head, of two heads) stays as it is.
std::vector<Layer> layersOf(const std::vector<Part>& parts, std::int64_t classes, Way way) {
  std::vector<Layer> layers;
  for (const Part& part : parts) {
    if (part.tensor.dim() == 2 && part.tensor.size(way == Way::Rows ? 0 : 1) == classes) layers.push_back({part, {}});
  }
  for (Layer& layer : layers) {
    for (const Part& part : parts) {
      const bool beside = layers.size() == 1 || ownerOf(part.path) == ownerOf(layer.weight.path);
      if (part.tensor.dim() == 1 && part.tensor.size(0) == classes && beside) layer.bias = part;
    }
  }
  return layers;
}

at::Tensor drawn(at::IntArrayRef shape, double bound, const at::Generator& generator, const at::Tensor& like) {
  at::Tensor values = at::empty(shape, at::kFloat);
  values.uniform_(-bound, bound, generator);
  return values.to(like.device(), like.scalar_type()).set_requires_grad(true);
}

/// Remembers what it sets, to undo it.
class Change {
 public:
  explicit Change(torch::jit::Module& module) : module_(module) {}
  void set(const AttributePath& path, const c10::IValue& value) {
    torch::jit::Module owner = moduleAt(module_, ownerOf(path));
    before_.emplace_back(path, owner.attr(path.back()));
    owner.setattr(path.back(), value);
  }
  /// The owner's whole number `name` where it is `from`.
  void follow(const AttributePath& owner, const char* name, std::int64_t from, std::int64_t to) {
    const torch::jit::Module part = moduleAt(module_, owner);
    // A constant of the class is no attribute; whether anything reads it, the run will tell.
    if (!part._ivalue()->type()->hasAttribute(name)) return;
    const c10::IValue value = part.attr(name);
    if (!value.isInt() || value.toInt() != from) return;
    AttributePath path = owner;
    path.emplace_back(name);
    set(path, to);
  }
  void undo() {
    for (auto each = before_.rbegin(); each != before_.rend(); ++each) {
      moduleAt(module_, ownerOf(each->first)).setattr(each->first.back(), each->second);
    }
    before_.clear();
  }

 private:
  torch::jit::Module& module_;
  std::vector<std::pair<AttributePath, c10::IValue>> before_;
};

/// num_classes, wherever a part of the module keeps it.
void followEverywhere(Change& change, const torch::jit::Module& module, const NewHead& head) {
  for (const auto& part : module.named_modules()) {
    AttributePath path;  // named_modules() joins its names with dots
    std::size_t begin = 0;
    while (begin < part.name.size()) {
      const std::size_t end = std::min(part.name.find('.', begin), part.name.size());
      path.push_back(part.name.substr(begin, end - begin));
      begin = end + 1;
    }
    change.follow(path, "num_classes", head.oldClasses, head.classes);
  }
}

void replaceLayers(Change& change, const std::vector<Layer>& layers, const NewHead& head, Way way) {
  at::Generator generator = at::detail::createCPUGenerator(head.seed);
  for (const Layer& layer : layers) {
    // As torch.nn.init.kaiming_uniform_(weight, a=√5) comes to its bound, operation by operation.
    const double width = static_cast<double>(widthOf(layer, way));
    const double gain = std::sqrt(2.0 / (1.0 + std::pow(std::sqrt(5.0), 2)));
    const double bound = std::sqrt(3.0) * (gain / std::sqrt(width));
    const at::Tensor& old = layer.weight.tensor;
    at::Tensor weight = drawn({head.classes, widthOf(layer, way)}, bound, generator, old);
    if (way == Way::Columns) weight = weight.detach().t().contiguous().set_requires_grad(true);
    change.set(layer.weight.path, weight);
    if (layer.bias) {
      change.set(layer.bias->path, drawn({head.classes}, 1 / std::sqrt(width), generator, layer.bias->tensor));
    }
    change.follow(ownerOf(layer.weight.path), "out_features", head.oldClasses, head.classes);
  }
}

/// The parameters that the head is made of, with their places.
std::vector<Part> partsOf(const torch::jit::Module& module, const FeatureSource& source, const std::string& subject) {
  std::vector<Part> parts;
  const auto trainable = trainableParameters(module);
  for (const AttributePath& path : source.head()) {
    const auto value = attributeAt(module, path);
    if (!value || !value->isTensor()) continue;
    const at::Tensor tensor = value->toTensor();
    const auto same = [&](const auto& parameter) { return parameter.second.is_same(tensor); };
    if (std::any_of(trainable.begin(), trainable.end(), same)) parts.push_back({path, tensor});
  }
  if (parts.empty()) {
    const std::string& problem = source.headProblem();
    failInput(subject, kRule, problem.empty() ? "weights that are constants" : problem, kRemedy);
  }
  return parts;
}

std::string shapesOf(const std::vector<Part>& parts) {
  std::string text;
  for (const Part& part : parts) {
    std::string shape;
    for (const std::int64_t size : part.tensor.sizes()) shape += (shape.empty() ? "" : " × ") + std::to_string(size);
    text += (text.empty() ? "" : ", ") + shape;
  }
  return "a head made of " + text;
}

}  // namespace

void replaceHead(torch::jit::Module& module, const FeatureSource& source, const NewHead& head, const at::Tensor& grey,
                 const std::string& subject) {
  const at::NoGradGuard leaves;
  const auto parts = partsOf(module, source, subject);
  std::string problem;
  // A square weight may stand either way: only a run tells.
  for (const Way way : {Way::Rows, Way::Columns}) {
    const auto layers = layersOf(parts, head.oldClasses, way);
    if (layers.empty()) continue;
    Change change(module);
    try {
      replaceLayers(change, layers, head, way);
      followEverywhere(change, module, head);
      callForLogits(module, grey, head.classes, subject);
      return;
    } catch (const OutOfMemory&) {
      change.undo();
      throw;
    } catch (const std::exception& failure) {
      change.undo();
      const auto* ours = dynamic_cast<const Error*>(&failure);
      problem = ours ? ours->observed() : reasonOf(failure);
    }
  }
  failInput(subject, kRule,
            problem.empty() ? shapesOf(parts) + ", for " + std::to_string(head.oldClasses) + " classes"
                            : "with a head for " + std::to_string(head.classes) + " classes: " + problem,
            kRemedy);
}

}  // namespace gf
