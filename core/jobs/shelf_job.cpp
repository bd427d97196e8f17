// SPDX-License-Identifier: Apache-2.0
#include "jobs/shelf_job.h"

#include <torch/version.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "jobs/accuracy_note.h"
#include "jobs/compare_models.h"
#include "jobs/left_out_images.h"
#include "models/label_fit.h"
#include "predictions/evaluate.h"
#include "report/shelf_report.h"

namespace gf {
namespace {

/// "broken.pt: must be a TorchScript archive; found text"
std::string reasonLine(const std::filesystem::path& file, const std::string& rule, const std::string& observed) {
  return file.filename().string() + ": " + rule + (observed.empty() ? "" : "; found " + observed);
}

/// One child looks at all files that need no words of the user's; each of the others gets its own.
std::vector<Inspection> inspectAll(const std::vector<ModelChoice>& choices, const Control& control) {
  Meter meter(control, "Inspecting the models", static_cast<double>(choices.size()));
  double done = 0;
  const auto tell = [&](const Inspection&) { meter.update(++done); };
  std::vector<std::filesystem::path> plain;
  for (const auto& choice : choices) {
    if (choice.metadata.is_null()) plain.push_back(choice.path);
  }
  std::vector<Inspection> ofPlain;
  if (!plain.empty()) ofPlain = inspectInChild(plain, nullptr, {}, tell, control);
  std::vector<Inspection> all;
  std::size_t next = 0;
  for (const auto& choice : choices) {
    if (choice.metadata.is_null()) {
      all.push_back(std::move(ofPlain[next++]));
    } else {
      all.push_back(inspectInChild(choice.path, choice.metadata, {}, control));
      tell(all.back());
    }
  }
  return all;
}

/// Why a model cannot stand on a shelf of these classes; empty when it can.
std::string obstacleOf(const Inspection& inspection, const NamedClasses& classes) {
  if (const auto problem = problemOf(inspection.path, inspection))
    return reasonLine(inspection.path, problem->rule(), problem->observed());
  const std::string obstacle = labelObstacle(classesOf(*inspection.metadata), classes, /*mayMiss=*/false);
  return obstacle.empty() ? std::string() : inspection.path.filename().string() + ": " + obstacle;
}

std::vector<std::int32_t> answersOf(const ModelChoice& choice, const Inspection& inspection, const DataSource& data,
                                    c10::Device device, const std::string& stage, const Control& control) {
  const NamedClasses classes = classesOf(*data.eval);
  const auto arrangement = arrangementFor(choice.path.string(), classesOf(*inspection.metadata), classes);
  const std::string key =
      evaluationKey(inspection.sha256, preprocessOf(*inspection.metadata), *data.eval, device, arrangement);
  const PredictionStore store(cacheFolder() / "predictions");
  auto answers = answersOnce(
      key, classes.names.size(), [&] { return loadModelFor(choice, classes, device); }, data.eval, store, control,
      stage);
  const std::string note =
      accuracyNote(*inspection.metadata, data, accuracyOf(answers, data.eval->labels()), data.eval->size());
  if (!note.empty()) logLine(LogLevel::Warning, note);
  return answers;
}

void requireTwo(const Shelf& shelf) {
  if (shelf.models.size() >= 2) return;
  std::string observed = std::to_string(shelf.models.size());
  for (const auto& line : shelf.leftOut) observed += (&line == &shelf.leftOut.front() ? "; left out: " : "; ") + line;
  failInput("shelf", "needs at least two models that can be used with this data", observed,
            "Choose models whose classes are those of the data");
}

/// What evaluating one model reports, as a share of evaluating all of them since `start` (monotonic seconds).
Control partOf(const Control& control, std::size_t model, std::size_t models, double start) {
  return control.withSink([&control, model, models, start](Progress progress) {
    progress.fraction = (static_cast<double>(model) + progress.fraction) / static_cast<double>(models);
    const double seconds = monotonicSeconds() - start;
    // Before the second model there is nothing to judge the others by.
    progress.secondsLeft = model == 0 ? -1 : seconds / progress.fraction * (1 - progress.fraction);
    control.report(progress);
  });
}

/// An image that cannot be read is no fault of the model that was to see it.
bool isOfData(const Error& failure, const std::string& data, const std::string& model) {
  const std::string& subject = failure.subject();
  return failure.kind() == ErrorKind::Input && subject.starts_with(data) && !subject.starts_with(model);
}

/// Keeps the models that answer, in their order, and their answers.
std::vector<std::vector<std::int32_t>> evaluateAll(std::vector<Inspection> inspections, c10::Device device,
                                                   Shelf& shelf, const Control& control) {
  std::vector<std::vector<std::int32_t>> answers;
  const std::vector<ModelChoice> choices = std::exchange(shelf.request.models, {});
  const double start = monotonicSeconds();
  for (std::size_t m = 0; m < choices.size(); ++m) {
    const std::string stage = "Evaluating " + inspections[m].metadata->name + " (" + std::to_string(m + 1) + " of " +
                              std::to_string(choices.size()) + ")";
    control.checkpoint();
    try {
      const Control part = partOf(control, m, choices.size(), start);
      part.report({stage});
      answers.push_back(answersOf(choices[m], inspections[m], shelf.data, device, stage, part));
    } catch (const OutOfMemory&) {
      throw;
    } catch (const Error& failure) {
      if (isOfData(failure, shelf.data.path.string(), choices[m].path.string())) throw;
      shelf.leftOut.push_back(reasonLine(choices[m].path, failure.rule(), failure.observed()));
      continue;
    }
    shelf.request.models.push_back(choices[m]);
    shelf.models.push_back(std::move(inspections[m]));
  }
  return answers;
}

ShelfInput shelfInputOf(const Shelf& shelf, c10::Device device, int threads) {
  ShelfInput input;
  for (const auto& model : shelf.models) input.models.push_back(reportModelOf(model));
  input.dataPath = shelf.data.path.string();
  input.dataKind = shelf.data.kind;
  input.dataSha256 = shelf.data.eval->identity();
  input.evalName = shelf.data.evalName;
  input.classNames = shelf.data.eval->classNames();
  input.knowledge = shelf.knowledge;
  input.device = device.str();
  input.threads = threads;
  input.versions = {{"torch", TORCH_VERSION}};
  input.leftOut = shelf.leftOut;
  input.imagesLeftOut = linesOf(shelf.imagesLeftOut);
  return input;
}

}  // namespace

ShelfJob::ShelfJob(ShelfRequest request) : request_(std::move(request)) {}

std::string ShelfJob::title() const {
  return "Compare a shelf of " + std::to_string(request_.models.size()) + " models";
}

void ShelfJob::run(const Control& control) {
  auto shelf = std::make_shared<Shelf>();
  shelf->request = request_;
  control.report({"Opening the data"});
  shelf->data = openData(request_.data);
  shelf->imagesLeftOut = leaveOutUnreadable(request_.badImages, shelf->data, control);
  logLeftOut(shelf->imagesLeftOut);
  const auto& classes = shelf->data.eval->classNames();
  checkShelfSize(request_.models.size(), classes.size());
  const NamedClasses labels = classesOf(*shelf->data.eval);
  std::vector<Inspection> usable;
  shelf->request.models.clear();
  auto inspections = inspectAll(request_.models, control);
  for (std::size_t m = 0; m < inspections.size(); ++m) {
    if (std::string obstacle = obstacleOf(inspections[m], labels); !obstacle.empty()) {
      shelf->leftOut.push_back(std::move(obstacle));
      continue;
    }
    shelf->request.models.push_back(request_.models[m]);
    usable.push_back(std::move(inspections[m]));
  }
  if (usable.size() < 2) {
    shelf->models = std::move(usable);
    requireTwo(*shelf);
  }
  setComputeThreads(request_.threads);
  const c10::Device device = deviceOf(request_.device);
  const int threads = at::get_num_threads();
  const auto answers = evaluateAll(std::move(usable), device, *shelf, control);
  requireTwo(*shelf);
  for (const auto& line : shelf->leftOut) logLine(LogLevel::Info, "Left out of the shelf: " + line);
  const std::vector<Labels> predicted(answers.begin(), answers.end());
  shelf->knowledge =
      shelfKnowledge(shelf->data.eval->labels(), predicted, static_cast<int>(classes.size()), threads, control);
  control.report({"Ranking the pairs"});
  shelf->report = buildShelfReport(shelfInputOf(*shelf, device, threads));
  shelf->figures = shelfFigures(shelf->report);
  result_ = std::move(shelf);
}

}  // namespace gf
