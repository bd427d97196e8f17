// SPDX-License-Identifier: Apache-2.0
#include "transfer/stage.h"

#include <cmath>

#include "base/control.h"
#include "base/error.h"
#include "base/log.h"
#include "transfer/schedule.h"
#include "transfer/transfer_set.h"
#include "transfer/weights.h"

namespace gf {
namespace {

LoaderOptions loadingOf(const TransferOptions& options, c10::Device device, CropStore* crops) {
  LoaderOptions loading;
  loading.batch = options.batch;
  loading.device = device;
  loading.threads = loaderThreads(device);
  loading.augment = options.augment;
  loading.sharedCrop = true;  // the student's input comes first
  loading.shuffle = true;
  loading.readOn = true;
  loading.seed = options.seed;
  loading.crops = crops;
  return loading;
}

/// Width of a model's penultimate features.
std::int64_t featureWidth(Classifier& model) {
  const torch::NoGradGuard noGradients;
  const auto [channels, height, width] = model.preprocess().inputSize;
  const at::Tensor images = at::zeros({2, channels, height, width}, at::device(model.device()).dtype(at::kFloat));
  model.setTraining(false);
  return model.logitsAndFeatures(images).features.size(1);
}

std::string sampleList(const Batch& batch) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, batch.indices.size()); ++i) {
    text += (i ? ", " : "") + std::to_string(batch.indices[i]);
  }
  return text + (batch.indices.size() > kShown ? ", …" : "");
}

}  // namespace

/// The library's optimiser and whether it is the linear warm-up's.
struct Stage::Optimiser {
  bool warmup;
  std::vector<at::Tensor> parameters;
  torch::optim::SGD sgd;

  Optimiser(bool isWarmup, std::vector<at::Tensor> trained, const TransferOptions& options)
      : warmup(isWarmup),
        parameters(std::move(trained)),
        sgd(parameters, torch::optim::SGDOptions(options.learningRate)
                            .momentum(options.momentum)
                            .weight_decay(options.weightDecay)) {}

  at::Tensor momentumOf(const at::Tensor& parameter) const {
    const auto found = sgd.state().find(parameter.unsafeGetTensorImpl());
    if (found == sgd.state().end()) return {};
    return static_cast<const torch::optim::SGDParamState&>(*found->second).momentum_buffer();
  }
  void setMomentum(const at::Tensor& parameter, const at::Tensor& momentum) {
    auto state = std::make_unique<torch::optim::SGDParamState>();
    state->momentum_buffer(momentum);
    sgd.state()[parameter.unsafeGetTensorImpl()] = std::move(state);
  }
  void setLearningRate(double rate) {
    for (auto& group : sgd.param_groups()) static_cast<torch::optim::SGDOptions&>(group.options()).lr(rate);
  }
};

Stage::Stage(const StageSetting& setting, const StageModels& models)
    : setting_(setting),
      models_(models),
      frozen_(setting.options, setting.data, setting.subset, models, setting.cache, setting.crops) {
  const TransferOptions& options = setting_.options;
  planSteps();
  if ((options.warmupLinearEpochs > 0 || setting_.headOnly) && models_.student->headParameters().empty()) {
    failInput(
        (setting_.headOnly ? "model " : "student ") + models_.student->metadata().name,
        std::string(setting_.headOnly ? "training the head" : "a linear warm-up") + " needs a classifier head to train",
        "no last linear layer was found", setting_.headOnly ? "Train all layers" : "Leave out --warmup-linear-epochs");
  }
  setMode(warmupSteps_ > 0);
  if (options.method == Method::Crd) buildCrd();
  stepper_ = std::make_unique<Stepper>(options, models_, frozen_, crd_.get(), setting_.microBatch, setting_.form);
  if (const std::string why = stepper_->inexactness(); stepper_->microBatch() < options.batch && !why.empty()) {
    logLine(LogLevel::Warning, "A batch is taken in several passes. " + why);
  }
}

Stage::~Stage() = default;

