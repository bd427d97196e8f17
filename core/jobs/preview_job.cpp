// SPDX-License-Identifier: Apache-2.0
#include "jobs/preview_job.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "jobs/compare_models.h"
#include "transfer/transfer_run.h"

namespace gf {
namespace {

/// Steps of the dry run: enough to outweigh the first, slow one.
constexpr int kDrySteps = 8;
/// What one line of metrics.jsonl and a report take, roughly; the student's weights are what counts.
constexpr double kBytesPerReport = 200e3;

/// Highest resident memory of this process so far, in bytes.
double peakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

struct DryRun {
  double secondsPerStep = 0, secondsPerEvaluation = 0;
};

DryRun measure(const TransferRequest& request, const Comparison& comparison, Classifier teacher, Classifier student,
               const Control& control) {
  const auto classes = static_cast<double>(comparison.data.train->classNames().size());
  TransferOptions options = request.options;
  options.epochs = 1;
  options.evaluateEvery = 1;
  options.subset = {true, std::max(1.0, std::ceil(kDrySteps * options.batch / classes))};
  TransferRun run(options, std::move(teacher), std::move(student), comparison.data,
                  comparison.teacherPredictions.front(), comparison.studentPredictions);
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
  const auto comparison =
      compareModels({request_.student, {request_.teacher}, request_.data, options.device, options.threads}, control);
  if (!comparison->data.train) {
    failInput(request_.data.string(), "the data must have a training split to draw the transfer set from",
              "an evaluation split alone");
  }
  const c10::Device device = deviceOf(options.device);
  Classifier teacher = loadModel(request_.teacher, device);
  Classifier student = loadModel(request_.student, device);
  const PartitionPreview partition = previewPartition(teacher, student, comparison->data, options, control);
  const DryRun dry = measure(request_, *comparison, std::move(teacher), std::move(student), control);

  auto preview = std::make_shared<Preview>();
  preview->transferSamples = partition.samples;
  preview->supervised = partition.supervised;
  preview->unsupervised = partition.unsupervised;
  preview->ties = partition.ties;
  const double steps = std::ceil(static_cast<double>(partition.samples) / options.batch);
  const double evaluations = std::ceil(options.epochs / options.evaluateEvery);
  preview->secondsPerEpoch = steps * dry.secondsPerStep;
  preview->estimatedSeconds = options.epochs * preview->secondsPerEpoch + evaluations * dry.secondsPerEvaluation;
  preview->memoryBytes = peakMemory();
  preview->diskBytes = static_cast<double>(comparison->student.fileBytes) + kBytesPerReport;
  result_ = preview;
}

}  // namespace gf
