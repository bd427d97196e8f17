// SPDX-License-Identifier: Apache-2.0
// What a run measures of its student.
#include "base/error.h"
#include "predictions/evaluate.h"
#include "transfer/run.h"
#include "transfer/weights.h"

namespace gf {
namespace {

/// Flips against several teachers as one: right where any of them is. Without a teacher there are none.
OutcomeCounts againstAny(Labels truth, const std::vector<const Predictions*>& teachers, Labels student, int classes) {
  if (teachers.empty()) return comparePredictions(truth, student, student, classes).all;
  std::vector<std::int32_t> best = teachers.front()->predicted;
  for (const Predictions* teacher : teachers) {
    for (std::size_t i = 0; i < best.size(); ++i) {
      if (teacher->predicted[i] == truth[i]) best[i] = truth[i];
    }
  }
  return comparePredictions(truth, best, student, classes).all;
}

}  // namespace

void Run::evaluateStudent(const Control& control) {
  const double started = monotonicSeconds();
  outcome_.after = evaluateWithin(current(), control, "Evaluating the student");
  evaluationSeconds_ = monotonicSeconds() - started;
  evaluatedAt_ = steps_;
  record(outcome_.after);
}

Predictions Run::evaluateWithin(Classifier& model, const Control& control, const std::string& stage) {
  const double units = static_cast<double>(input_.data.eval->size());
  const Control part = control.withSink([&](const Progress& progress) {
    progress_->show(stage, units * progress.fraction, progress.itemsPerSecond, stage_ ? secondsLeft() : -1);
  });
  try {
    Predictions now = evaluate(model, input_.data.eval, part, stage);
    progress_->finish(units);
    return now;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Run) throw;
    failRun(error.subject(), error.rule(), error.observed() + ", after step " + std::to_string(steps_), error.remedy());
  }
}

void Run::record(const Predictions& now) {
  const Labels truth = input_.data.eval->labels();
  const int classes = input_.student.classes();
  const Change change = changeBetween(truth, input_.studentBefore.predicted, now.predicted, classes);
  std::vector<const Predictions*> teachers;
  const std::size_t stage = std::min(stageIndex_, plan_.size() - 1);  // a soup is booked to its last branch
  for (const std::size_t k : plan_[stage]) teachers.push_back(&input_.teachersBefore[k]);
  const OutcomeCounts pair = againstAny(truth, teachers, now.predicted, classes);
  EvaluationRecord record;
  record.step = steps_;
  record.epoch = epochsDone();
  record.stage = static_cast<int>(stage);
  record.accuracy = pair.studentAccuracy();
  record.gain = change.gain();
  record.loss = change.loss();
  record.delta = change.delta();
  record.positiveFlips = pair.positiveFlips();
  record.negativeFlips = pair.negativeFlips();
  record.weightDistance = weightDistance(current(), origin_);
  record.classGained = change.classGained;
  record.classLost = change.classLost;
  record.seconds = secondsSoFar();
  outcome_.evaluations.push_back(record);
  observer_.evaluated(record);
}

}  // namespace gf
