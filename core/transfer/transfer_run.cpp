// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_run.h"

#include "base/error.h"
#include "transfer/run.h"
#include "transfer/transfer_set.h"

namespace gf {
namespace {

void requireTrainable(const Classifier& student, const TransferOptions& options) {
  if (!student.canTrain()) {
    failInput("student " + student.metadata().name, "a student must be able to train",
              "a traced module whose evaluation mode is baked in", "Export it with torch.jit.script");
  }
  if (student.parameters().empty()) {
    failInput("student " + student.metadata().name, "a student must have parameters to train", "none",
              "Export it with parameters that require gradients");
  }
  if (options.epochs < 1 || options.batch < 1 || !(options.evaluateEvery > 0) || !(options.saveEvery > 0)) {
    failUsage("transfer", "epochs, batch, eval-every and save-every must be positive",
              std::to_string(options.epochs) + ", " + std::to_string(options.batch) + ", " +
                  std::to_string(options.evaluateEvery) + " and " + std::to_string(options.saveEvery));
  }
}

void requirePredictions(const Predictions& predictions, const DataSource& data, const std::string& who) {
  if (predictions.predicted.size() == data.eval->size()) return;
  failInput(who, "must have been evaluated on the evaluation split",
            std::to_string(predictions.predicted.size()) + " predictions for " + std::to_string(data.eval->size()) +
                " samples",
            "Evaluate it again");
}

}  // namespace

struct TransferRun::State {
  TransferInput input;
  RunResult result;
  std::optional<StateFolder> states;
  std::optional<RunState> saved;
};

TransferRun::TransferRun(TransferInput input) : state_(new State{std::move(input), {}, {}, {}}) {
  TransferInput& ours = state_->input;
  requireFit(ours.teachers, ours.student, ours.data, ours.options);
  requireTrainable(ours.student, ours.options);
  if (ours.teachersBefore.size() != ours.teachers.size()) {
    failUsage("transfer", "must have the predictions of every teacher",
              std::to_string(ours.teachersBefore.size()) + " for " + std::to_string(ours.teachers.size()));
  }
  for (std::size_t k = 0; k < ours.teachers.size(); ++k) {
    requirePredictions(ours.teachersBefore[k], ours.data, "teacher " + ours.teachers[k].metadata().name);
  }
  requirePredictions(ours.studentBefore, ours.data, "student " + ours.student.metadata().name);
}

TransferRun::~TransferRun() = default;

void TransferRun::keepStatesIn(const std::filesystem::path& folder) {
  state_->states.emplace(folder);
}

bool TransferRun::resume() {
  if (state_->states) state_->saved = state_->states->newest();
  return state_->saved.has_value();
}

TransferOutcome TransferRun::run(const Control& control, RunObserver& observer) {
  Run run(state_->input, state_->states ? &*state_->states : nullptr, control, observer);
  if (state_->saved) run.restore(*state_->saved);
  state_->saved.reset();
  TransferOutcome outcome = run.run();
  state_->result = run.takeResult();
  return outcome;
}

Classifier& TransferRun::student() {
  return state_->result.slow ? *state_->result.slow : state_->input.student;
}

Classifier* TransferRun::fastStudent() {
  return state_->result.slow ? &state_->input.student : nullptr;
}

const std::vector<Classifier>& TransferRun::branches() const {
  return state_->result.branches;
}

std::vector<std::size_t> teacherOrder(const TransferOptions& options, const std::vector<double>& accuracies) {
  std::vector<std::size_t> order(accuracies.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  if (options.teachers == TeacherMode::Sequential && options.teacherOrder == TeacherOrder::Ascending) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return accuracies[a] < accuracies[b]; });
  }
  return order;
}

}  // namespace gf
