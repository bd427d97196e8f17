// SPDX-License-Identifier: Apache-2.0
#include "models/classifier.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <mutex>
#include <sstream>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "models/feature_source.h"
#include "models/label_fit.h"
#include "models/new_head.h"
#include "models/script_module.h"

namespace gf {
namespace {

/// A deep copy whose parameters are leaves that ask for gradients as the originals did.
torch::jit::Module deepCopy(const torch::jit::Module& module, std::optional<c10::Device> device = std::nullopt) {
  const at::NoGradGuard leaves;
  torch::jit::Module copy = module.deepcopy(device);
  std::vector<bool> trains;
  for (const at::Tensor& parameter : module.parameters()) trains.push_back(parameter.requires_grad());
  std::size_t next = 0;
  for (at::Tensor parameter : copy.parameters()) parameter.set_requires_grad(trains[next++]);
  return copy;
}

}  // namespace

struct Classifier::State {
  torch::jit::Module module;
  ModelMetadata metadata;
  std::filesystem::path path;
  c10::Device device = c10::kCPU;
  bool traced = false;
  bool training = false, batchNormFrozen = false;
  std::shared_ptr<const FeatureSource> features;  ///< Null until needed. Holds no weights: clones share it.
  std::optional<std::string> featuresProblem;     ///< Unknown until somebody asks.
  std::vector<std::int64_t> arrangement;          ///< See arrangement().
  std::vector<std::string> missing;
  at::Tensor columns;  ///< `arrangement` on the device, with the number of own classes for a missing one.

  void setTraining(bool train, bool freezeBatchNorm) {
    training = train;
    batchNormFrozen = freezeBatchNorm;
    for (torch::jit::Module part : module.modules()) {
      if (part.hasattr("training")) part.setattr("training", train && !(freezeBatchNorm && isBatchNorm(part)));
    }
  }
  /// Eval mode for a while; afterwards as it was.
  struct Eval {
    explicit Eval(State& owner) : state(owner), training(owner.training), frozen(owner.batchNormFrozen) {
      state.setTraining(false, frozen);
    }
    ~Eval() { state.setTraining(training, frozen); }
    Eval(const Eval&) = delete;
    Eval& operator=(const Eval&) = delete;
    State& state;
    bool training, frozen;
  };

