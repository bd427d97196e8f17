// SPDX-License-Identifier: Apache-2.0
#include "jobs/preview_job.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/memory.h"
#include "jobs/compare_models.h"
#include "jobs/left_out_images.h"
#include "transfer/transfer_run.h"
#include "transfer/transfer_set.h"

namespace gf {
namespace {

/// Steps of the dry run: enough to outweigh the first, slow one.
constexpr int kDrySteps = 8;
/// What one line of metrics.jsonl and a report take, roughly; the student's weights are what counts.
constexpr double kBytesPerReport = 200e3;

struct DryRun {
  double secondsPerStep = 0, secondsPerEvaluation = 0;
};

/// A short run of the request; the models are used up.
DryRun measure(const TransferRequest& request, const Comparison& comparison, std::vector<Classifier> teachers,
               Classifier student, const Control& control) {
  const auto classes = static_cast<double>(comparison.data.train->classNames().size());
  TransferOptions options = request.options;
  options.epochs = 1;
  options.warmupLinearEpochs = 0;
  options.warmupEpochs = 0;
  options.evaluateEvery = 1;
  options.subset = {true, std::max(1.0, std::ceil(kDrySteps * options.batch / classes))};
  auto predictions = comparison.teacherPredictions;
  if (options.teachers != TeacherMode::Parallel) {  // one stage is as good as all
    teachers.erase(teachers.begin() + 1, teachers.end());
    predictions.resize(1);
  }
  const auto leftOut =
      unreadableDrawn(options.badImages, *comparison.data.train, transferSetOf(comparison.data, options), control);
  TransferRun run({options, std::move(teachers), std::move(student), comparison.data, std::move(predictions),
                   comparison.studentPredictions, samplesOf(leftOut)});
  RunObserver nobody;
  const TransferOutcome outcome = run.run(control, nobody);
  control.checkpoint();
  DryRun dry;
  dry.secondsPerStep = outcome.steps > 0 ? outcome.trainingSeconds / static_cast<double>(outcome.steps) : 0;
  dry.secondsPerEvaluation = std::max(0.0, outcome.seconds - outcome.trainingSeconds);
  return dry;
}

}  // namespace

PreviewJob::PreviewJob(TransferRequest request) : request_(std::move(request)) {}

std::string PreviewJob::title() const {
  return "Preview the transfer";
}

void PreviewJob::run(const Control& control) {
  const auto& options = request_.options;
  CompareRequest compare{request_.student, request_.teachers, request_.data, options.device, options.threads};
  compare.badImages = options.badImages;
  const auto comparison = compareModels(compare, control);
  if (!comparison->data.train) {
    failInput(request_.data.string(), "the data must have a training split to draw the transfer set from",
              "an evaluation split alone");
  }
  const c10::Device device = deviceOf(options.device);
  std::vector<Classifier> teachers;
  std::vector<double> accuracies;
  auto preview = std::make_shared<Preview>();
  for (std::size_t k = 0; k < request_.teachers.size(); ++k) {
    teachers.push_back(loadModel(request_.teachers[k], device));
    accuracies.push_back(accuracyOf(comparison->teacherPredictions[k].predicted, comparison->data.eval->labels()));
    preview->teacherNames.push_back(teachers.back().metadata().name);
  }
  Classifier student = loadModel(request_.student, device);
  const auto leftOut =
      unreadableDrawn(options.badImages, *comparison->data.train, transferSetOf(comparison->data, options), control);
  PartitionPreview partition =
      previewPartition(teachers, student, comparison->data, options, accuracies, control, samplesOf(leftOut));
  const double stages = options.teachers == TeacherMode::Parallel ? 1 : static_cast<double>(teachers.size());
  const DryRun dry = measure(request_, *comparison, std::move(teachers), std::move(student), control);

  preview->transferSamples = partition.samples;
  preview->supervised = partition.supervised;
  preview->unsupervised = partition.unsupervised;
  preview->ties = partition.ties;
  preview->classNames = comparison->data.eval->classNames();
  preview->supervisedByClass = std::move(partition.supervisedByClass);
  preview->unsupervisedByClass = std::move(partition.unsupervisedByClass);
  preview->tiesByClass = std::move(partition.tiesByClass);
  preview->supervisedByTeacher = std::move(partition.supervisedByTeacher);
  preview->unsupervisedByTeacher = std::move(partition.unsupervisedByTeacher);
  const double steps = std::ceil(static_cast<double>(partition.samples) / options.batch);
  const double epochs = options.epochs + options.warmupLinearEpochs;
  const double evaluations = std::ceil(epochs / options.evaluateEvery);
  preview->secondsPerEpoch = steps * dry.secondsPerStep;
  preview->estimatedSeconds = stages * (epochs * preview->secondsPerEpoch + evaluations * dry.secondsPerEvaluation);
  preview->memoryBytes = peakResidentBytes();
  // The student, the two saved states (weights, momentum) that go again at the end, and the report.
  constexpr double kStates = 2, kCopiesPerState = 3;
  preview->diskBytes =
      static_cast<double>(comparison->student.fileBytes) * (1 + kStates * kCopiesPerState) + kBytesPerReport;
  result_ = preview;
}

}  // namespace gf
