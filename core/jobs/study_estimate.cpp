// SPDX-License-Identifier: Apache-2.0
#include "jobs/study_estimate.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "base/kept_files.h"
#include "data/crop_store.h"
#include "jobs/compare_models.h"
#include "jobs/study_frozen.h"
#include "jobs/transfer_job.h"
#include "report/text.h"
#include "transfer/frozen_key.h"

namespace gf {
namespace {

constexpr double kStepForwards = 3;  // the backward pass counts as two

/// Adds cells to the cost, in their order.
class Adder {
 public:
  Adder(const PreparedStudy& prepared, const StudyFrozen& frozen, StudyCost& cost)
      : prepared_(prepared), frozen_(frozen), cost_(cost) {}

  void add(const PlannedCell& cell) {
    const auto stages = frozen_.stagesOf(cell);
    for (const auto& stage : stages) {
      for (const FrozenPart& part : stage) add(part, cell);
      addSteps(cell, stage.front().samples);
    }
    addCrops(cell, cell.student);
    addBytes(cell, std::ssize(stages));
  }
  void addNotes();

 private:
  void add(const FrozenPart& part, const PlannedCell& cell);
  void addCrops(const PlannedCell& cell, std::size_t model);
  void addSteps(const PlannedCell& cell, std::int64_t samples);
  void addBytes(const PlannedCell& cell, std::int64_t stages);
  bool isThere(const std::string& key) {
    std::error_code ignored;
    return kept_.contains(key) || std::filesystem::exists(folder_ / frozenFileName(key), ignored);
  }

  const PreparedStudy& prepared_;
  const StudyFrozen& frozen_;
  StudyCost& cost_;
  const std::filesystem::path folder_ = frozenFolder();
  std::set<std::string> kept_;                ///< Keys of what earlier cells of the study keep.
  std::map<std::string, std::int64_t> live_;  ///< Passes of images by the reason why they are not kept.
};

void Adder::add(const FrozenPart& part, const PlannedCell& cell) {
  const TransferOptions& options = cell.options;
  std::vector<std::string> missing;
  for (const auto& key : part.keys) {
    if (!isThere(key)) missing.push_back(key);
  }
  const std::int64_t images = part.samples * part.passes;
  const std::int64_t passes = std::max(part.passes, frozen_.passesOf(part));
  std::string why = part.mustRun;
  if (why.empty() && options.cache == CacheUse::Off) why = "--cache is off";
  if (why.empty() && !missing.empty() && !paysToKeep(options.cache, missing.size(), passes)) {
    why = "computing as many views as there are passes would save nothing";
  }
  if (!why.empty() || !missing.empty()) addCrops(cell, part.model);
  if (!why.empty()) {
    (part.isStudent ? cost_.retaining : cost_.teaching) += images;
    cost_.forwards[part.model] += images;
    live_[why] += images;
    return;
  }
  const auto views = std::ssize(missing);
  cost_.keeping += views * part.samples;
  const std::int64_t compared = views > 0 ? kComparedBatches * part.rows : 0;
  cost_.comparing += compared;
  cost_.forwards[part.model] += views * part.samples + compared;
  cost_.reading += images;
  if (part.passing) return;  // removed when the stage is over
  cost_.bytesCached += views * static_cast<std::int64_t>(part.bytes);
  kept_.insert(missing.begin(), missing.end());
}

void Adder::addCrops(const PlannedCell& cell, std::size_t model) {
  if (!prepared_.data.train->decodes() || !keepsCrops(cell.options, frozen_.cropPassesOf(cell))) return;
  const CropPart part = frozen_.cropsOf(cell, model);
  std::error_code ignored;
  if (part.bytes == 0 || std::filesystem::exists(cropFolder() / cropFileName(part.key), ignored)) return;
  if (kept_.insert(part.key).second) cost_.bytesDecoded += static_cast<std::int64_t>(part.bytes);
}

void Adder::addSteps(const PlannedCell& cell, std::int64_t samples) {
  const TransferOptions& options = cell.options;
  const std::int64_t epochs = options.epochs + options.warmupLinearEpochs;
  cost_.training += samples * epochs;
  cost_.steps[cell.student] += samples * epochs;
  const auto evaluations = static_cast<std::int64_t>(std::ceil(static_cast<double>(epochs) / options.evaluateEvery));
  const std::int64_t checked = evaluations * static_cast<std::int64_t>(prepared_.data.eval->size());
  cost_.checking += checked;
  cost_.forwards[cell.student] += checked;
}

void Adder::addBytes(const PlannedCell& cell, std::int64_t stages) {
  const std::int64_t weights = prepared_.models[cell.student].fileBytes;
  const TransferOptions& options = cell.options;
  const std::int64_t models = 1 + (options.method == Method::XeKlMcl) +
                              (options.teachers == TeacherMode::Soup && cell.teachers.size() > 1 ? stages : 0);
  cost_.bytesKept += models * weights;
  // Two states of weights, momentum and whatever else is kept as large as they are.
  cost_.bytesWorking = std::max(cost_.bytesWorking, 2 * (models + 1) * weights);
}

void Adder::addNotes() {
  for (const auto& [why, images] : live_) {
    cost_.notes.push_back(groupedText(images) + " passes of teachers and frozen students are made live: " + why);
  }
  if (bytesOf(keptFiles(cropFolder())) + static_cast<std::uint64_t>(cost_.bytesDecoded) > cropLimit().bytes()) {
    cost_.notes.push_back(
        "The cache does not hold all of these decoded images at once: where it has no room they are decoded in every "
        "pass");
  }
  const std::uint64_t there = bytesOf(keptFiles(folder_));
  if (there + static_cast<std::uint64_t>(cost_.bytesCached) <= frozenLimit().bytes()) return;
  cost_.notes.push_back(
      "The cache does not hold all of these answers at once: those used longest ago are dropped, and computed again "
      "where they are needed");
}

}  // namespace

StudyCost costOf(const PreparedStudy& prepared, const std::string& device, int threads) {
  StudyCost cost;
  cost.forwards.assign(prepared.models.size(), 0);
  cost.steps.assign(prepared.models.size(), 0);
  const StudyFrozen frozen(prepared, device, threads);
  Adder adder(prepared, frozen, cost);
  std::set<std::size_t> taking;
  for (const auto& cell : prepared.expansion.cells) {
    ++cost.cells;
    taking.insert(cell.student);
    taking.insert(cell.teachers.begin(), cell.teachers.end());
    adder.add(cell);
  }
  adder.addNotes();
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