  const FeatureSource& source() {
    if (!features) features = std::make_shared<const FeatureSource>(module);
    return *features;
  }
  /// Two grey images as the model takes them.
  at::Tensor grey() const {
    const auto& size = metadata.inputSize;
    return at::zeros({2, size[0], size[1], size[2]}, device);
  }
  std::int64_t ownClasses() const { return static_cast<std::int64_t>(metadata.classes.size()); }
  at::Tensor arranged(const at::Tensor& logits) const {
    if (arrangement.empty()) return logits;
    if (missing.empty()) return logits.index_select(1, columns);
    const at::Tensor never = at::full({logits.size(0), 1}, -std::numeric_limits<float>::infinity(), logits.options());
    return at::cat({logits, never}, 1).index_select(1, columns);
  }
};

Classifier::Classifier(std::unique_ptr<State> state) : state_(std::move(state)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Classifier Classifier::load(const std::filesystem::path& path, c10::Device device, const nlohmann::json& overrides) {
  auto state = std::make_unique<State>();
  try {
    LoadedScript loaded = loadScript(path, device);
    state->metadata = parseMetadata(loaded.metadata, overrides, path.string());
    state->module = std::move(loaded.module);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& failure) {  // out of memory, on either side
    failRun(path.string(), "the model must fit into memory", reasonOf(failure), "Close other programs or use the CPU");
  }
  state->path = path;
  state->device = device;
  state->traced = isModeBakedIn(state->module);
  for (auto& [name, parameter] : trainableParameters(state->module)) parameter.set_requires_grad(true);
  Classifier model(std::move(state));
  model.setTraining(false);
  return model;
}

const ModelMetadata& Classifier::metadata() const {
  return state_->metadata;
}
const std::filesystem::path& Classifier::path() const {
  return state_->path;
}
int Classifier::classes() const {
  const auto& arranged = state_->arrangement;
  return static_cast<int>(arranged.empty() ? state_->metadata.classes.size() : arranged.size());
}
c10::Device Classifier::device() const {
  return state_->device;
}
Preprocess Classifier::preprocess() const {
  return preprocessOf(state_->metadata);
}
void Classifier::setMetadata(ModelMetadata metadata) {
  state_->metadata = std::move(metadata);
}

at::Tensor Classifier::logits(const at::Tensor& inputs) {
  return state_->arranged(callForLogits(state_->module, inputs, state_->ownClasses(), state_->path.string()));
}

LogitsAndFeatures Classifier::logitsAndFeatures(const at::Tensor& inputs) {
  auto [logits, features] =
      callForFeatures(state_->module, state_->source(), inputs, state_->ownClasses(), state_->path.string());
  return {state_->arranged(logits), std::move(features)};
}

std::string Classifier::featuresProblem() const {
  State& state = *state_;
  if (state.featuresProblem) return *state.featuresProblem;
  state.featuresProblem = state.source().problem();
  if (!state.featuresProblem->empty()) return *state.featuresProblem;
  // Only a run tells the shape of the features.
  const at::NoGradGuard noGradients;
  const State::Eval eval(state);
  state.featuresProblem = problemOfFeatures(state.module, state.source(), state.grey(), state.ownClasses());
  return *state.featuresProblem;
}

std::vector<at::Tensor> Classifier::headParameters() const {
  return state_->source().headParameters(state_->module);
}

void Classifier::replaceHead(const NamedClasses& classes, std::uint64_t seed) {
  State& state = *state_;
  {
    const State::Eval eval(state);
    const NewHead head{state.ownClasses(), static_cast<std::int64_t>(classes.names.size()), seed};
    gf::replaceHead(state.module, state.source(), head, state.grey(), state.path.string());
  }
  state.metadata.classes = classes.names;
  state.metadata.wnids = classes.wnids;
  state.metadata.referenceAccuracy.reset();
  state.features.reset();  // its graph may hold the old number of classes
  state.featuresProblem.reset();
  state.arrangement.clear();
  state.missing.clear();
  state.columns.reset();
}

void Classifier::arrangeFor(const std::vector<std::string>& classes) {
  arrangeFor(NamedClasses{"the data", classes});
}

void Classifier::arrangeFor(const NamedClasses& wanted) {
  const NamedClasses own{"the model", state_->metadata.classes, state_->metadata.wnids};
  const std::string subject = state_->path.string();
  requireLabels(subject, own, wanted, /*mayMiss=*/true);
  std::vector<std::int64_t> columns = arrangementFor(subject, own, wanted);
  std::vector<std::string> missing;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k] < 0) missing.push_back(wanted.names[k]);
  }
  state_->arrangement = columns;
  state_->missing = std::move(missing);
  state_->columns.reset();
  if (columns.empty()) return;
  std::replace(columns.begin(), columns.end(), std::int64_t{-1}, state_->ownClasses());
  state_->columns = at::tensor(columns, at::kLong).to(state_->device);
}

const std::vector<std::string>& Classifier::missingClasses() const {
  return state_->missing;
}
const std::vector<std::int64_t>& Classifier::arrangement() const {
  return state_->arrangement;
}

std::vector<at::Tensor> Classifier::parameters() const {
  std::vector<at::Tensor> result;
  for (auto& [name, tensor] : trainableParameters(state_->module)) result.push_back(std::move(tensor));
  return result;
}

std::vector<std::pair<std::string, at::Tensor>> Classifier::namedParameters() const {
  return trainableParameters(state_->module);
}

