// SPDX-License-Identifier: Apache-2.0
#include "transfer/run.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "transfer/layout.h"
#include "transfer/soup.h"
#include "transfer/transfer_set.h"
#include "transfer/weights.h"

namespace gf {
namespace {

std::vector<std::vector<std::size_t>> planOf(const TransferInput& input) {
  if (input.teachers.empty()) return {{}};  // supervised training is one stage
  std::vector<double> accuracies;
  const auto truth = input.data.eval->labels();
  for (const Predictions& each : input.teachersBefore) accuracies.push_back(accuracyOf(each.predicted, truth));
  const auto order = teacherOrder(input.options, accuracies);
  if (input.options.teachers == TeacherMode::Parallel) return {order};
  std::vector<std::vector<std::size_t>> plan;
  for (const std::size_t teacher : order) plan.push_back({teacher});
  return plan;
}

bool isSoup(const TransferInput& input) {
  return input.options.teachers == TeacherMode::Soup && input.teachers.size() > 1;
}

}  // namespace

Run::Run(TransferInput& input, StateFolder* states, const Control& control, RunObserver& observer)
    : input_(input),
      options_(input.options),
      states_(states),
      control_(control),
      observer_(observer),
      plan_(planOf(input)),
      origin_(input.student.clone()),
      microBatch_(input.options.microBatch) {
  origin_.freeze();
  for (Classifier& teacher : input_.teachers) teacher.freeze();
  outcome_.subset = transferSetOf(input_.data, options_, input_.leftOut);
  if (options_.method == Method::XeKlMcl) slow_.emplace(origin_.clone());
  openCrops();
}

RunResult Run::takeResult() {
  return {std::move(slow_), std::move(branches_)};
}

TransferOutcome Run::run() {
  begin();
  try {
    runStages();
    if (isSoup(input_)) blend();
    outcome_.finished = true;
  } catch (const Stopped&) {
    if (stage_) save();
  } catch (const Error& error) {
    if (stage_ && !stage_->failedBatch().empty()) keepFailedBatch();
    // A disk that went away may come back: what was trained until then is not lost.
    if (stage_ && stage_->betweenSteps() && error.kind() == ErrorKind::Input) save();
    throw;
  }
  finish();
  return std::move(outcome_);
}

void Run::begin() {
  if (!stage_) openStage();
  planProgress();
  if (restored_) return;
  record(input_.studentBefore);
  outcome_.after = input_.studentBefore;
}

void Run::planProgress() {
  // A training sample takes the student forward and about twice that backward, and each frozen model once.
  passes_ = 3 + static_cast<double>(plan_.front().size()) + (usesPartition(options_.method) ? 1 : 0);
  const double samples = static_cast<double>(outcome_.subset.size());
  const double stages = static_cast<double>(plan_.size());
  const double epochs = options_.epochs + options_.warmupLinearEpochs;
  double evaluations =
      stages * std::min(std::ceil(epochs / options_.evaluateEvery), static_cast<double>(stage_->steps()));
  if (isSoup(input_)) evaluations += 1 + static_cast<double>(curvePoints(plan_.size()));
  if (slow_) evaluations += 1;
  const double routing =
      usesPartition(options_.method) ? stages * (1 + static_cast<double>(plan_.front().size())) * samples : 0;
  progress_.emplace(control_, routing + passes_ * samples * epochs * stages +
                                  evaluations * static_cast<double>(input_.data.eval->size()));
  progress_->finish(passes_ * options_.batch * static_cast<double>(steps_));
}

void Run::runStages() {
  for (; stageIndex_ < plan_.size(); ++stageIndex_) {
    if (!stage_) openStage();
    if (stage_->position() == 0) beginStage();
    trainStage();
    finishStage();
  }
}

/// The stage's machinery, around the models as they are.
void Run::openStage() {
  if (stageIndex_ == plan_.size()) return;
  if (usesPartition(options_.method) && !frozen_) {
    frozen_.emplace(input_.student.clone());
    frozen_->freeze();
  }
  StageModels models{&input_.student, stageTeachers(), frozen_ ? &*frozen_ : nullptr, slow_ ? &*slow_ : nullptr};
  if (!form_) {
    const auto [channels, height, width] = input_.student.preprocess().inputSize;
    const int rows = microBatch_ > 0 ? microBatch_ : options_.batch;
    form_ = choosePassForm(
        options_, input_.student,
        at::zeros({rows, channels, height, width}, at::device(input_.student.device()).dtype(at::kFloat)));
  }
  layOut(input_.student, form_->channelsLast);
  nameFrozen();
  stage_ = std::make_unique<Stage>(StageSetting{options_, input_.data, outcome_.subset, microBatch_, *form_,
                                                input_.headOnly, stageCache_ ? &*stageCache_ : nullptr, crops_.get()},
                                   models);
  evaluations_.emplace(options_.evaluateEvery, stage_->stepsPerEpoch());
  saves_.emplace(options_.saveEvery, stage_->stepsPerEpoch());
  if (!log_) log_.emplace(observer_, stage_->stepsPerEpoch(), input_.student.device());
}

/// Only where another pass will ask for the same images again.
void Run::openCrops() {
  if (!input_.crops || !input_.data.train->decodes()) return;
  const auto passes = std::max(cropPasses(options_, plan_.size()), input_.crops->passes);
  if (!keepsCrops(options_, passes)) return;
  crops_ = std::make_unique<CropStore>(*input_.crops, *input_.data.train, outcome_.subset);
}

/// What the cache calls the stage's frozen models.
void Run::nameFrozen() {
  stageCache_ = input_.cache;
  if (!stageCache_) return;
  FrozenCache& cache = *stageCache_;
  cache.teachers.clear();
  cache.teacherPasses.clear();
  for (const std::size_t k : plan_[stageIndex_]) {
    cache.teachers.push_back(input_.cache->teachers.at(k));
    if (!input_.cache->teacherPasses.empty()) cache.teacherPasses.push_back(input_.cache->teacherPasses.at(k));
  }
  // Every branch of a soup begins as the first stage does; of a sequence the student so far is frozen.
  cache.passing = frozen_ && stageIndex_ > 0 && !isSoup(input_);
  if (!cache.passing) return;
  cache.student += " then " + weightsHash(*frozen_);
  cache.studentPasses = 0;
}

/// What happens once before a stage's first step.
void Run::beginStage() {
  stageSecondsBefore_ = secondsSoFar();
  // A stage has its own record once; a run that was stopped in the middle of this has not taken a step yet.
  outcome_.stages.resize(stageIndex_);
  outcome_.stages.push_back({plan_[stageIndex_], 0, 0, 0, {}, {}});
  stage_->prepare(control_);
  if (frozen_) routeTransferSet(stageTeachers().size());
  at::manual_seed(options_.seed);  // Dropout and the like draw from torch's own generator.
}

std::vector<Classifier*> Run::stageTeachers() {
  std::vector<Classifier*> teachers;
  for (const std::size_t k : plan_[stageIndex_]) teachers.push_back(&input_.teachers[k]);
  return teachers;
}

void Run::routeTransferSet(std::size_t teachers) {
  const double units = static_cast<double>(teachers + 1);
  const TransferSetView view = viewTransferSet(stage_->frozen(), teachers, control_, [&](std::size_t done) {
    progress_->show("Partitioning the transfer set", units * static_cast<double>(done), 0, -1);
  });
  const auto& targets = options_.method == Method::KlDp ? view.supervised : view.unsupervised;
  for (std::size_t k = 0; k < teachers; ++k) {
    outcome_.stages.back().routing.push_back(view.routing(k, targets));
  }
  progress_->finish(units * static_cast<double>(outcome_.subset.size()));
}

void Run::trainStage() {
  stage_->prepare(control_);  // of a resumed stage
  if (std::exchange(evaluationOwed_, false)) evaluateStudent(control_);
  while (!stage_->done()) {
    control_.checkpoint();
    advance();
    if (stage_->done()) break;  // what is due then follows the stage
    if (evaluations_->reached(stage_->position())) evaluateStudent(control_);
    if (saves_->reached(stage_->position())) save();
  }
}

void Run::advance() {
  const std::string title = plan_.size() == 1 ? stage_->title()
                                              : "Teacher " + std::to_string(stageIndex_ + 1) + " of " +
                                                    std::to_string(plan_.size()) + ", " + stage_->title();
  const StepValues values = stage_->step();
  ++steps_;
  microBatch_ = stage_->microBatch();
  const bool endsEpoch = stage_->position() % stage_->stepsPerEpoch() == 0;
  log_->add({steps_, epochsDone(), static_cast<int>(stageIndex_), endsEpoch}, values);
  progress_->finish(passes_ * static_cast<double>(values.samples));
  progress_->show(title, 0, log_->samplesPerSecond(), secondsLeft());
}

/// Evaluates and books a stage, and sets the student up for the next one. A stop is heard only before its evaluation
/// or after all of it, so that a saved state never holds half of it.
void Run::finishStage() {
  log_->flush();
  save();
  if (evaluatedAt_ < steps_) evaluateStudent(control_);
  bookStage();
  epochsBefore_ += stage_->epochs();
  bookFrozen();
  stage_->frozen().forgetPassing();
  stage_.reset();
  frozen_.reset();
  if (isSoup(input_)) {
    branches_.push_back(current().clone());
    mixWeights(input_.student, {&origin_}, {1});
    if (slow_) mixWeights(*slow_, {&origin_}, {1});
  } else if (slow_ && stageIndex_ + 1 < plan_.size()) {
    mixWeights(input_.student, {&*slow_}, {1});  // the student so far is the slow one
  }
}

void Run::bookStage() {
  StageOutcome& booked = outcome_.stages.back();
  booked.steps = stage_->position();
  booked.epochs = stage_->epochs();
  booked.seconds = secondsSoFar() - stageSecondsBefore_;
  booked.after = outcome_.after.predicted;
}

void Run::bookFrozen() {
  const auto uses = stage_->frozen().use();
  outcome_.frozen.insert(outcome_.frozen.end(), uses.begin(), uses.end());
  stage_->frozen().logUse();
}

void Run::blend() {
  Classifier& soup = current();
  blendSoup(soup, branches_, options_, input_.data, outcome_.subset, control_);
  evaluateStudent(control_);
  std::vector<CurveEnd> ends;
  for (std::size_t i = 0; i < branches_.size(); ++i) {
    ends.push_back({input_.teachers[plan_[i].front()].metadata().name, &branches_[i]});
  }
  Classifier pass = origin_.clone();
  const auto truth = input_.data.eval->labels();
  outcome_.curve =
      interpolationCurve({"student", &origin_}, {"soup", &soup}, ends, pass, [&](Classifier& model, CurvePoint& point) {
        const Predictions here = evaluateWithin(model, control_, "Evaluating between students");
        const Change change =
            changeBetween(truth, input_.studentBefore.predicted, here.predicted, input_.student.classes());
        point.accuracy = accuracyOf(here.predicted, truth);
        point.gain = change.gain();
        point.loss = change.loss();
      });
}

void Run::finish() {
  log_->flush();
  layOut(input_.student, false);
  current().setTraining(false);
  input_.student.setTraining(false);
  for (at::Tensor& parameter : input_.student.parameters()) parameter.set_requires_grad(true);  // a head alone trained
  // What has been trained is worth its evaluation, so a stop does not reach this one.
  const bool betweenStages = !outcome_.finished && !stage_;
  if (evaluatedAt_ < steps_ || betweenStages) evaluateStudent(Control());
  if (slow_ && outcome_.finished)
    outcome_.fast = evaluateWithin(input_.student, Control(), "Evaluating the fast weights");
  if (stage_) {
    bookStage();
    bookFrozen();
  }
  outcome_.steps = steps_;
  outcome_.epochs = epochsDone();
  if (crops_) {
    outcome_.crops = crops_->use();
    logLine(LogLevel::Info, "Training images: " + std::to_string(outcome_.crops.decoded) + " decoded, " +
                                std::to_string(outcome_.crops.served) + " taken from those kept.");
  }
  outcome_.weightDistance = weightDistance(current(), origin_);
  outcome_.seconds = secondsSoFar();
  outcome_.trainingSeconds = log_->seconds();
  outcome_.samplesPerSecond = log_->samplesPerSecond();
  outcome_.memoryBytes = peakResidentBytes();
  outcome_.deviceMemoryBytes = peakDeviceBytes(input_.student.device());
  outcome_.microBatch = microBatch_ > 0 ? microBatch_ : options_.batch;
  outcome_.form = form_.value_or(PassForm{});
}

double Run::secondsLeft() const {
  if (steps_ == 0) return -1;
  const double perStep = log_->secondsPerStep();
  // Until one was measured: an evaluation's samples at the pace of a training sample's share for one pass.
  const double guess = perStep / options_.batch / passes_ * static_cast<double>(input_.data.eval->size());
  const double perEvaluation = evaluationSeconds_ >= 0 ? evaluationSeconds_ : guess;
  const double stages = static_cast<double>(plan_.size() - stageIndex_);
  const double stepsLeft = stages * static_cast<double>(stage_->steps()) - static_cast<double>(stage_->position());
  const double epochsLeft = stepsLeft / static_cast<double>(stage_->stepsPerEpoch());
  double evaluations = std::ceil(epochsLeft / options_.evaluateEvery);
  if (isSoup(input_)) evaluations += 1 + static_cast<double>(curvePoints(plan_.size()));
  return stepsLeft * perStep + evaluations * perEvaluation;
}

}  // namespace gf
