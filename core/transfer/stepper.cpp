// SPDX-License-Identifier: Apache-2.0
#include "transfer/stepper.h"

#include <ATen/DeviceAccelerator.h>

#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "transfer/layout.h"
#include "transfer/live_routing.h"
#include "transfer/weights.h"

namespace gf {
/// What passes of one batch add up to, on the device: read once, when the last one is done.
struct Stepper::Sums {
  at::Tensor terms;    ///< Total, distillation and, where there is one, cross-entropy: float [2 or 3].
  at::Tensor routing;  ///< int64 [2, K, 8]; undefined without a partition.
  bool crossEntropy = false;
};

Stepper::Stepper(const TransferOptions& options, const StageModels& models, FrozenModels& frozen, CrdMemory* crd,
                 int microBatch, PassForm form)
    : options_(options),
      models_(models),
      frozen_(frozen),
      crd_(crd),
      parameters_(models.student->parameters()),
      microBatch_(microBatch > 0 ? std::min(microBatch, options.batch) : options.batch),
      form_(form) {
  frozen_.limitRows(microBatch_);
  if (!crd_) return;
  for (const at::Tensor& parameter : crd_->parameters()) parameters_.push_back(parameter);
}

StepValues Stepper::gradients(const Batch& batch, std::uint64_t draw, std::span<const std::uint32_t> positions) {
  while (true) {
    std::string reason;
    try {
      return attempt(batch, draw, positions);
    } catch (const std::exception& failure) {
      if (!isOutOfMemory(failure)) throw;
      reason = failure.what();
    }
    // Outside the catch: while the exception lives, the frames it holds on to keep their tensors.
    makeRoom(batch.valid, reason);
  }
}

bool Stepper::needsTwo() const {
  return hasBatchNorm(*models_.student) && !models_.student->batchNormFrozen();
}

std::string Stepper::inexactness() const {
  if (options_.method == Method::Cd) return "CD then compares only the images of one pass with each other.";
  if (needsTwo()) return "Batch norm then normalises smaller groups, so the result is not exactly the whole batch's.";
  return {};
}

void Stepper::makeRoom(std::size_t rows, const std::string& reason) {
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
  if (crd_) crd_->forget();
  const int tried = std::min(microBatch_, static_cast<int>(rows));
  if (tried <= (needsTwo() ? 2 : 1)) {
    failRun("transfer", "a pass of " + std::to_string(tried) + " samples must fit into memory", reason,
            "Close other programs, choose a smaller student or teacher, or use the CPU");
  }
  microBatch_ = (tried + 1) / 2;
  frozen_.limitRows(microBatch_);
  if (models_.student->device().is_cuda()) at::accelerator::emptyCache();
  logLine(LogLevel::Warning, "Out of memory with " + std::to_string(tried) + " samples in a pass: going on with " +
                                 std::to_string(microBatch_) + ", gathered to the same batch of " +
                                 std::to_string(options_.batch) + ". " + inexactness());
}

StepValues Stepper::attempt(const Batch& batch, std::uint64_t draw, std::span<const std::uint32_t> positions) {
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
  const auto all = static_cast<std::int64_t>(batch.valid);
  const FrozenLogits frozen = frozen_.logits(batch);
  // Equal parts, so that none is a single sample, which batch norm cannot take.
  const std::int64_t passes = (all + microBatch_ - 1) / microBatch_;
  Sums sums;
  for (std::int64_t i = 0; i < passes; ++i) {
    const std::int64_t begin = all * i / passes, end = all * (i + 1) / passes;
    pass(batch, frozen, begin, end - begin, draw, positions, sums);
  }
  const at::Tensor terms = sums.terms.cpu();  // on a GPU this is the step's only wait
  const float* numbers = terms.const_data_ptr<float>();
  StepValues values;
  values.samples = batch.valid;
  values.total = numbers[0];
  values.distillation = numbers[1];
  if (sums.crossEntropy) values.crossEntropy = numbers[2];
  if (sums.routing.defined()) readRouting(sums.routing, values.routing, values.adaptingRouting);
  return values;
}

void Stepper::pass(const Batch& batch, const FrozenLogits& frozen, std::int64_t begin, std::int64_t rows,
                   std::uint64_t draw, std::span<const std::uint32_t> positions, Sums& sums) {
  ObjectiveInput input = inputOf(batch, frozen, begin, rows);
  if (crd_) {
    input.contrastive =
        crd_->loss(input.studentFeatures, input.teacherFeatures,
                   positions.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(rows)), draw);
  }
  const Objective objective = transferObjective(options_, input);
  const auto all = static_cast<std::int64_t>(batch.valid);
  const double share = static_cast<double>(rows) / static_cast<double>(all);
  (rows == all ? objective.total : objective.total * share).backward();

  const torch::NoGradGuard noGradients;
  sums.crossEntropy = objective.crossEntropy.defined();
  std::vector<at::Tensor> parts{objective.total.detach(), objective.distillation.detach()};
  if (sums.crossEntropy) parts.push_back(objective.crossEntropy.detach());
  at::Tensor terms = at::stack(parts);
  if (rows != all) terms = terms * share;
  sums.terms = sums.terms.defined() ? sums.terms + terms : terms;
  if (!objective.targets.defined()) return;
  const at::Tensor labels = batch.labels.narrow(0, begin, rows).to(input.student.device());
  const at::Tensor routing =
      countRouting(input.teachers, input.frozen, input.student.detach(), labels, objective, options_.method);
  sums.routing = sums.routing.defined() ? sums.routing + routing : routing;
}

ObjectiveInput Stepper::inputOf(const Batch& batch, const FrozenLogits& frozen, std::int64_t begin, std::int64_t rows) {
  const c10::Device device = models_.student->device();
  ObjectiveInput input;
  for (const at::Tensor& logits : frozen.teachers) input.teachers.push_back(logits.narrow(0, begin, rows));
  if (frozen.frozen.defined()) input.frozen = frozen.frozen.narrow(0, begin, rows);
  if (usesFeatures(options_.method)) {
    for (std::size_t k = 0; k < models_.teachers.size(); ++k) {
      input.teacherFeatures = frozen_.features(k, frozen_.imagesOf(k, batch).narrow(0, begin, rows));
    }
  }
  if (usesLabels(options_)) input.labels = batch.labels.narrow(0, begin, rows).to(device, true);
  forwardStudent(batch.inputs.front().narrow(0, begin, rows), input);
  return input;
}

void Stepper::forwardStudent(const at::Tensor& images, ObjectiveInput& input) {
  const Autocast autocast(form_.bf16, models_.student->device().type());
  const at::Tensor laid = form_.channelsLast ? images.contiguous(at::MemoryFormat::ChannelsLast) : images;
  if (!usesFeatures(options_.method)) {
    input.student = models_.student->logits(laid);
    return;
  }
  LogitsAndFeatures both = models_.student->logitsAndFeatures(laid);
  input.student = std::move(both.logits);
  input.studentFeatures = std::move(both.features);
}

}  // namespace gf
