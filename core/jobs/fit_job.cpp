// SPDX-License-Identifier: Apache-2.0
#include "jobs/fit_job.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/log.h"
#include "data/left_out.h"
#include "jobs/compare_models.h"
#include "jobs/folder_log.h"
#include "jobs/left_out_images.h"
#include "jobs/resume.h"
#include "jobs/run_recorder.h"
#include "models/label_fit.h"
#include "predictions/evaluate.h"
#include "report/fit_report.h"
#include "report/json_text.h"
#include "report/result_folder.h"
#include "transfer/fit_plan.h"
#include "transfer/transfer_run.h"
#include "transfer/transfer_set.h"

namespace gf {
namespace fs = std::filesystem;

/// Everything about the request's files.
struct FitJob::Prepared {
  Inspection model;
  FitPlan plan;
  std::size_t dataClasses = 0;
  DataSource data;  ///< Labelled by the fitted model's outputs, the evaluation split without `leftOut`.
  std::vector<Unreadable> leftOut{}, trainLeftOut{};
  std::vector<std::uint32_t> samples;  ///< Of the training split, without what was left out.
  std::int64_t trainedParameters = 0, parameters = 0;
  Predictions before;
};

namespace {

bool isFinishedFit(const fs::path& out) {
  constexpr std::size_t kLargest = std::size_t{64} << 20;
  std::error_code ignored;
  if (!fs::is_regular_file(out / "fit.json", ignored)) return false;
  const auto report = parseJsonFile(out / "fit.json", kLargest);
  return report.is_object() && report.contains("training") && report["training"].is_object() &&
         report["training"].value("finished", false);
}

/// "CUB-200-2011"; of what has no name of its own, that of its folder.
std::string dataNameOf(const DataSource& data) {
  if (data.kind != "IDX" && data.kind != "image folder" && data.kind != "ImageNet classes") return data.kind;
  const fs::path path = data.path.has_filename() ? data.path : data.path.parent_path();
  return path.filename().string();
}

void requireTraining(const DataSource& data) {
  if (!data.train) {
    failInput(data.path.string(), "the data must have a training split to train on", "an evaluation split alone");
  }
  const NamedClasses classes = classesOf(*data.eval);
  requireSameLabels(data.path.string(), {"the training split", data.train->classNames(), data.train->wnids()},
                    {"the split " + data.evalName, classes.names, classes.wnids});
}

/// The model's own description after the fit.
ModelMetadata describedAfter(const ModelMetadata& before, ModelMetadata after, const FitOptions& options, bool newHead,
                             const DataSource& data, double accuracy) {
  const std::string name = dataNameOf(data);
  after.name = before.name + " on " + name;
  const char* what = options.layers == FitLayers::All ? "all layers" : newHead ? "a new head" : "the head";
  after.source = "Gainfinder " GAINFINDER_VERSION ": " + std::string(what) + " of " + before.name + " fitted to " +
                 name + (before.source.empty() ? "" : "; before: " + before.source);
  after.referenceAccuracy.reset();
  // Of some of the classes alone it would be no accuracy on that data.
  if (options.classes == FitClasses::All) {
    after.referenceAccuracy = ModelMetadata::Reference{data.kind + " " + data.evalName, accuracy};
  }
  return after;
}

nlohmann::ordered_json identityOf(const FitRequest& request, const std::string& modelSha256, const DataSource& data,
                                  const std::vector<Unreadable>& leftOut) {
  return {{"options", toJson(request.options)},
          {"models", {{"model", modelSha256}}},
          {"data", {{"train", withoutSamples(data.train, leftOut)->identity()}, {"eval", data.eval->identity()}}}};
}

Predictions evaluatedBefore(Classifier& model, const Inspection& inspection, bool newHead, const DataSource& data,
                            const Control& control) {
  const std::string stage = "Evaluating " + inspection.metadata->name;
  if (newHead) return evaluate(model, data.eval, control, stage);  // no file holds this head
  const PredictionStore store(cacheFolder() / "predictions");
  return evaluateOnce(model, inspection.sha256, data.eval, store, control, stage);
}

std::int64_t countOf(const std::vector<at::Tensor>& parameters) {
  std::int64_t count = 0;
  for (const at::Tensor& each : parameters) count += each.numel();
  return count;
}

}  // namespace

FitPreview previewFit(const std::string& subject, const ModelMetadata& model, const DataSource& data,
                      const FitOptions& options) {
  requireTraining(data);
  const FitPlan plan = planFit(subject, classesOf(model), classesOf(*data.eval), options);
  FitPreview preview{plan.text};
  const auto labels = data.train->labels();
  for (const std::uint32_t sample : transferSetOf(data, options.training)) {
    if (plan.places[static_cast<std::size_t>(labels[sample])] >= 0) ++preview.samples;
  }
  const std::int64_t batch = options.training.batch;
  preview.steps =
      (preview.samples + batch - 1) / batch * (options.training.epochs + options.training.warmupLinearEpochs);
  return preview;
}

Beginning beginningOf(const FitRequest& request) {
  std::string conflict = conflictIn(request.options);
  if (conflict.ends_with('.')) conflict.pop_back();
  if (!conflict.empty()) failUsage("fit", "its options must go together", conflict);
  return beginningOf({request.out, request.overwrite, request.resume, {request.model.path, request.data}},
                     [&] { return isFinishedFit(request.out); });
}

fs::path fittedModelIn(const fs::path& out) {
  return out / "model.pt";
}

FitJob::FitJob(FitRequest request) : request_(std::move(request)) {}

std::string FitJob::title() const {
  return "Fit " + request_.model.path.stem().string();
}

TransferInput FitJob::prepare(Prepared& prepared, const Control& control) const {
  const FitOptions& options = request_.options;
  control.report({"Opening the data"});
  prepared.data = openData(request_.data);
  requireTraining(prepared.data);
  prepared.dataClasses = prepared.data.eval->classNames().size();
  control.report({"Inspecting the model"});
  prepared.model = requireUsable(request_.model, control);
  if (prepared.model.traced) {
    failInput(request_.model.path.string(), "a model must be able to train",
              "a traced module, whose train mode is baked in", "Export it with torch.jit.script instead");
  }
  setComputeThreads(options.training.threads);
  Classifier model = loadModel(request_.model, deviceOf(options.training.device));
  prepared.plan =
      planFit(request_.model.path.string(), classesOf(model.metadata()), classesOf(*prepared.data.eval), options);
  prepareFit(prepared.plan, options, model, prepared.data);
  prepared.leftOut = leaveOutUnreadable(options.training.badImages, prepared.data, control);
  prepared.trainLeftOut = unreadableDrawn(options.training.badImages, *prepared.data.train,
                                          transferSetOf(prepared.data, options.training), control);
  prepared.samples = transferSetOf(prepared.data, options.training, samplesOf(prepared.trainLeftOut));
  prepared.parameters = model.parameterCount();
  prepared.trainedParameters =
      options.layers == FitLayers::Head ? countOf(model.headParameters()) : prepared.parameters;
  prepared.before = evaluatedBefore(model, prepared.model, prepared.plan.newHead, prepared.data, control);
  TransferInput input{
      options.training, {}, std::move(model), prepared.data, {}, prepared.before, samplesOf(prepared.trainLeftOut)};
  input.headOnly = options.layers == FitLayers::Head;
  return input;
}

void FitJob::run(const Control& control) {
  const Beginning beginning = beginningOf(request_);
  if (beginning == Beginning::Finished) {
    std::atomic_store(&report_,
                      std::make_shared<const nlohmann::ordered_json>(readFitReport(request_.out / "fit.json")));
    logLine(LogLevel::Info, request_.out.string() + " holds the finished result already.");
    return;
  }
  Prepared prepared;
  // Made before the folder: an earlier result is only overwritten by a run that can start.
  TransferRun training(prepare(prepared, control));
  const auto identity = identityOf(request_, prepared.model.sha256, prepared.data, prepared.trainLeftOut);
  if (beginning == Beginning::Fresh) {
    makeResultFolder(request_.out, request_.overwrite);
    writeIdentity(request_.out, identity);
  } else {
    requireSameIdentity(request_.out, identity);
  }
  const FolderLock lock(request_.out);
  try {
    fitInto(prepared, training, control);
  } catch (const Stopped&) {
    std::error_code ignored;
    if (discard_) fs::remove_all(request_.out, ignored);
    throw;
  }
}

/// All of a report's material that does not come from the training.
FitReportInput FitJob::reportInputOf(const Prepared& prepared, const FitOptions& options) {
  FitReportInput input;
  input.model = reportModelOf(prepared.model);
  input.newHead = prepared.plan.newHead;
  input.plan = prepared.plan.text;
  input.dataClasses = prepared.dataClasses;
  input.usedClasses = prepared.plan.used;
  input.trainedParameters = prepared.trainedParameters;
  input.dataPath = prepared.data.path.string();
  input.dataKind = prepared.data.kind;
  input.trainSha256 = prepared.data.train->identity();
  input.evalSha256 = prepared.data.eval->identity();
  input.evalName = prepared.data.evalName;
  for (const std::uint32_t sample : prepared.samples) {
    input.trainingLabels.push_back(prepared.data.train->labels()[sample]);
  }
  const auto truth = prepared.data.eval->labels();
  input.truth.assign(truth.begin(), truth.end());
  input.before = prepared.before.predicted;
  input.options = options;
  input.device = deviceOf(options.training.device).str();
  input.threads = at::get_num_threads();
  input.versions = {{"torch", TORCH_VERSION}};
  input.leftOut = linesOf(prepared.leftOut);
  input.trainLeftOut = linesOf(prepared.trainLeftOut);
  return input;
}

void FitJob::fitInto(const Prepared& prepared, TransferRun& training, const Control& control) {
  const auto& folder = request_.out;
  const FitOptions& options = request_.options;
  const FolderLog log(folder / "log.txt");
  logLine(LogLevel::Info, title() + " on " + deviceOf(options.training.device).str() + ". " + prepared.plan.text);
  logLeftOut(prepared.leftOut);
  logLeftOut(prepared.trainLeftOut);
  writeSubset(folder / "subset.json", prepared.samples, options.training, prepared.data.train->identity());
  training.keepStatesIn(stateFolderOf(folder));
  std::error_code ignored;
  if (!training.resume()) fs::remove(folder / "metrics.jsonl", ignored);
  TransferOutcome outcome;
  {
    RunRecorder recorder(feed_, folder / "metrics.jsonl");
    preparing_ = false;
    outcome = training.run(control, recorder);
  }
  if (!outcome.finished && discard_) throw Stopped();
  const auto truth = prepared.data.eval->labels();
  Classifier& model = training.student();
  model.setMetadata(describedAfter(*prepared.model.metadata, model.metadata(), options, prepared.plan.newHead,
                                   prepared.data, accuracyOf(outcome.after.predicted, truth)));
  const fs::path file = fittedModelIn(folder);
  model.save(file);
  FitReportInput input = reportInputOf(prepared, request_.options);
  input.fitted = {model.metadata().name, model.metadata().family, sha256OfFile(file), file.filename().string(),
                  prepared.parameters};
  input.outputs = model.metadata().classes;
  input.outcome = &outcome;
  const auto report = std::make_shared<const nlohmann::ordered_json>(buildFitReport(input));
  writeFitReport(folder, *report);
  logLine(LogLevel::Info, fitHeadline(*report));
  std::atomic_store(&report_, report);
  if (!outcome.finished) throw Stopped();
  fs::remove_all(stateFolderOf(folder), ignored);  // nothing is left to go on from
}

}  // namespace gf
