// SPDX-License-Identifier: Apache-2.0
#include "jobs/transfer_job.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "jobs/compare_models.h"
#include "jobs/folder_log.h"
#include "jobs/left_out_images.h"
#include "jobs/resume.h"
#include "jobs/run_recorder.h"
#include "report/result_folder.h"
#include "report/text.h"
#include "transfer/transfer_run.h"
#include "transfer/transfer_set.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// "tops-resnet", or "tops-resnet, all-vit" for several.
std::string teacherNames(const Comparison& comparison) {
  std::string names;
  for (const auto& teacher : comparison.teachers) names += (names.empty() ? "" : ", ") + teacher.metadata->name;
  return names;
}

/// The student's own description after the transfer.
ModelMetadata describedAfter(const ModelMetadata& before, const std::string& teachers, const TransferOptions& options,
                             double accuracy, const std::string& data) {
  ModelMetadata after = before;
  const std::string method(displayName(options.method));
  after.name = before.name + " + " + teachers + " (" + method + ")";
  after.source = "Gainfinder " GAINFINDER_VERSION ": " + method + " transfer from " + teachers + " to " + before.name;
  after.referenceAccuracy = ModelMetadata::Reference{data, accuracy};
  return after;
}

/// metrics.jsonl as it now stands, for the figures.
std::vector<Figure> figuresWithMetrics(const fs::path& folder, const nlohmann::ordered_json& report) {
  return figuresOf(report, readMetrics(folder / "metrics.jsonl"));
}

TransferInput inputOf(const TransferRequest& request, const Comparison& comparison,
                      const std::vector<Unreadable>& leftOut) {
  const c10::Device device = deviceOf(request.options.device);
  TransferInput input{request.options,
                      {},
                      loadModel(request.student, device),
                      comparison.data,
                      comparison.teacherPredictions,
                      comparison.studentPredictions,
                      samplesOf(leftOut)};
  for (const auto& teacher : request.teachers) input.teachers.push_back(loadModel(teacher, device));
  FrozenCache cache{frozenFolder(), frozenLimit().bytes()};
  cache.student = comparison.student.sha256;
  cache.studentPasses = request.studentPasses;
  cache.teacherPasses = request.teacherPasses;
  for (const auto& teacher : comparison.teachers) cache.teachers.push_back(teacher.sha256);
  input.cache = std::move(cache);
  input.crops = CropCache{cropFolder(), cropLimit().bytes(), request.cropPasses};
  return input;
}

/// Models that a run leaves beside its student.
void saveOthers(TransferRun& transfer, const Comparison& comparison, const fs::path& folder) {
  if (Classifier* fast = transfer.fastStudent()) fast->save(folder / "student-fast.pt");
  const auto& branches = transfer.branches();
  if (branches.empty()) return;
  std::error_code error;
  fs::create_directories(folder / "branches", error);
  if (error) failRun((folder / "branches").string(), "the folder must be writable", error.message());
  for (std::size_t i = 0; i < branches.size(); ++i) {
    const std::string name = std::to_string(i + 1) + "-" + fileNameText(comparison.teachers[i].metadata->name) + ".pt";
    branches[i].save(folder / "branches" / name);
  }
}

}  // namespace

TransferJob::TransferJob(TransferRequest request) : request_(std::move(request)) {}

std::string TransferJob::title() const {
  std::string teachers;
  for (const auto& teacher : request_.teachers)
    teachers += (teachers.empty() ? "" : ", ") + teacher.path.stem().string();
  return std::string(displayName(request_.options.method)) + ": " + teachers + " → " +
         request_.student.path.stem().string();
}

void TransferJob::run(const Control& control) {
  const Beginning beginning = beginningOf(request_);
  if (beginning == Beginning::Finished) {
    std::atomic_store(&report_,
                      std::make_shared<const nlohmann::ordered_json>(readReport(request_.out / "report.json")));
    logLine(LogLevel::Info, request_.out.string() + " holds the finished result already.");
    return;
  }
  CompareRequest compare{request_.student, request_.teachers, request_.data, request_.options.device,
                         request_.options.threads};
  compare.badImages = request_.options.badImages;
  const auto comparison = compareModels(compare, control);
  if (!comparison->data.train) {
    failInput(request_.data.string(), "the data must have a training split to draw the transfer set from",
              "an evaluation split alone");
  }
  if (comparison->student.traced) {
    failInput(request_.student.path.string(), "a student must be able to train",
              "a traced module, whose train mode is baked in", "Export it with torch.jit.script instead");
  }
  const auto leftOut = unreadableDrawn(request_.options.badImages, *comparison->data.train,
                                       transferSetOf(comparison->data, request_.options), control);
  // Made before the folder: an earlier result is only overwritten by a run that can start.
  TransferRun transfer(inputOf(request_, *comparison, leftOut));
  if (beginning == Beginning::Fresh) {
    makeResultFolder(request_.out, request_.overwrite);
    writeIdentity(request_.out, identityOf(request_, *comparison, leftOut));
  } else {
    requireSameIdentity(request_.out, identityOf(request_, *comparison, leftOut));
  }
  const FolderLock lock(request_.out);
  try {
    transferInto(*comparison, leftOut, transfer, control);
  } catch (const Stopped&) {
    if (discard_) {
      std::error_code ignored;
      fs::remove_all(request_.out, ignored);
    }
    throw;
  }
}

void TransferJob::transferInto(const Comparison& comparison, const std::vector<Unreadable>& leftOut,
                               TransferRun& transfer, const Control& control) {
  const auto& folder = request_.out;
  const auto& options = request_.options;
  const FolderLog log(folder / "log.txt");
  logLine(LogLevel::Info, title() + " on " + comparison.device);
  logLeftOut(comparison.leftOut);
  logLeftOut(leftOut);
  writeSubset(folder / "subset.json", transferSetOf(comparison.data, options, samplesOf(leftOut)), options,
              comparison.data.train->identity());
  transfer.keepStatesIn(stateFolderOf(folder));
  std::error_code ignored;
  if (!transfer.resume()) fs::remove(folder / "metrics.jsonl", ignored);

  TransferOutcome outcome;
  {
    RunRecorder recorder(feed_, folder / "metrics.jsonl");
    preparing_ = false;
    outcome = transfer.run(control, recorder);
  }
  frozen_ = outcome.frozen;
  if (!outcome.finished && discard_) throw Stopped();
  ReportInput input = reportInputOf(comparison);
  input.options = options;
  input.outcome = &outcome;
  input.trainLeftOut = linesOf(leftOut);
  transfer.student().setMetadata(describedAfter(*comparison.student.metadata, teacherNames(comparison), options,
                                                accuracyOf(outcome.after.predicted, input.truth),
                                                comparison.data.kind + " " + comparison.data.evalName));
  transfer.student().save(folder / "student.pt");
  saveOthers(transfer, comparison, folder);
  const auto report = std::make_shared<const nlohmann::ordered_json>(buildReport(input));
  writeReport(folder, *report, figuresWithMetrics(folder, *report));
  logLine(LogLevel::Info, headline(*report));
  std::atomic_store(&report_, report);
  if (!outcome.finished) throw Stopped();
  fs::remove_all(stateFolderOf(folder), ignored);  // nothing is left to go on from
}

}  // namespace gf
