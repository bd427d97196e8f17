// SPDX-License-Identifier: Apache-2.0
#include "transfer/weights.h"

#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "transfer/generators.h"

namespace gf {
namespace {

/// Parameters and buffers in the module's order, each storage once.
std::vector<at::Tensor> allTensors(const Classifier& model) {
  std::vector<at::Tensor> result;
  std::set<const at::TensorImpl*> seen;
  const auto add = [&](const at::Tensor& tensor) {
    if (tensor.defined() && seen.insert(tensor.unsafeGetTensorImpl()).second) result.push_back(tensor);
  };
  for (const auto& [name, tensor] : model.namedParameters()) add(tensor);
  for (const auto& [name, tensor] : model.namedBuffers()) add(tensor);
  return result;
}

void requireSameCount(std::size_t one, std::size_t other) {
  if (one != other) {
    failUsage("models", "must be copies of one model",
              std::to_string(one) + " and " + std::to_string(other) + " parameters and buffers");
  }
}

constexpr std::string_view kMean = "running_mean", kVariance = "running_var", kBatches = "num_batches_tracked";

/// The buffers of one batch norm. Fetched anew for every pass: older exports replace the counter by a new tensor.
struct Statistics {
  at::Tensor mean, variance, batches;  ///< `batches` may be undefined.
};

/// By the module's path, "layer1.0.bn1.".
std::map<std::string, Statistics> statisticsOf(const Classifier& model) {
  std::map<std::string, Statistics> result;
  for (const auto& [name, tensor] : model.namedBuffers()) {
    const std::string_view text(name);
    const auto at = [&](std::string_view suffix) -> Statistics* {
      return text.ends_with(suffix) ? &result[std::string(text.substr(0, text.size() - suffix.size()))] : nullptr;
    };
    if (Statistics* found = at(kMean)) found->mean = tensor;
    if (Statistics* found = at(kVariance)) found->variance = tensor;
    if (Statistics* found = at(kBatches)) found->batches = tensor;
  }
  std::erase_if(result,
                [](const auto& each) { return !each.second.mean.defined() || !each.second.variance.defined(); });
  return result;
}

/// What training passes may draw from; put back at the end.
class GeneratorStates {
 public:
  explicit GeneratorStates(c10::Device device) : device_(device), kept_(generatorStates(device)) {}
  ~GeneratorStates() { restore(); }
  GeneratorStates(const GeneratorStates&) = delete;
  GeneratorStates& operator=(const GeneratorStates&) = delete;
  void restore() { setGeneratorStates(device_, kept_); }

 private:
  c10::Device device_;
  std::vector<at::Tensor> kept_;
};

/// All buffers as they were, by name.
class BufferStates {
 public:
  explicit BufferStates(const Classifier& model) {
    for (const auto& [name, tensor] : model.namedBuffers()) kept_.emplace(name, tensor.clone());
  }
  /// Puts back every buffer but those of the named batch norms.
  void restore(const Classifier& model, const std::map<std::string, Statistics>& except) const {
    for (auto [name, tensor] : model.namedBuffers()) {
      const std::size_t dot = name.rfind('.');
      const std::string owner = dot == std::string::npos ? "" : name.substr(0, dot + 1);
      const bool taken =
          except.contains(owner) && (name.ends_with(kMean) || name.ends_with(kVariance) || name.ends_with(kBatches));
      if (!taken) tensor.copy_(kept_.at(name));
    }
  }

 private:
  std::map<std::string, at::Tensor> kept_;
};

/// Sums of one batch norm's statistics over the batches, in double.
struct Gathered {
  double momentum = 0;
  at::Tensor mean, variance;
};

class Estimation {
 public:
  explicit Estimation(Classifier& model) : model_(model) {}

  void add(const at::Tensor& inputs) {
    if (batches_++ == 0) measureMomenta(inputs);
    pass(inputs, 0);
    for (const auto& [owner, now] : statisticsOf(model_)) {
      Gathered& gathered = gathered_[owner];
      if (gathered.momentum == 0) continue;
      // From zero, a pass leaves momentum · statistic.
      gathered.mean += now.mean.to(at::kDouble) / gathered.momentum;
      gathered.variance += now.variance.to(at::kDouble) / gathered.momentum;
    }
  }

  /// Stores the means over all batches; the batch norms that got them.
  std::map<std::string, Statistics> store() {
    std::map<std::string, Statistics> stored;
    if (batches_ == 0) return stored;
    for (auto [owner, now] : statisticsOf(model_)) {
      const Gathered& gathered = gathered_[owner];
      if (gathered.momentum == 0) continue;
      now.mean.copy_(gathered.mean / static_cast<double>(batches_));
      now.variance.copy_(gathered.variance / static_cast<double>(batches_));
      if (now.batches.defined()) now.batches.fill_(batches_);
      stored.emplace(owner, now);
    }
    return stored;
  }

 private:
  /// One training pass from statistics that all hold `start`, as if it were the first.
  void pass(const at::Tensor& inputs, double start) {
    for (auto [owner, each] : statisticsOf(model_)) {
      each.mean.fill_(start);
      each.variance.fill_(start);
      if (each.batches.defined()) each.batches.zero_();
    }
    model_.logits(inputs);
  }

