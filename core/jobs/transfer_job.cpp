// SPDX-License-Identifier: Apache-2.0
#include "jobs/transfer_job.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "data/subset.h"
#include "jobs/compare_models.h"
#include "report/result_folder.h"
#include "transfer/transfer_run.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// Sends what the run reports to the feed and, line by line, to metrics.jsonl.
class Recorder final : public RunObserver {
 public:
  Recorder(RunFeed& feed, const fs::path& file) : feed_(feed), file_(file) {}
  void stepped(const StepRecord& record) override {
    file_.append(toJson(record).dump());
    feed_.stepped(record);
  }
  void evaluated(const EvaluationRecord& record) override {
    file_.append(toJson(record).dump());
    feed_.evaluated(record);
  }

 private:
  RunFeed& feed_;
  LineFile file_;
};

std::string timeStamp(double unixSeconds) {
  const auto seconds = static_cast<std::time_t>(unixSeconds);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string_view levelName(LogLevel level) {
  return level == LogLevel::Info ? "info" : level == LogLevel::Warning ? "warning" : "error";
}

/// The student's own description after the transfer.
ModelMetadata describedAfter(const ModelMetadata& before, const std::string& teacher, const TransferOptions& options,
                             double accuracy, const std::string& evalName) {
  ModelMetadata after = before;
  const std::string method(displayName(options.method));
  after.name = before.name + " + " + teacher + " (" + method + ")";
  after.source = "Gainfinder " GAINFINDER_VERSION ": " + method + " transfer from " + teacher + " to " + before.name;
  after.referenceAccuracy = ModelMetadata::Reference{evalName, accuracy};
  return after;
}

/// metrics.jsonl as it now stands, for the figures.
std::vector<Figure> figuresWithMetrics(const fs::path& folder, const nlohmann::ordered_json& report) {
  return figuresOf(report, readMetrics(folder / "metrics.jsonl"));
}

}  // namespace

TransferJob::TransferJob(TransferRequest request) : request_(std::move(request)) {}

std::string TransferJob::title() const {
  return std::string(displayName(request_.options.method)) + ": " + request_.teacher.path.stem().string() + " → " +
         request_.student.path.stem().string();
}

void TransferJob::run(const Control& control) {
  checkResultFolder(request_.out, request_.overwrite, {request_.student.path, request_.teacher.path, request_.data});
  const CompareRequest compare{
      request_.student, {request_.teacher}, request_.data, request_.options.device, request_.options.threads};
  const auto comparison = compareModels(compare, control);
  if (!comparison->data.train) {
    failInput(request_.data.string(), "the data must have a training split to draw the transfer set from",
              "an evaluation split alone");
  }
  if (comparison->student.traced) {
    failInput(request_.student.path.string(), "a student must be able to train",
              "a traced module, whose train mode is baked in", "Export it with torch.jit.script instead");
  }
  // Made before the folder: an earlier result is only overwritten by a run that can start.
  const c10::Device device = deviceOf(request_.options.device);
  TransferRun transfer(request_.options, loadModel(request_.teacher, device), loadModel(request_.student, device),
                       comparison->data, comparison->teacherPredictions.front(), comparison->studentPredictions);
  makeResultFolder(request_.out, request_.overwrite);
  try {
    transferInto(*comparison, transfer, control);
  } catch (const Stopped&) {
    if (discard_) {
      std::error_code ignored;
      fs::remove_all(request_.out, ignored);
    }
    throw;
  }
}

void TransferJob::transferInto(const Comparison& comparison, TransferRun& transfer, const Control& control) {
  const auto& folder = request_.out;
  const auto& options = request_.options;
  LineFile logFile(folder / "log.txt");
  const LogSubscription subscription([&](const LogEntry& entry) {
    logFile.append(timeStamp(entry.unixSeconds) + " " + std::string(levelName(entry.level)) + " " + entry.text);
  });
  logLine(LogLevel::Info, title() + " on " + comparison.device);
  const auto& train = *comparison.data.train;
  writeSubset(
      folder / "subset.json",
      stratifiedSubset(train.labels(), static_cast<int>(train.classNames().size()), options.subset, options.seed),
      options, train.identity());

  TransferOutcome outcome;
  {
    Recorder recorder(feed_, folder / "metrics.jsonl");
    preparing_ = false;
    outcome = transfer.run(control, recorder);
  }
  if (!outcome.finished && discard_) throw Stopped();
  ReportInput input = reportInputOf(comparison);
  input.options = options;
  input.outcome = &outcome;
  transfer.student().setMetadata(
      describedAfter(*comparison.student.metadata, comparison.teachers.front().metadata->name, options,
                     accuracyOf(outcome.after.predicted, input.truth), comparison.data.evalName));
  transfer.student().save(folder / "student.pt");
  const auto report = std::make_shared<const nlohmann::ordered_json>(buildReport(input));
  writeReport(folder, *report, figuresWithMetrics(folder, *report));
  logLine(LogLevel::Info, headline(*report));
  std::atomic_store(&report_, report);
  if (!outcome.finished) throw Stopped();
}

}  // namespace gf