void Stage::planSteps() {
  const TransferOptions& options = setting_.options;
  const auto samples = static_cast<std::int64_t>(setting_.subset.size());
  stepsPerEpoch_ = (samples + options.batch - 1) / options.batch;
  // The incomplete last batch is trained on too. One sample alone is the exception: batch norm has no variance to
  // estimate from it (PyTorch refuses), so that batch is left out of the epoch; shuffling makes it another sample each
  // time.
  const bool aloneAtTheEnd = samples % options.batch == 1 || options.batch == 1;
  if (aloneAtTheEnd && hasBatchNorm(*models_.student) && !options.freezeBatchNorm && !setting_.headOnly) {
    if (samples == 1 || options.batch == 1) {
      failUsage("transfer", "a student with batch norm needs at least 2 samples a batch",
                "batch " + std::to_string(options.batch) + ", transfer set of " + std::to_string(samples),
                "Raise --batch or --subset, or use --freeze-bn");
    }
    --stepsPerEpoch_;
  }
  warmupSteps_ = stepsPerEpoch_ * options.warmupLinearEpochs;
  steps_ = warmupSteps_ + stepsPerEpoch_ * options.epochs;
}

void Stage::buildCrd() {
  const auto labels = setting_.data.train->labels();
  std::vector<std::int32_t> ours;
  places_.assign(labels.size(), 0);
  for (const std::uint32_t index : setting_.subset) {
    places_[index] = static_cast<std::uint32_t>(ours.size());
    ours.push_back(labels[index]);
  }
  crd_ = std::make_unique<CrdMemory>(setting_.options, std::move(ours), featureWidth(*models_.student),
                                     featureWidth(*models_.teachers.front()), models_.student->device());
}

std::vector<at::Tensor> Stage::trained() const {
  std::vector<at::Tensor> all = models_.student->parameters();
  if (crd_) {
    for (const at::Tensor& parameter : crd_->parameters()) all.push_back(parameter);
  }
  return all;
}

void Stage::enterPhase(bool warmup) {
  if (optimiser_ && optimiser_->warmup == warmup) return;
  const TransferOptions& options = setting_.options;
  const bool headAlone = warmup || setting_.headOnly;
  const auto head = headAlone ? models_.student->headParameters() : std::vector<at::Tensor>();
  for (at::Tensor& parameter : models_.student->parameters()) parameter.set_requires_grad(!headAlone);
  for (at::Tensor parameter : head) parameter.set_requires_grad(true);
  optimiser_ = std::make_unique<Optimiser>(warmup, headAlone ? head : trained(), options);
  setMode(warmup);
}

/// While only the head trains, the rest must stay as it is, batch-norm statistics too.
void Stage::setMode(bool warmup) {
  models_.student->setTraining(!setting_.headOnly, warmup || setting_.headOnly || setting_.options.freezeBatchNorm);
}

std::string Stage::title() const {
  const auto epoch = position_ / stepsPerEpoch_, warmup = warmupSteps_ / stepsPerEpoch_;
  if (inWarmup()) return "Linear warm-up, epoch " + std::to_string(epoch + 1) + " of " + std::to_string(warmup);
  return "Epoch " + std::to_string(std::min<std::int64_t>(epoch - warmup + 1, setting_.options.epochs)) + " of " +
         std::to_string(setting_.options.epochs);
}

double Stage::learningRate() const {
  if (inWarmup()) return setting_.options.learningRate;
  return learningRateAt(setting_.options, position_ - warmupSteps_, steps_ - warmupSteps_, stepsPerEpoch_);
}

void Stage::openLoader() {
  loader_ = std::make_unique<Loader>(setting_.data.train, setting_.subset, frozen_.inputs(),
                                     loadingOf(setting_.options, models_.student->device(), setting_.crops));
  reading_ = false;
}

