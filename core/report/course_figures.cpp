// SPDX-License-Identifier: Apache-2.0
// Figures of a run from what it reported while it went on.
#include <cmath>
#include <utility>

#include "report/figure_parts.h"
#include "report/report.h"
#include "report/result_folder.h"
#include "report/run_figures.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

/// What metrics.jsonl holds, as the run reported it.
struct Course {
  std::vector<StepRecord> steps;
  std::vector<EvaluationRecord> evaluations;
  std::vector<std::string> stages;  ///< The teachers of each.
};

Course courseOf(const Json& transfer, const std::vector<nlohmann::json>& metrics) {
  Course course;
  for (const auto& line : metrics) {
    if (line.at("kind") == "evaluation") course.evaluations.push_back(evaluationFromJson(line));
    if (line.at("kind") == "step") course.steps.push_back(stepFromJson(line));
  }
  for (const auto& stage : transfer.at("stages")) {
    std::string names;
    for (const auto& name : stage.at("teachers")) names += (names.empty() ? "" : ", ") + name.get<std::string>();
    course.stages.push_back(std::move(names));
  }
  return course;
}

Figure classesOf(const Json& report, const Course& course) {
  std::vector<std::string> names;
  std::vector<std::int64_t> samples;
  for (const auto& each : report.at("classes")) {
    names.push_back(each.at("name").get<std::string>());
    samples.push_back(each.at("samples").get<std::int64_t>());
  }
  return classesOverTimeFigure(course.evaluations, names, samples, course.stages);
}

/// The raw terms: smoothed values never reach a report.
Figure objectiveOf(const Course& course, const std::string& distillation) {
  Figure figure;
  figure.id = "objective";
  figure.title = "The objective during the transfer";
  figure.kind = FigureKind::Lines;
  figure.xTitle = "Epochs";
  figure.yTitle = "Mean per sample (nats)";
  const auto add = [&](const std::string& name, Role role, const auto& value) {
    FigureSeries series{name, role, {}, {}};
    for (const auto& step : course.steps) {
      const std::optional<double> term = value(step);
      if (!term || !std::isfinite(*term)) continue;
      series.x.push_back(step.epoch);
      series.y.push_back(*term);
    }
    if (!series.y.empty()) figure.series.push_back(std::move(series));
  };
  add("Total", Role::Net, [](const StepRecord& step) { return step.total; });
  add(distillation, Role::Teacher, [](const StepRecord& step) { return step.distillation; });
  add("Cross-entropy", Role::Neutral, [](const StepRecord& step) { return step.crossEntropy; });
  if (figure.series.empty()) return figure;
  // Without cross-entropy the total is the distillation term: one line, not two on top of each other.
  const bool alone = figure.series.size() == 2 && figure.series[0].y == figure.series[1].y;
  if (alone) figure.series.erase(figure.series.begin());
  const auto& main = figure.series.front();
  figure.sentence =
      "The objective went from " + fixedText(main.y.front(), 4) + " to " + fixedText(main.y.back(), 4) + ".";
  figure.marks = stageMarks(course.evaluations, course.stages);
  return figure;
}

std::string distillationOf(const std::string& method) {
  for (const Method each : kAllMethods) {
    if (idOf(each) == method) return distillationName(each);
  }
  return "Distillation";
}

std::vector<CurvePoint> curveOf(const Json& transfer) {
  std::vector<CurvePoint> curve;
  if (!transfer.contains("curve")) return curve;
  for (const auto& each : transfer.at("curve")) {
    curve.push_back({each.at("from").get<std::string>(), each.at("to").get<std::string>(),
                     each.at("position").get<double>(), each.at("accuracy").get<double>(),
                     each.at("gain").get<double>(), each.at("loss").get<double>()});
  }
  return curve;
}

/// Names for what is drawn per teacher while it trains: all of the one stage, or the stages' own.
std::vector<std::string> liveNames(const Json& transfer, const Course& course) {
  if (transfer.at("stages").size() != 1) return course.stages;
  return transfer.at("stages")[0].at("teachers").get<std::vector<std::string>>();
}

}  // namespace

std::vector<Figure> courseFigures(const Json& report, const std::vector<nlohmann::json>& metrics) {
  const auto& transfer = report.at("transfer");
  const Course course = courseOf(transfer, metrics);
  Figure gainLoss = gainLossFigure(course.evaluations, course.stages);
  gainLoss.sentence = headline(report);
  if (course.evaluations.empty()) gainLoss.series.clear();
  std::vector<Figure> all{std::move(gainLoss), classesOf(report, course), interpolationFigure(curveOf(transfer)),
                          objectiveOf(course, distillationOf(transfer.at("method").get<std::string>()))};
  for (auto& figure : routingLiveFigures(course.steps, liveNames(transfer, course))) all.push_back(std::move(figure));
  all.push_back(weightDistanceFigure(course.evaluations, course.stages));
  all.push_back(speedFigure(course.steps));
  all.push_back(memoryFigure(course.steps));
  std::erase_if(all, [](const Figure& figure) { return figure.series.empty(); });
  return all;
}

}  // namespace gf
