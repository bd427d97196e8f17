// SPDX-License-Identifier: Apache-2.0
#include "jobs/compare_job.h"

#include <torch/version.h>

#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "jobs/accuracy_note.h"
#include "jobs/compare_models.h"
#include "jobs/left_out_images.h"
#include "jobs/meaning_job.h"
#include "models/label_fit.h"
#include "predictions/evaluate.h"

namespace gf {
namespace {

/// A teacher may lack classes of the data, where it is never right; a student may not.
enum class Role { Student, Teacher };

Predictions predict(const ModelChoice& choice, const Inspection& inspection, Role role, const Comparison& comparison,
                    c10::Device device, const Control& control) {
  const auto& data = comparison.data.eval;
  const NamedClasses own = classesOf(*inspection.metadata), wanted = classesOf(*data);
  requireLabels(choice.path.string(), own, wanted, /*mayMiss=*/role == Role::Teacher);
  Classifier model = loadModelFor(choice, wanted, device);
  const PredictionStore store(cacheFolder() / "predictions");
  Predictions predictions =
      evaluateOnce(model, inspection.sha256, data, store, control, "Evaluating " + inspection.metadata->name);
  const std::string note = accuracyNote(*inspection.metadata, comparison.data,
                                        accuracyOf(predictions.predicted, data->labels()), data->size());
  if (!note.empty()) logLine(LogLevel::Warning, note);
  return predictions;
}

}  // namespace

std::optional<Error> problemOf(const std::filesystem::path& file, const Inspection& inspection) {
  if (!inspection.readable) {
    return Error(ErrorKind::Input, file.string(), inspection.rule, inspection.observed, inspection.remedy);
  }
  if (inspection.metadata) return std::nullopt;
  std::string keys;
  for (const auto& key : inspection.missingKeys) keys += (keys.empty() ? "" : ", ") + key;
  return Error(ErrorKind::Input, file.string(), "the checkpoint must say its " + keys, "none of it in the file",
               "Give them with --model-meta FILE.json, or in the window's Models page");
}

Inspection requireUsable(const ModelChoice& choice, const Control& control) {
  Inspection inspection = inspectInChild(choice.path, choice.metadata, {}, control);
  if (const auto problem = problemOf(choice.path, inspection)) throw *problem;
  return inspection;
}

Classifier loadModel(const ModelChoice& choice, c10::Device device) {
  return Classifier::load(choice.path, device, choice.metadata);
}

Classifier loadModelFor(const ModelChoice& choice, const NamedClasses& classes, c10::Device device) {
  Classifier model = loadModel(choice, device);
  model.arrangeFor(classes);
  const std::string note = labelNote(classesOf(model.metadata()), classes);
  if (!note.empty()) logLine(model.missingClasses().empty() ? LogLevel::Info : LogLevel::Warning, note);
  return model;
}

ReportModel reportModelOf(const Inspection& inspection) {
  return {inspection.metadata->name, inspection.metadata->family, inspection.sha256, inspection.path.string(),
          inspection.parameters};
}

std::shared_ptr<Comparison> compareModels(const CompareRequest& request, const Control& control) {
  if (!request.semantics.empty()) checkProvider(request.semantics);
  auto comparison = std::make_shared<Comparison>();
  comparison->request = request;
  control.report({"Opening the data"});
  comparison->data = openData(request.data);
  comparison->leftOut = leaveOutUnreadable(request.badImages, comparison->data, control);
  control.report({"Inspecting the models"});
  comparison->student = requireUsable(request.student, control);
  for (const auto& teacher : request.teachers) comparison->teachers.push_back(requireUsable(teacher, control));

  setComputeThreads(request.threads);
  const c10::Device device = deviceOf(request.device);
  comparison->device = device.str();
  comparison->threads = at::get_num_threads();
  const auto truth = comparison->data.eval->labels();
  const int classes = static_cast<int>(comparison->data.eval->classNames().size());
  comparison->studentPredictions =
      predict(request.student, comparison->student, Role::Student, *comparison, device, control);
  for (std::size_t i = 0; i < request.teachers.size(); ++i) {
    comparison->teacherPredictions.push_back(
        predict(request.teachers[i], comparison->teachers[i], Role::Teacher, *comparison, device, control));
    comparison->knowledge.push_back(comparePredictions(truth, comparison->teacherPredictions.back().predicted,
                                                       comparison->studentPredictions.predicted, classes));
  }
  comparison->report = buildReport(reportInputOf(*comparison));
  if (!request.semantics.empty()) {
    auto meaning = std::make_shared<const PairMeaning>(pairMeaning(*comparison, request.semantics, control));
    comparison->report["meaning"] = meaning->json;
    comparison->meaning = std::move(meaning);
  }
  return comparison;
}

ReportInput reportInputOf(const Comparison& comparison) {
  const auto& data = comparison.data;
  ReportInput input;
  input.student = reportModelOf(comparison.student);
  for (const auto& teacher : comparison.teachers) input.teachers.push_back(reportModelOf(teacher));
  input.dataPath = data.path.string();
  input.dataKind = data.kind;
  input.dataSha256 = data.eval->identity();
  input.evalName = data.evalName;
  input.classNames = data.eval->classNames();
  input.truth.assign(data.eval->labels().begin(), data.eval->labels().end());
  input.studentBefore = comparison.studentPredictions;
  input.teacherPredictions = comparison.teacherPredictions;
  input.device = comparison.device;
  input.threads = comparison.threads;
  input.versions = {{"torch", TORCH_VERSION}};
  input.leftOut = linesOf(comparison.leftOut);
  return input;
}

CompareJob::CompareJob(CompareRequest request) : request_(std::move(request)) {}

std::string CompareJob::title() const {
  return "Compare with " + request_.student.path.stem().string();
}

void CompareJob::run(const Control& control) {
  const auto comparison = compareModels(request_, control);
  logLeftOut(comparison->leftOut);
  result_ = comparison;
}

}  // namespace gf