Batch Stage::nextBatch() {
  if (!loader_) openLoader();
  const std::int64_t inEpoch = position_ % stepsPerEpoch_;
  while (true) {
    if (!reading_ || inEpoch == 0) {
      loader_->start(static_cast<int>(position_ / stepsPerEpoch_), static_cast<std::size_t>(inEpoch));
      reading_ = true;
    }
    auto batch = loader_->next();
    if (!batch) failRun("transfer", "the loader must give every batch", "none at batch " + std::to_string(inEpoch + 1));
    if (frozen_.look(*batch)) return *std::move(batch);
    openLoader();  // a model runs that did not
  }
}

StepValues Stage::step() {
  const double began = monotonicSeconds();
  const Batch batch = nextBatch();
  StepValues values = step(batch);
  values.seconds = monotonicSeconds() - began;
  return values;
}

StepValues Stage::step(const Batch& batch) {
  const double began = monotonicSeconds();
  enterPhase(inWarmup());
  std::vector<std::uint32_t> positions;
  if (crd_) {
    for (const std::uint32_t index : batch.indices) positions.push_back(places_[index]);
  }
  betweenSteps_ = false;
  StepValues values = stepper_->gradients(batch, static_cast<std::uint64_t>(position_), positions);
  requireFinite(values.total, "the objective", batch);
  values.gradientNorm = clip();
  if (values.gradientNorm) requireFinite(*values.gradientNorm, "the gradient", batch);
  values.learningRate = learningRate();
  optimiser_->setLearningRate(values.learningRate);
  optimiser_->sgd.step();
  if (crd_) crd_->remember();
  ++position_;
  // The whole stage's steps count, so that N need not divide an epoch.
  if (models_.slow && position_ % setting_.options.mclEvery == 0) {
    followSlowly(*models_.slow, *models_.student, setting_.options.mclTau);
  }
  betweenSteps_ = true;
  values.seconds = monotonicSeconds() - began;
  return values;
}

std::optional<double> Stage::clip() {
  if (setting_.options.clipNorm <= 0) return std::nullopt;
  return torch::nn::utils::clip_grad_norm_(optimiser_->parameters, setting_.options.clipNorm);
}

void Stage::requireFinite(double value, const char* what, const Batch& batch) {
  if (std::isfinite(value)) return;
  failedBatch_ = batch.indices;
  failRun("transfer", std::string(what) + " must stay finite",
          (std::isnan(value) ? "not a number" : "infinity") + std::string(" at step ") + std::to_string(position_ + 1) +
              " of " + std::to_string(steps_) + ", on the training samples " + sampleList(batch),
          "Lower the learning rate, raise the temperature, or clip the gradient");
}

void Stage::store(RunState& state) const {
  state.put("stage/position", position_);
  state.put("stage/micro-batch", static_cast<std::int64_t>(microBatch()));
  if (crd_) {
    for (const auto& [name, tensor] : crd_->tensors()) state.put("crd/" + name, tensor);
  }
  if (!optimiser_) return;
  state.put("optimiser/warmup", static_cast<std::int64_t>(optimiser_->warmup));
  for (std::size_t i = 0; i < optimiser_->parameters.size(); ++i) {
    const at::Tensor momentum = optimiser_->momentumOf(optimiser_->parameters[i]);
    if (momentum.defined()) state.put("optimiser/momentum/" + std::to_string(i), momentum);
  }
}

void Stage::restore(const RunState& state) {
  position_ = state.whole("stage/position");
  if (position_ < 0 || position_ > steps_) {
    failInput("saved state", "its position must be within " + std::to_string(steps_) + " steps",
              std::to_string(position_));
  }
  reading_ = false;
  if (crd_) {
    for (const auto& [name, tensor] : crd_->tensors()) state.copyTo("crd/" + name, tensor);
  }
  if (!state.has("optimiser/warmup")) return;
  enterPhase(state.whole("optimiser/warmup") != 0);
  for (std::size_t i = 0; i < optimiser_->parameters.size(); ++i) {
    const std::string name = "optimiser/momentum/" + std::to_string(i);
    if (!state.has(name)) continue;
    const at::Tensor momentum = at::empty_like(optimiser_->parameters[i]).detach();
    state.copyTo(name, momentum);
    optimiser_->setMomentum(optimiser_->parameters[i], momentum);
  }
}

}  // namespace gf
