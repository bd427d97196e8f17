// SPDX-License-Identifier: Apache-2.0
// The engine's side of bench.py: one JSON command a line in, one JSON answer a line out, so that what a first pass
// costs is paid once and rounds can be taken in turns with another program's.
//   {"do": "open", "data": DIR, "student": FILE, "teachers": [FILE…], "inputs": [FILE…], "labels": FILE, "options":
//   {…}}
//   {"do": "steps", "count": N}      optimiser steps on that one batch, which lies in memory
//   {"do": "open-cached", … "cache": DIR}, then {"do": "cached", "count": N}   steps of a run that reads kept answers
//   {"do": "floor", "count": N}      its student forward, divergence from logits in memory, backward, update: no more
//   {"do": "open-evaluation", "data": DIR, "model": FILE, "threads": N}, then {"do": "evaluate"}
// Files of inputs are float32 in the model's order, a student's first; labels are int64.
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <sys/resource.h>
#include <torch/optim/sgd.h>

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/control.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/memory.h"
#include "data/dataset.h"
#include "models/classifier.h"
#include "models/tensor_memory.h"
#include "options/option_table.h"
#include "predictions/evaluate.h"
#include "transfer/layout.h"
#include "transfer/objectives.h"
#include "transfer/stage.h"
#include "transfer/transfer_set.h"

namespace {
using nlohmann::json;

/// What this process used of the processors, all threads together.
struct Used {
  double user = 0, system = 0;  ///< Seconds.
  long faults = 0;              ///< Pages that the system had to find.

  Used() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    user = seconds(used.ru_utime);
    system = seconds(used.ru_stime);
    faults = used.ru_minflt;
  }
};

void finishOn(c10::Device device) {
  if (device.is_cuda()) at::accelerator::synchronizeDevice(device.index());
}

at::Tensor tensorIn(const std::string& file, at::ScalarType type, at::IntArrayRef shape) {
  const at::Tensor tensor = at::empty(shape, at::device(at::kCPU).dtype(type));
  const std::string bytes = gf::readFile(file, tensor.nbytes());
  if (bytes.size() != tensor.nbytes()) throw std::runtime_error(file + " has not the size of its tensor");
  std::copy(bytes.begin(), bytes.end(), static_cast<char*>(tensor.data_ptr()));
  return tensor;
}

at::Tensor inputsOf(const gf::Classifier& model, const std::string& file, std::int64_t rows) {
  const auto [channels, height, width] = model.preprocess().inputSize;
  return tensorIn(file, at::kFloat, {rows, channels, height, width}).to(model.device());
}

gf::TransferOptions optionsOf(const json& asked) {
  gf::TransferOptions options;
  gf::applyJson(options, asked["options"], "bench");
  options.epochs = 1 << 20;  // no round ends it
  gf::setComputeThreads(options.threads);
  return options;
}

gf::Classifier loaded(const json& file, const gf::TransferOptions& options) {
  return gf::Classifier::load(file.get<std::string>(), gf::deviceOf(options.device), nullptr);
}

/// Student, frozen student and teachers, ready for a stage.
struct Models {
  gf::Classifier student, frozen;
  std::vector<gf::Classifier> teachers;

  Models(const json& asked, const gf::TransferOptions& options)
      : student(loaded(asked["student"], options)), frozen(student.clone()) {
    frozen.freeze();
    for (const json& file : asked["teachers"]) teachers.push_back(loaded(file, options));
    for (gf::Classifier& teacher : teachers) teacher.freeze();
  }
  gf::StageModels ofStage(gf::Method method) {
    gf::StageModels all{&student, {}, gf::usesPartition(method) ? &frozen : nullptr, nullptr};
    for (gf::Classifier& teacher : teachers) all.teachers.push_back(&teacher);
    return all;
  }
};

/// One transfer on one batch, over and over.
class Transfer {
 public:
  explicit Transfer(const json& asked)
      : options_(optionsOf(asked)), data_(gf::openData(asked["data"].get<std::string>())), models_(asked, options_) {
    batch_.valid = static_cast<std::size_t>(options_.batch);
    for (std::uint32_t i = 0; i < batch_.valid; ++i) batch_.indices.push_back(i);
    batch_.labels = tensorIn(asked["labels"], at::kLong, {options_.batch});
    batch_.inputs.push_back(inputsOf(models_.student, asked["inputs"][0], options_.batch));
    for (std::size_t k = 0; k < models_.teachers.size(); ++k) {
      batch_.inputs.push_back(inputsOf(models_.teachers[k], asked["inputs"][k + 1], options_.batch));
    }
    form_ = gf::choosePassForm(options_, models_.student, batch_.inputs[0]);
    gf::layOut(models_.student, form_.channelsLast);
    stage_ = std::make_unique<gf::Stage>(gf::StageSetting{options_, data_, batch_.indices, options_.microBatch, form_},
                                         models_.ofStage(options_.method));
  }
  const gf::PassForm& form() const { return form_; }
  /// The objective's value.
  double step() { return stage_->step(batch_).total; }
  c10::Device device() const { return models_.student.device(); }

 private:
  gf::TransferOptions options_;
  gf::DataSource data_;  ///< A stage has a loader; it is never asked.
  Models models_;
  gf::Batch batch_;
  gf::PassForm form_;
  std::unique_ptr<gf::Stage> stage_;
};

