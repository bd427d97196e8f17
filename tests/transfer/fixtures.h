// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "options/fit_options.h"
#include "transfer/transfer_run.h"

namespace gf::test {

nlohmann::json golden(const std::string& file);
/// A float32 tensor of golden numbers.
at::Tensor tensorOf(const nlohmann::json& numbers, at::IntArrayRef shape);

/// student.pt, teacher.pt or traced.pt of tests/transfer/data.
Classifier model(const std::string& file, const nlohmann::json& overrides = nullptr);
/// 60 training and 40 test pictures of five classes.
const DataSource& pictures();

/// Two epochs of six steps on the whole training split, one compute thread.
TransferOptions shortRun(Method method);
TransferRun makeRun(const TransferOptions& options, Classifier teacher, Classifier student);
TransferRun makeRun(const TransferOptions& options, std::vector<Classifier> teachers, Classifier student,
                    std::optional<FrozenCache> cache = std::nullopt);
TransferRun makeRun(const TransferOptions& options);
/// A supervised training of `model` on the pictures, prepared as `options` say.
TransferRun makeFit(const FitOptions& options, Classifier model);

/// Parameters and buffers by name; copies.
std::map<std::string, at::Tensor> stateOf(const Classifier& model);
bool bitEqual(const std::map<std::string, at::Tensor>& one, const std::map<std::string, at::Tensor>& other);

/// Keeps what a run reports, and may act on a step from the working thread.
class Recorder : public RunObserver {
 public:
  void stepped(const StepRecord& record) override {
    steps.push_back(record);
    if (onStep) onStep(record);
  }
  void evaluated(const EvaluationRecord& record) override {
    evaluations.push_back(record);
    if (onEvaluation) onEvaluation(record);
  }
  std::vector<StepRecord> steps;
  std::vector<EvaluationRecord> evaluations;
  std::function<void(const StepRecord&)> onStep;
  std::function<void(const EvaluationRecord&)> onEvaluation;
};

}  // namespace gf::test
