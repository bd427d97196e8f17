// SPDX-License-Identifier: Apache-2.0
#include "jobs/study_job.h"

#include <new>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "jobs/compare_models.h"
#include "jobs/resume.h"
#include "jobs/study_frozen.h"
#include "jobs/transfer_job.h"
#include "models/inspection.h"
#include "models/tensor_memory.h"
#include "report/text.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

PlanModel planModelOf(const Inspection& inspection) {
  return {inspection.path,       inspection.metadata->name, inspection.metadata->family, inspection.sha256,
          inspection.parameters, inspection.fileBytes,      !inspection.traced};
}

/// What is left of a cell that was killed before its first state could be saved holds nothing to go on from.
void clearUnusable(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error) || canGoOn(folder)) return;
  if (fs::is_regular_file(folder / "report.json", error)) return;
  fs::remove_all(folder, error);
  if (error) failRun(folder.string(), "the folder must be removable", error.message());
}

/// A cell's progress as a share of the study's.
Control partOf(const Control& control, std::size_t cell, std::size_t cells, const std::string& name) {
  return control.withSink([&control, cell, cells, name](Progress progress) {
    progress.stage = std::to_string(cell + 1) + " of " + std::to_string(cells) + ", " + name + ": " + progress.stage;
    progress.secondsLeft = -1;
    control.report(progress);
  });
}

}  // namespace

PreparedStudy prepareStudy(const StudyPlan& plan, const Control& control) {
  if (plan.models.empty()) failUsage(plan.name, "the plan or --models must name the folder of the models", "neither");
  if (plan.data.empty()) failUsage(plan.name, "the plan or --data must name the data", "neither");
  PreparedStudy prepared;
  control.report({"Opening the data"});
  prepared.data = openData(plan.data);
  if (!prepared.data.train) {
    failInput(plan.data.string(), "the data must have a training split to draw the transfer set from",
              "an evaluation split alone");
  }
  const auto files = findCheckpoints(plan.models);
  if (files.empty()) failInput(plan.models.string(), "must be a folder that holds checkpoints", "none");
  Meter meter(control, "Inspecting the models", static_cast<double>(files.size()));
  double looked = 0;
  const auto inspections = inspectInChild(
      files, nullptr, {}, [&](const Inspection&) { meter.update(++looked); }, control);
  std::vector<std::string> unusable;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (const auto problem = problemOf(files[i], inspections[i])) {
      unusable.emplace_back(problem->what());
    } else {
      prepared.models.push_back(planModelOf(inspections[i]));
      prepared.metadata.push_back(*inspections[i].metadata);
    }
  }
  prepared.expansion =
      expandPlan(plan, prepared.models, prepared.data.eval->identity() + " " + prepared.data.train->identity());
  prepared.expansion.notes.insert(prepared.expansion.notes.end(), unusable.begin(), unusable.end());
  return prepared;
}

StudyJob::StudyJob(StudyRequest request) : request_(std::move(request)) {}
StudyJob::~StudyJob() = default;

std::string StudyJob::title() const {
  return "Study: " + request_.plan.name;
}

void StudyJob::runCell(const PlannedCell& cell, const StudyStore& store, const Control& control) {
  const fs::path folder = store.folderOf(cell.name);
  try {
    clearUnusable(folder);
    TransferRequest request;
    request.student.path = prepared_.models[cell.student].path;
    for (const std::size_t teacher : cell.teachers)
      request.teachers.push_back({prepared_.models[teacher].path, nullptr});
    request.data = request_.plan.data;
    request.options = cell.options;
    request.options.device = request_.device;
    request.options.threads = request_.threads;
    request.out = folder;
    request.resume = true;
    request.teacherPasses.assign(cell.teachers.size(), 0);
    std::size_t next = 0;
    for (const auto& stage : shared_->stagesOf(cell)) {
      for (const FrozenPart& part : stage) {
        if (!part.isStudent) request.teacherPasses[next++] = shared_->passesOf(part);
        if (part.isStudent && !part.passing) request.studentPasses = shared_->passesOf(part);
      }
    }
    request.cropPasses = shared_->cropPassesOf(cell);
    const double start = monotonicSeconds();
    TransferJob job(request);
    job.run(control);
    book(job.frozen());
    store.markDone(cell.name, monotonicSeconds() - start);
  } catch (const Error& error) {
    logLine(LogLevel::Warning, cell.name + " failed, the study goes on. " + error.what());
    store.markFailed(cell.name, error);
  } catch (const Stopped&) {
    throw;
  } catch (const std::bad_alloc&) {
    store.markFailed(cell.name, Error(ErrorKind::Run, cell.name, "the work must fit into memory", "no memory left"));
  } catch (const std::exception& error) {
    store.markFailed(cell.name,
                     Error(ErrorKind::Run, cell.name, "the work must end without an error of a library", error.what()));
  }
}

void StudyJob::book(const std::vector<FrozenUse>& uses) {
  for (const FrozenUse& use : uses) {
    frozenUse_.live += use.live;
    frozenUse_.computed += use.computed;
    frozenUse_.compared += use.compared;
    frozenUse_.read += use.read;
  }
}

void StudyJob::run(const Control& control) {
  prepared_ = prepareStudy(request_.plan, control);
  shared_ = std::make_unique<StudyFrozen>(prepared_, request_.device, request_.threads);
  const StudyStore store(request_.out);
  store.open(request_.plan, prepared_.models, prepared_.expansion);
  const auto& cells = prepared_.expansion.cells;
  for (const auto& cell : cells) {
    if (request_.retryFailed && store.stateOf(cell.name) == CellState::Failed) store.clearFailure(cell.name);
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    control.checkpoint();
    const std::string& name = cells[i].name;
    if (store.isMarked(name)) continue;
    const auto claim = store.claim(name);
    // Another process may have ended it between the look and the claim.
    if (!claim || store.isMarked(name)) continue;
    runCell(cells[i], store, partOf(control, i, cells.size(), name));
    releaseTensorMemory();  // the next cell's models may be others
  }
}

}  // namespace gf