std::vector<std::pair<std::string, at::Tensor>> Classifier::namedBuffers() const {
  std::vector<std::pair<std::string, at::Tensor>> result;
  for (const auto& buffer : state_->module.named_buffers(/*recurse=*/true))
    result.emplace_back(buffer.name, buffer.value);
  return result;
}

std::int64_t Classifier::parameterCount() const {
  std::int64_t count = 0;
  for (const auto& [name, tensor] : trainableParameters(state_->module)) count += tensor.numel();
  return count;
}

void Classifier::setTraining(bool training, bool freezeBatchNorm) {
  state_->setTraining(training, freezeBatchNorm);
}

bool Classifier::isTraining() const {
  return state_->training;
}
bool Classifier::batchNormFrozen() const {
  return state_->batchNormFrozen;
}

void Classifier::freeze() {
  setTraining(false);
  for (at::Tensor parameter : state_->module.parameters()) parameter.set_requires_grad(false);
}

bool Classifier::canTrain() const {
  return !state_->traced && parameterCount() > 0;
}

Classifier Classifier::clone() const {
  auto copy = std::make_unique<State>(*state_);
  copy->module = deepCopy(state_->module);
  return Classifier(std::move(copy));
}

void Classifier::save(const std::filesystem::path& path) const {
  // A copy on the CPU in eval mode is written: the file then loads on any machine and is ready to be used.
  torch::jit::Module copy = deepCopy(state_->module, c10::Device(c10::kCPU));
  copy.eval();
  const torch::jit::ExtraFilesMap extra{{kMetadataFile, toJson(state_->metadata).dump(2)}};
  // Into memory first: LibTorch's file writer ends the program when the disk is full.
  std::ostringstream bytes;
  try {
    copy.save(bytes, extra);
  } catch (const std::exception& failure) {
    failRun(path.string(), "the model must be writable", reasonOf(failure));
  }
  writeAtomically(path, bytes.view());
}

Preprocess preprocessOf(const ModelMetadata& metadata) {
  Preprocess result;
  result.inputSize = metadata.inputSize;
  result.mean.assign(metadata.mean.begin(), metadata.mean.end());
  result.std.assign(metadata.std.begin(), metadata.std.end());
  result.interpolation = metadata.interpolation == "bilinear" ? Interpolation::Bilinear : Interpolation::Bicubic;
  result.cropPct = metadata.cropPct;
  result.cropMode = metadata.cropMode == "squash"   ? CropMode::Squash
                    : metadata.cropMode == "border" ? CropMode::Border
                                                    : CropMode::Center;
  return result;
}

c10::Device deviceOf(const std::string& text) {
  if (text == "cpu") return c10::kCPU;
  // Every comparison is in fp32; by default cuDNN rounds the factors of a convolution to TF32.
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  const auto usable = [] { return torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0; };
  if (text == "auto") return usable() > 0 ? c10::Device(c10::kCUDA, 0) : c10::Device(c10::kCPU);
  const auto fail = [&](const std::string& observed) {
    failUsage("--device", "must be auto, cpu, cuda or cuda:INDEX of a device that is there", observed,
              "Use --device cpu, or look at gainfinder doctor");
  };
  int index = 0;
  if (text.rfind("cuda:", 0) == 0) {
    const char* end = text.data() + text.size();
    const auto [stopped, failure] = std::from_chars(text.data() + 5, end, index);
    if (failure != std::errc() || stopped != end || index < 0 || index > 127) fail(text);
  } else if (text != "cuda") {
    fail(text);
  }
  const int count = usable();
  if (index >= count) fail(text + " with " + std::to_string(count) + " usable CUDA devices");
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

int computeThreads(int asked) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return asked > 0 ? asked : std::max(1, cores - 1);
}

void setComputeThreads(int asked) {
  at::set_num_threads(computeThreads(asked));
  static std::once_flag once;
  std::call_once(once, [] {
    try {
      at::set_num_interop_threads(1);
    } catch (const c10::Error&) {  // parallel work has begun already: too late to change, and harmless
    }
  });
}

}  // namespace gf
