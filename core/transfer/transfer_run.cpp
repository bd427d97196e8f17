// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_run.h"

#include "base/error.h"
#include "data/loader.h"
#include "predictions/evaluate.h"
#include "transfer/objectives.h"
#include "transfer/run_log.h"
#include "transfer/transfer_set.h"

namespace gf {
namespace {

struct Parts {
  TransferOptions options;
  Classifier teacher, student;
  DataSource data;
  Predictions teacherBefore, studentBefore;
};

void requireTrainable(const Classifier& student, const TransferOptions& options) {
  if (!student.canTrain()) {
    failInput("student " + student.metadata().name, "a student must be able to train",
              "a traced module whose evaluation mode is baked in", "Export it with torch.jit.script");
  }
  if (student.parameters().empty()) {
    failInput("student " + student.metadata().name, "a student must have parameters to train", "none",
              "Export it with parameters that require gradients");
  }
  if (options.epochs < 1 || options.batch < 1 || !(options.evaluateEvery > 0)) {
    failUsage("transfer", "epochs, batch and eval-every must be positive",
              std::to_string(options.epochs) + ", " + std::to_string(options.batch) + " and " +
                  std::to_string(options.evaluateEvery));
  }
}

void requirePredictions(const Predictions& predictions, const DataSource& data, const std::string& who) {
  if (predictions.predicted.size() == data.eval->size()) return;
  failInput(who, "must have been evaluated on the evaluation split",
            std::to_string(predictions.predicted.size()) + " predictions for " + std::to_string(data.eval->size()) +
                " samples",
            "Evaluate it again");
}

bool hasBatchNorm(const Classifier& model) {
  for (const auto& [name, buffer] : model.namedBuffers()) {
    if (name.ends_with("running_mean")) return true;
  }
  return false;
}

at::Tensor zeroOr(const at::Tensor& value, const at::Tensor& like) {
  return value.defined() ? value.detach() : at::zeros_like(like);
}

/// All that lives while a run does.
class Training {
 public:
  Training(Parts& parts, const Control& control, RunObserver& observer);
  TransferOutcome run();

 private:
  void planSteps();
  void recordInitialStudent();
  void routeTransferSet();
  void train();
  void trainEpoch(Loader& loader, torch::optim::SGD& optimiser, int epoch);
  StepValues step(const Batch& batch, torch::optim::SGD& optimiser);
  Objective objectiveOf(const Batch& batch);
  void requireFinite(const StepValues& values) const;
  bool evaluationIsDue();
  void evaluateStudent(const Control& control);
  Predictions evaluateOrNameStep(const Control& control, const std::string& stage);
  void record(const Predictions& now);
  double secondsLeft() const;
  double epochsDone() const { return static_cast<double>(steps_) / static_cast<double>(stepsPerEpoch_); }