/// A run on data that reads what frozen models answered, and what no training of this student can do without.
class CachedRun {
 public:
  explicit CachedRun(const json& asked)
      : options_(optionsOf(asked)), data_(gf::openData(asked["data"].get<std::string>())), models_(asked, options_) {
    gf::requireFit(models_.teachers, models_.student, data_, options_);
    models_.frozen = models_.student.clone();  // with the data's classes
    models_.frozen.freeze();
    subset_ = gf::transferSetOf(data_, options_);
    cache_.folder = asked["cache"].get<std::string>();
    cache_.student = gf::sha256OfFile(asked["student"].get<std::string>());
    for (const json& file : asked["teachers"]) cache_.teachers.push_back(gf::sha256OfFile(file.get<std::string>()));
    stage_ = std::make_unique<gf::Stage>(gf::StageSetting{options_, data_, subset_, 0, {}, false, &cache_},
                                         models_.ofStage(options_.method));
    stage_->prepare({});
    for (const gf::FrozenUse& use : stage_->frozen().use()) {
      if (!use.kept) throw std::runtime_error(use.model + " is not kept: " + use.how);
    }
    beginFloor();
  }
  /// Loading, looking up, the objective and its counts, forward, backward, update.
  double step() { return stage_->step().total; }
  /// Forward, divergence, backward and update, all in memory.
  double floorStep() {
    sgd_->zero_grad(/*set_to_none=*/true);
    const at::Tensor loss = gf::klDivergence(targets_, twin_->logits(images_), {options_.temperature, options_.topK});
    loss.backward();
    sgd_->step();
    return loss.item<double>();
  }
  c10::Device device() const { return models_.student.device(); }

 private:
  void beginFloor() {
    twin_.emplace(models_.student.clone());
    twin_->setTraining(true);
    const auto [channels, height, width] = twin_->preprocess().inputSize;
    images_ = at::randn({options_.batch, channels, height, width}, at::device(device()));
    targets_ = at::randn({options_.batch, twin_->classes()}, at::device(device()));
    sgd_ = std::make_unique<torch::optim::SGD>(
        twin_->parameters(),
        torch::optim::SGDOptions(options_.learningRate).momentum(options_.momentum).weight_decay(options_.weightDecay));
  }

  gf::TransferOptions options_;
  gf::DataSource data_;
  Models models_;
  std::vector<std::uint32_t> subset_;
  gf::FrozenCache cache_;
  std::unique_ptr<gf::Stage> stage_;
  std::optional<gf::Classifier> twin_;
  at::Tensor images_, targets_;
  std::unique_ptr<torch::optim::SGD> sgd_;
};

struct Evaluation {
  gf::Classifier model;
  std::shared_ptr<const gf::DataSet> data;

  explicit Evaluation(const json& asked)
      : model(gf::Classifier::load(asked["model"].get<std::string>(), gf::deviceOf(asked["device"]), nullptr)),
        data(gf::openData(asked["data"].get<std::string>()).eval) {
    gf::setComputeThreads(asked["threads"].get<int>());
  }
  std::int64_t right() {
    const gf::Predictions made = gf::evaluate(model, data, {});
    std::int64_t count = 0;
    for (std::size_t i = 0; i < made.samples; ++i) count += made.predicted[i] == data->labels()[i] ? 1 : 0;
    return count;
  }
};

/// `act` so many times; seconds of each, and of all processors together.
template <class Act>
json timed(int count, c10::Device device, Act act) {
  json seconds = json::array(), values = json::array();
  const Used before;
  for (int i = 0; i < count; ++i) {
    const double began = gf::monotonicSeconds();
    const double value = act();
    finishOn(device);
    seconds.push_back(gf::monotonicSeconds() - began);
    values.push_back(value);
  }
  const Used after;
  const double system = after.system - before.system;
  return {{"seconds", seconds},
          {"cpu_s", after.user - before.user + system},
          {"system_s", system},
          {"faults", after.faults - before.faults},
          {"values", values}};
}

class Engine {
 public:
  json answer(const json& asked) {
    const std::string what = asked["do"];
    const int count = asked.value("count", 1);
    if (what == "open") {
      transfer_.reset();
      transfer_ = std::make_unique<Transfer>(asked);
      return {{"channels_last", transfer_->form().channelsLast}, {"bf16", transfer_->form().bf16}};
    }
    if (what == "open-cached") {
      cached_.reset();
      cached_ = std::make_unique<CachedRun>(asked);
      return json::object();
    }
    if (what == "open-evaluation") {
      evaluation_.reset();
      evaluation_ = std::make_unique<Evaluation>(asked);
      return {{"samples", evaluation_->data->size()}};
    }
    if (what == "evaluate") {
      return timed(count, evaluation_->model.device(), [&] { return static_cast<double>(evaluation_->right()); });
    }
    if (what == "floor") return timed(count, cached_->device(), [&] { return cached_->floorStep(); });
    if (what == "cached") return timed(count, cached_->device(), [&] { return cached_->step(); });
    if (what == "steps") return timed(count, transfer_->device(), [&] { return transfer_->step(); });
    throw std::runtime_error("no such command: " + what);
  }

 private:
  std::unique_ptr<Transfer> transfer_;
  std::unique_ptr<CachedRun> cached_;
  std::unique_ptr<Evaluation> evaluation_;
};

}  // namespace

int main() {
  gf::keepTensorMemory();
  try {
    Engine engine;
    std::string line;
    while (std::getline(std::cin, line)) {
      json answer = engine.answer(json::parse(line));
      answer["peak_bytes"] = gf::peakResidentBytes();
      std::cout << answer.dump() << std::endl;
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_engine: %s\n", error.what());
    return 1;
  }
}
