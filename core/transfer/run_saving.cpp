// SPDX-License-Identifier: Apache-2.0
// What a run keeps so that it can go on after the program has died.
#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "transfer/generators.h"
#include "transfer/live_routing.h"
#include "transfer/run.h"

namespace gf {
namespace {

void storeModel(RunState& state, const std::string& prefix, const Classifier& model) {
  for (const auto& [name, tensor] : model.namedParameters()) state.put(prefix + name, tensor);
  for (const auto& [name, tensor] : model.namedBuffers()) state.put(prefix + name, tensor);
}

void restoreModel(const RunState& state, const std::string& prefix, const Classifier& model) {
  for (const auto& [name, tensor] : model.namedParameters()) state.copyTo(prefix + name, tensor);
  for (const auto& [name, tensor] : model.namedBuffers()) state.copyTo(prefix + name, tensor);
}

std::string numbered(const char* what, std::size_t i) {
  return what + std::to_string(i) + "/";
}

}  // namespace

/// Called only where a stage stands between two steps.
void Run::save() {
  if (!states_ || savedAt_ == steps_) return;
  savedAt_ = steps_;
  // The records so far must be complete where the mark stands, so that a resumed run repeats none and misses none.
  log_->flush();
  RunState state;
  state.put("run/steps", steps_);
  state.put("run/stage", static_cast<std::int64_t>(stageIndex_));
  state.put("run/epochs-before", epochsBefore_);
  state.put("run/seconds", secondsSoFar());
  state.put("run/stage-began", stageSecondsBefore_);
  state.put("run/training-seconds", log_->seconds());
  state.put("run/training-samples", log_->samples());
  state.put("run/channels-last", static_cast<std::int64_t>(form_->channelsLast));
  state.put("run/bf16", static_cast<std::int64_t>(form_->bf16));
  state.put("run/resumed", static_cast<std::int64_t>(outcome_.resumed));
  state.put("run/mark", observer_.mark());
  const auto generators = generatorStates(input_.student.device());
  for (std::size_t i = 0; i < generators.size(); ++i) state.put("generator/" + std::to_string(i), generators[i]);
  storeModel(state, "student/", input_.student);
  if (slow_) storeModel(state, "slow/", *slow_);
  // The first frozen student is the original one.
  if (frozen_ && stageIndex_ > 0) storeModel(state, "frozen/", *frozen_);
  for (std::size_t i = 0; i < branches_.size(); ++i) storeModel(state, numbered("branch/", i), branches_[i]);
  storeStages(state);
  stage_->store(state);
  try {
    states_->save(state);
  } catch (const Error& error) {  // a full disk, say: training is worth more than the chance to go on from here
    logLine(LogLevel::Warning, std::string("The run goes on, but its state could not be saved. ") + error.what());
  }
}

void Run::storeStages(RunState& state) const {
  for (std::size_t i = 0; i < outcome_.stages.size(); ++i) {
    const StageOutcome& stage = outcome_.stages[i];
    const std::string prefix = numbered("stages/", i);
    state.put(prefix + "steps", stage.steps);
    state.put(prefix + "epochs", stage.epochs);
    state.put(prefix + "seconds", stage.seconds);
    state.put(prefix + "routing", toTensor(stage.routing));
    state.put(prefix + "after", at::tensor(stage.after, at::kInt));
  }
}

void Run::restoreStages(const RunState& state) {
  for (std::size_t i = 0; i <= stageIndex_; ++i) {
    const std::string prefix = numbered("stages/", i);
    StageOutcome stage;
    stage.teachers = plan_[i];
    stage.steps = state.whole(prefix + "steps");
    stage.epochs = state.real(prefix + "epochs");
    stage.seconds = state.real(prefix + "seconds");
    stage.routing = routingsFrom(state.tensor(prefix + "routing"));
    const at::Tensor after = state.tensor(prefix + "after").contiguous();
    const auto* predicted = after.const_data_ptr<std::int32_t>();
    stage.after.assign(predicted, predicted + after.numel());
    outcome_.stages.push_back(std::move(stage));
  }
}

void Run::restore(const RunState& state) {
  const std::int64_t stage = state.whole("run/stage");
  if (stage < 0 || stage >= static_cast<std::int64_t>(plan_.size())) {
    failInput("saved state", "its stage must be one of " + std::to_string(plan_.size()), std::to_string(stage));
  }
  stageIndex_ = static_cast<std::size_t>(stage);
  steps_ = state.whole("run/steps");
  evaluatedAt_ = -1;  // its predictions are not kept
  epochsBefore_ = state.real("run/epochs-before");
  secondsBefore_ = state.real("run/seconds");
  stageSecondsBefore_ = state.real("run/stage-began");
  form_ = PassForm{state.whole("run/bf16") != 0, state.whole("run/channels-last") != 0};
  microBatch_ = static_cast<int>(state.whole("stage/micro-batch"));
  outcome_.resumed = static_cast<int>(state.whole("run/resumed")) + 1;
  restoreModel(state, "student/", input_.student);
  if (slow_) restoreModel(state, "slow/", *slow_);
  if (usesPartition(options_.method)) {
    frozen_.emplace(origin_.clone());
    frozen_->freeze();
    if (stageIndex_ > 0) restoreModel(state, "frozen/", *frozen_);
  }
  for (std::size_t i = 0; state.has(numbered("branch/", i) + origin_.namedParameters().front().first); ++i) {
    branches_.push_back(origin_.clone());
    restoreModel(state, numbered("branch/", i), branches_.back());
  }
  restoreStages(state);
  openStage();
  stage_->restore(state);
  saves_->reached(stage_->position());  // what was due by now is done
  log_->goOnFrom(steps_, state.real("run/training-samples"), state.real("run/training-seconds"));
  std::vector<at::Tensor> generators;
  for (std::size_t i = 0; state.has("generator/" + std::to_string(i)); ++i) {
    generators.push_back(state.tensor("generator/" + std::to_string(i)));
  }
  setGeneratorStates(input_.student.device(), generators);
  outcome_.evaluations = observer_.rewind(state.whole("run/mark"));
  // An evaluation that a stop broke off is still owed.
  evaluations_->reached(stage_->position() - 1);
  const bool due = evaluations_->reached(stage_->position()) && !stage_->done();
  evaluationOwed_ = due && (outcome_.evaluations.empty() || outcome_.evaluations.back().step < steps_);
  restored_ = true;
  logLine(LogLevel::Info, "Going on after step " + std::to_string(steps_) + ".");
}

void Run::keepFailedBatch() {
  if (!states_) return;
  const nlohmann::ordered_json json{{"step", stage_->position() + 1}, {"samples", stage_->failedBatch()}};
  try {
    writeAtomically(states_->path() / "failed-batch.json", json.dump() + "\n");
  } catch (const Error& error) {  // the failure itself matters more
    logLine(LogLevel::Warning, error.what());
  }
}

}  // namespace gf