  /// TorchScript bakes the momentum into the code, so it is measured: the same pass from two starts differs by
  /// (1 − momentum) times their distance.
  void measureMomenta(const at::Tensor& inputs) {
    constexpr double kStart = 4096;  // far above most statistics, so that little is lost in the difference
    GeneratorStates generators(model_.device());
    pass(inputs, kStart);
    std::map<std::string, Statistics> fromAfar;
    for (const auto& [owner, each] : statisticsOf(model_)) {
      fromAfar[owner] = {each.mean.clone(), each.variance.clone(), {}};
    }
    generators.restore();
    pass(inputs, 0);
    for (const auto& [owner, each] : statisticsOf(model_)) {
      const Statistics& far = fromAfar.at(owner);
      const at::Tensor kept = (far.mean.to(at::kDouble) - each.mean.to(at::kDouble)) / kStart;
      const double momentum = 1 - kept.mean().item<double>();
      const auto zeros = [](const at::Tensor& like) { return at::zeros_like(like, at::kDouble); };
      // One that no pass reaches keeps what it has.
      gathered_[owner] = {momentum > 1e-5 ? momentum : 0, zeros(each.mean), zeros(each.variance)};
    }
  }

  Classifier& model_;
  std::int64_t batches_ = 0;
  std::map<std::string, Gathered> gathered_;
};

}  // namespace

void followSlowly(Classifier& slow, const Classifier& fast, double tau) {
  const at::NoGradGuard noGradients;
  const auto ours = allTensors(slow), theirs = allTensors(fast);
  requireSameCount(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i].is_floating_point()) {
      // slow + (1 − τ)(fast − slow): with τ and 1 − τ rounded each, their sum would miss one in every update.
      ours[i].lerp_(theirs[i], 1 - tau);
    } else {
      ours[i].copy_(theirs[i]);
    }
  }
}

double weightDistance(const Classifier& model, const Classifier& origin) {
  const at::NoGradGuard noGradients;
  const auto now = model.parameters(), then = origin.parameters();
  requireSameCount(now.size(), then.size());
  if (now.empty()) return 0;
  at::Tensor moved, length;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const at::Tensor start = then[i].to(at::kDouble);
    const at::Tensor step = (now[i].to(at::kDouble) - start).square().sum(), own = start.square().sum();
    moved = moved.defined() ? moved + step : step;
    length = length.defined() ? length + own : own;
  }
  const double distance = std::sqrt(moved.item<double>()), norm = std::sqrt(length.item<double>());
  return distance == 0 ? 0 : distance / norm;
}

void mixWeights(Classifier& into, const std::vector<const Classifier*>& parts, const std::vector<double>& shares) {
  if (parts.empty() || parts.size() != shares.size()) {
    failUsage("models", "each must have a share, and there must be one at least",
              std::to_string(parts.size()) + " models and " + std::to_string(shares.size()) + " shares");
  }
  const at::NoGradGuard noGradients;
  const auto target = allTensors(into);
  std::vector<std::vector<at::Tensor>> sources;
  for (const Classifier* part : parts) {
    sources.push_back(allTensors(*part));
    requireSameCount(target.size(), sources.back().size());
  }
  for (std::size_t t = 0; t < target.size(); ++t) {
    if (!target[t].is_floating_point()) {
      target[t].copy_(sources.front()[t]);
      continue;
    }
    // In double, and without what has no share: a mix that is one part alone is that part bit for bit.
    at::Tensor sum;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (shares[i] == 0) continue;
      const at::Tensor part = sources[i][t].to(at::kDouble) * shares[i];
      sum = sum.defined() ? sum + part : part;
    }
    if (sum.defined()) {
      target[t].copy_(sum);
    } else {
      target[t].zero_();
    }
  }
}

void estimateBatchNorm(Classifier& model, const std::function<at::Tensor()>& next) {
  model.setTraining(false);
  if (!hasBatchNorm(model)) return;
  const at::NoGradGuard noGradients;
  const GeneratorStates generators(model.device());
  const BufferStates before(model);
  try {
    model.setTraining(true);
    Estimation estimation(model);
    for (at::Tensor inputs = next(); inputs.defined(); inputs = next()) estimation.add(inputs);
    before.restore(model, estimation.store());
  } catch (...) {
    before.restore(model, {});
    model.setTraining(false);
    throw;
  }
  model.setTraining(false);
}

bool hasBatchNorm(const Classifier& model) {
  for (const auto& [name, buffer] : model.namedBuffers()) {
    if (name.ends_with(kMean)) return true;
  }
  return false;
}

std::string weightsHash(const Classifier& model) {
  Sha256 hash;
  const auto add = [&](const std::string& name, const at::Tensor& tensor) {
    const at::Tensor values = tensor.detach().cpu().contiguous();
    hash.add(name).add("\n").add({static_cast<const char*>(values.const_data_ptr()), values.nbytes()});
  };
  for (const auto& [name, tensor] : model.namedParameters()) add(name, tensor);
  for (const auto& [name, tensor] : model.namedBuffers()) add(name, tensor);
  return hash.hex();
}

}  // namespace gf
