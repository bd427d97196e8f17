// SPDX-License-Identifier: Apache-2.0
#include "jobs/study_estimate.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "jobs/compare_models.h"
#include "transfer/transfer_set.h"

namespace gf {
namespace {

constexpr double kStepForwards = 3;  // the backward pass counts as two

/// One cell's part of the cost. Stages: one after the other, or side by side of a soup.
void addCell(const PreparedStudy& prepared, const PlannedCell& cell, std::int64_t samples, StudyCost& cost) {
  const TransferOptions& options = cell.options;
  const bool together = options.teachers == TeacherMode::Parallel;
  const auto stages = static_cast<std::int64_t>(together ? 1 : cell.teachers.size());
  const std::int64_t epochs = options.epochs + options.warmupLinearEpochs;
  const std::int64_t seen = samples * epochs;
  cost.training += seen * stages;
  cost.steps[cell.student] += seen * stages;
  for (const std::size_t teacher : cell.teachers) {
    cost.teaching += seen;
    cost.forwards[teacher] += seen;
  }
  if (usesPartition(options.method)) {
    cost.retaining += seen * stages;
    cost.forwards[cell.student] += seen * stages;
  }
  const auto evaluations = static_cast<std::int64_t>(std::ceil(static_cast<double>(epochs) / options.evaluateEvery));
  const std::int64_t checked = stages * evaluations * static_cast<std::int64_t>(prepared.data.eval->size());
  cost.checking += checked;
  cost.forwards[cell.student] += checked;

  const std::int64_t weights = prepared.models[cell.student].fileBytes;
  const std::int64_t models = 1 + (options.method == Method::XeKlMcl) +
                              (options.teachers == TeacherMode::Soup && cell.teachers.size() > 1 ? stages : 0);
  cost.bytesKept += models * weights;
  // Two states of weights, momentum and whatever else is kept as large as they are.
  cost.bytesWorking = std::max(cost.bytesWorking, 2 * (models + 1) * weights);
}

}  // namespace

StudyCost costOf(const PreparedStudy& prepared) {
  StudyCost cost;
  cost.forwards.assign(prepared.models.size(), 0);
  cost.steps.assign(prepared.models.size(), 0);
  std::set<std::size_t> taking;
  std::map<std::string, std::int64_t> samples;  // by the rule: seeds draw as many
  for (const auto& cell : prepared.expansion.cells) {
    ++cost.cells;
    taking.insert(cell.student);
    taking.insert(cell.teachers.begin(), cell.teachers.end());
    const auto [known, isNew] = samples.emplace(toText(cell.options.subset), 0);
    if (isNew) known->second = std::ssize(transferSetOf(prepared.data, cell.options));
    addCell(prepared, cell, known->second, cost);
  }
  for (const std::size_t model : taking) {
    const auto images = static_cast<std::int64_t>(prepared.data.eval->size());
    cost.evaluations += images;
    cost.forwards[model] += images;
  }
  return cost;
}

double secondsOf(const PreparedStudy& prepared, const StudyCost& cost, const std::string& deviceName, int threads,
                 const Control& control) {
  constexpr std::int64_t kBatch = 16;
  constexpr int kRepeats = 3;
  setComputeThreads(threads);
  const c10::Device device = deviceOf(deviceName);
  const at::NoGradGuard noGradients;
  Meter meter(control, "Timing the models", static_cast<double>(prepared.models.size()));
  double seconds = 0;
  for (std::size_t m = 0; m < prepared.models.size(); ++m) {
    control.checkpoint();
    meter.update(static_cast<double>(m));
    const double images = static_cast<double>(cost.forwards[m]) + kStepForwards * static_cast<double>(cost.steps[m]);
    if (images == 0) continue;
    Classifier model = loadModel({prepared.models[m].path, nullptr}, device);
    model.setTraining(false);
    const auto& size = model.metadata().inputSize;
    const at::Tensor batch = at::rand({kBatch, size[0], size[1], size[2]}, at::TensorOptions().device(device));
    double best = INFINITY;
    for (int i = 0; i <= kRepeats; ++i) {
      const double start = monotonicSeconds();
      model.logits(batch).sum().item<float>();                       // waits for a GPU
      if (i > 0) best = std::min(best, monotonicSeconds() - start);  // the first pass prepares the module
    }
    seconds += images * best / static_cast<double>(kBatch);
  }
  return seconds;
}

}  // namespace gf