  Parts& parts_;
  const TransferOptions& options_;
  const Control& control_;
  RunObserver& observer_;
  const double began_ = monotonicSeconds();
  TransferOutcome outcome_;
  std::optional<Classifier> frozen_;
  const bool sharedInput_;  ///< Teacher and student prepare images alike.
  std::optional<StepLog> log_;
  std::optional<RunProgress> progress_;
  std::int64_t stepsPerEpoch_ = 0, totalSteps_ = 0, steps_ = 0;
  std::int64_t evaluatedAt_ = 0;     ///< Step of the last evaluation.
  std::int64_t evaluationsDue_ = 1;  ///< Number of the next periodic evaluation, from 1.
  double passes_ = 0;                ///< Model passes a training sample costs.
  double evaluationSeconds_ = -1;    ///< Of the last evaluation; negative while unknown.
};

Training::Training(Parts& parts, const Control& control, RunObserver& observer)
    : parts_(parts),
      options_(parts.options),
      control_(control),
      observer_(observer),
      sharedInput_(parts.teacher.preprocess() == parts.student.preprocess()) {
  outcome_.subset = transferSetOf(parts_.data, options_);
  planSteps();
  if (usesPartition(options_.method)) {
    frozen_.emplace(parts_.student.clone());
    frozen_->freeze();
  }
  parts_.teacher.freeze();
  // A training sample takes the student forward and about twice that backward, and each frozen model once.
  passes_ = frozen_ ? 5 : 4;
  const double samples = static_cast<double>(outcome_.subset.size());
  const double evaluations =
      std::min(std::ceil(options_.epochs / options_.evaluateEvery), static_cast<double>(totalSteps_));
  const double routing = frozen_ ? 2 * samples : 0;
  log_.emplace(observer_, stepsPerEpoch_);
  progress_.emplace(control_, routing + passes_ * samples * options_.epochs +
                                  evaluations * static_cast<double>(parts_.data.eval->size()));
}

void Training::planSteps() {
  const auto samples = static_cast<std::int64_t>(outcome_.subset.size());
  stepsPerEpoch_ = (samples + options_.batch - 1) / options_.batch;
  // The incomplete last batch is trained on too. One sample alone is the exception: batch norm has no variance to
  // estimate from it (PyTorch refuses), so that batch is left out of the epoch; shuffling makes it another sample each
  // time.
  const bool aloneAtTheEnd = samples % options_.batch == 1 || options_.batch == 1;
  if (aloneAtTheEnd && hasBatchNorm(parts_.student) && !options_.freezeBatchNorm) {
    if (samples == 1 || options_.batch == 1) {
      failUsage("transfer", "a student with batch norm needs at least 2 samples a batch",
                "batch " + std::to_string(options_.batch) + ", transfer set of " + std::to_string(samples),
                "Raise --batch or --subset, or use --freeze-bn");
    }
    --stepsPerEpoch_;
  }
  totalSteps_ = stepsPerEpoch_ * options_.epochs;
}

TransferOutcome Training::run() {
  recordInitialStudent();
  try {
    if (frozen_) routeTransferSet();
    train();
    outcome_.finished = true;
  } catch (const Stopped&) {
    outcome_.finished = false;
  }
  log_->flush();
  parts_.student.setTraining(false);
  // What has been trained is worth its evaluation, so a stop does not reach this one.
  if (steps_ > evaluatedAt_) evaluateStudent(Control());
  outcome_.steps = steps_;
  outcome_.epochs = epochsDone();
  outcome_.seconds = monotonicSeconds() - began_;
  outcome_.trainingSeconds = log_->seconds();
  outcome_.samplesPerSecond = log_->samplesPerSecond();
  return std::move(outcome_);
}

void Training::recordInitialStudent() {
  outcome_.after = parts_.studentBefore;
  record(outcome_.after);
}

void Training::routeTransferSet() {
  const double units = 2 * static_cast<double>(outcome_.subset.size());
  const TransferSetView view =
      viewTransferSet(parts_.teacher, *frozen_, parts_.data, outcome_.subset, control_, [this](std::size_t done) {
        progress_->show("Partitioning the transfer set", 2 * static_cast<double>(done), 0, -1);
      });
  const bool supervised = options_.method == Method::KlDp;
  outcome_.transferRouting = routingOf(view.outcomes, supervised ? view.supervised : view.unsupervised);
  progress_->finish(units);
}

void Training::train() {
  at::manual_seed(options_.seed);  // Dropout and the like draw from torch's own generator.
  LoaderOptions loading;
  loading.batch = options_.batch;
  loading.threads = loaderThreads();
  loading.augment = options_.augment;
  loading.shuffle = true;
  loading.seed = options_.seed;
  Loader loader(parts_.data.train, outcome_.subset, {parts_.student.preprocess(), parts_.teacher.preprocess()},
                loading);
  torch::optim::SGD optimiser(
      parts_.student.parameters(),
      torch::optim::SGDOptions(options_.learningRate).momentum(options_.momentum).weight_decay(options_.weightDecay));
  parts_.student.setTraining(true, options_.freezeBatchNorm);
  for (int epoch = 0; epoch < options_.epochs; ++epoch) trainEpoch(loader, optimiser, epoch);
}

void Training::trainEpoch(Loader& loader, torch::optim::SGD& optimiser, int epoch) {
  const std::string stage = "Epoch " + std::to_string(epoch + 1) + " of " + std::to_string(options_.epochs);
  loader.start(epoch);
  for (std::int64_t i = 0; i < stepsPerEpoch_; ++i) {
    control_.checkpoint();
    const double started = monotonicSeconds();
    const auto batch = loader.next();
    if (!batch) failRun("transfer", "the loader must give every batch", "none at batch " + std::to_string(i + 1));
    StepValues values = step(*batch, optimiser);
    ++steps_;
    values.seconds = monotonicSeconds() - started;
    requireFinite(values);
    log_->add(steps_, values);
    progress_->finish(passes_ * static_cast<double>(values.samples));
    progress_->show(stage, 0, log_->samplesPerSecond(), secondsLeft());
    if (!evaluationIsDue()) continue;
    evaluateStudent(control_);
    parts_.student.setTraining(true, options_.freezeBatchNorm);
  }
}

StepValues Training::step(const Batch& batch, torch::optim::SGD& optimiser) {
  const Objective objective = objectiveOf(batch);
  optimiser.zero_grad();
  objective.total.backward();
  optimiser.step();
  // One small read a step serves the finiteness check and the curves; on a GPU it is the step's only wait.
  const at::Tensor like = objective.total.detach();
  const at::Tensor toTeacher = objective.mask.defined() ? objective.mask.sum().to(at::kFloat) : at::Tensor();
  const at::Tensor read =
      at::stack({like, objective.distillation.detach(), zeroOr(objective.crossEntropy, like), zeroOr(toTeacher, like)})
          .cpu();
  const float* numbers = read.const_data_ptr<float>();
  StepValues values;
  values.samples = batch.valid;
  values.total = numbers[0];
  values.distillation = numbers[1];
  if (objective.crossEntropy.defined()) values.crossEntropy = numbers[2];
  if (objective.mask.defined()) values.toTeacher = numbers[3];
  return values;
}

Objective Training::objectiveOf(const Batch& batch) {
  const at::Device device = parts_.student.device();
  const at::Tensor studentInput = batch.inputs[0].to(device, /*non_blocking=*/true);
  at::Tensor teacherLogits, frozenLogits;
  {
    const torch::NoGradGuard noGradients;
    // Models that prepare images alike read the same tensor: no second copy, no second transfer to the device.
    teacherLogits = parts_.teacher.logits(sharedInput_ ? studentInput : batch.inputs[1].to(device, true));
    if (frozen_) frozenLogits = frozen_->logits(studentInput);
  }
  const at::Tensor labels = usesLabels(options_) ? batch.labels.to(device, true) : at::Tensor();
  return transferObjective(options_, parts_.student.logits(studentInput), teacherLogits, frozenLogits, labels);
}

void Training::requireFinite(const StepValues& values) const {
  if (std::isfinite(values.total)) return;
  failRun("transfer", "the objective must stay finite",
          (std::isnan(values.total) ? "not a number" : "infinity") + std::string(" at step ") + std::to_string(steps_) +
              " of " + std::to_string(totalSteps_),
          "Lower the learning rate or raise the temperature");
}

bool Training::evaluationIsDue() {
  // Counted from the start of the run, so that fractions which do not divide an epoch's steps do not drift.
  const auto stepOf = [this](std::int64_t number) {
    const double exact = static_cast<double>(number) * options_.evaluateEvery * static_cast<double>(stepsPerEpoch_);
    return std::max<std::int64_t>(1, std::llround(std::min(exact, 9e15)));
  };
  bool due = false;
  for (; steps_ >= stepOf(evaluationsDue_); ++evaluationsDue_) due = true;
  return due && steps_ < totalSteps_;  // The last one follows the training.
}

void Training::evaluateStudent(const Control& control) {
  const double started = monotonicSeconds();
  const double units = static_cast<double>(parts_.data.eval->size());
  const std::string stage = "Evaluating the student";
  const Control part = control.withSink([&](const Progress& progress) {
    progress_->show(stage, units * progress.fraction, progress.itemsPerSecond, secondsLeft());
  });
  Predictions now = evaluateOrNameStep(part, stage);
  progress_->finish(units);
  evaluationSeconds_ = monotonicSeconds() - started;
  evaluatedAt_ = steps_;
  record(now);
  outcome_.after = std::move(now);
}

Predictions Training::evaluateOrNameStep(const Control& control, const std::string& stage) {
  try {
    return evaluate(parts_.student, parts_.data.eval, control, stage);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Run) throw;
    failRun(error.subject(), error.rule(), error.observed() + ", after step " + std::to_string(steps_), error.remedy());
  }
}

void Training::record(const Predictions& now) {
  const Labels truth = parts_.data.eval->labels();
  const int classes = parts_.student.classes();
  const Change change = changeBetween(truth, parts_.studentBefore.predicted, now.predicted, classes);
  const OutcomeCounts pair = comparePredictions(truth, parts_.teacherBefore.predicted, now.predicted, classes).all;
  EvaluationRecord record;
  record.step = steps_;
  record.epoch = epochsDone();
  record.accuracy = pair.studentAccuracy();
  record.gain = change.gain();
  record.loss = change.loss();
  record.delta = change.delta();
  record.positiveFlips = pair.positiveFlips();
  record.negativeFlips = pair.negativeFlips();
  record.seconds = monotonicSeconds() - began_;
  outcome_.evaluations.push_back(record);
  observer_.evaluated(record);
}

double Training::secondsLeft() const {
  if (steps_ == 0) return -1;
  const double perStep = log_->secondsPerStep();
  // Until one was measured: an evaluation's samples at the pace of a training sample's share for one pass.
  const double guess = perStep / options_.batch / passes_ * static_cast<double>(parts_.data.eval->size());
  const double perEvaluation = evaluationSeconds_ >= 0 ? evaluationSeconds_ : guess;
  const double stepsLeft = static_cast<double>(totalSteps_ - steps_);
  const double epochsLeft = stepsLeft / static_cast<double>(stepsPerEpoch_);
  return stepsLeft * perStep + std::ceil(epochsLeft / options_.evaluateEvery) * perEvaluation;
}

}  // namespace

struct TransferRun::State {
  Parts parts;
};

TransferRun::TransferRun(TransferOptions options, Classifier teacher, Classifier student, DataSource data,
                         Predictions teacherBefore, Predictions studentBefore)
    : state_(new State{Parts{std::move(options), std::move(teacher), std::move(student), std::move(data),
                             std::move(teacherBefore), std::move(studentBefore)}}) {
  const Parts& parts = state_->parts;
  requireFit(parts.teacher, parts.student, parts.data);
  requireTrainable(parts.student, parts.options);
  requirePredictions(parts.teacherBefore, parts.data, "teacher " + parts.teacher.metadata().name);
  requirePredictions(parts.studentBefore, parts.data, "student " + parts.student.metadata().name);
}

TransferRun::~TransferRun() = default;

TransferOutcome TransferRun::run(const Control& control, RunObserver& observer) {
  return Training(state_->parts, control, observer).run();
}

Classifier& TransferRun::student() {
  return state_->parts.student;
}

}  // namespace gf
