// SPDX-License-Identifier: Apache-2.0
#include "report/figure.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "report/report.h"
#include "report/result_folder.h"
#include "report/run_figures.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPercent = 100;

std::string ofText(std::int64_t count, std::int64_t samples) {
  return groupedText(count) + " of " + countedText(samples, "image", "images");
}

/// Whole samples behind a share that was written as a fraction of whole counts.
std::int64_t countOf(double share, std::int64_t samples) {
  return std::llround(share * static_cast<double>(samples));
}

/// `id`, numbered when it was used before.
std::string uniqueId(const std::string& id, std::set<std::string>& used) {
  std::string own = id;
  for (int n = 2; !used.insert(own).second; ++n) own = id + "-" + std::to_string(n);
  return own;
}

struct OutcomePart {
  const char *key, *label;
  Role role;
};
constexpr OutcomePart kParts[] = {{"both_right", "Both right", Role::BothRight},
                                  {"only_teacher", "Only the teacher", Role::Gain},
                                  {"only_student", "Only the student", Role::Loss},
                                  {"both_wrong", "Both wrong", Role::BothWrong}};

Figure outcomesFigure(const Json& report, std::size_t t) {
  const auto& pair = report.at("before").at("teachers")[t];
  const auto samples = report.at("evaluation").at("samples").get<std::int64_t>();
  const auto teacher = pair.at("name").get<std::string>(), student = report.at("student").at("name").get<std::string>();
  Figure figure;
  figure.id = "outcomes";
  figure.title = teacher + " and " + student + ": who is right";
  figure.kind = FigureKind::Stack;
  figure.xTitle = "Share of the evaluation set (%)";
  for (const auto& part : kParts) {
    const auto count = pair.at("counts").at(part.key).get<std::int64_t>();
    figure.labels.emplace_back(part.label);
    figure.details.push_back(ofText(count, samples));
    figure.series.push_back(
        {part.label, part.role, {}, {kPercent * static_cast<double>(count) / static_cast<double>(samples)}});
  }
  const auto counts = [&](const char* key) { return pair.at("counts").at(key).get<std::int64_t>(); };
  figure.sentence = "Of " + countedText(samples, "image", "images") + ", " + groupedText(counts("only_teacher")) +
                    " are right only with " + teacher + " and " + groupedText(counts("only_student")) + " only with " +
                    student + ".";
  return figure;
}

Figure flipsFigure(const Json& report, std::size_t t) {
  struct Row {
    std::string name;
    double share;
    std::int64_t count, samples;
  };
  std::vector<Row> rows;
  for (const auto& each : report.at("classes")) {
    const auto& share = each.at("teachers")[t].at("positive_flips");
    if (share.is_null()) continue;
    const auto samples = each.at("samples").get<std::int64_t>();
    rows.push_back(
        {each.at("name").get<std::string>(), share.get<double>(), countOf(share.get<double>(), samples), samples});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.share > b.share; });
  const auto teacher = report.at("before").at("teachers")[t].at("name").get<std::string>();
  Figure figure;
  figure.id = "flips";
  figure.title = "What " + teacher + " knows, class by class";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Class";
  figure.yTitle = "Positive flips, share of the class (%)";
  FigureSeries series{"Positive flips", Role::Gain, {}, {}};
  for (const auto& row : rows) {
    figure.labels.push_back(row.name);
    figure.details.push_back(ofText(row.count, row.samples));
    series.y.push_back(kPercent * row.share);
  }
  if (rows.empty() || rows.front().count == 0) {
    figure.sentence = teacher + " is right on no image that the student misses.";
  } else {
    figure.sentence = teacher + " adds most in " + rows.front().name + ": " + figure.details.front() + " (" +
                      percentString(rows.front().share) + ").";
  }
  figure.series.push_back(std::move(series));
  return figure;
}

Figure changesFigure(const Json& report) {
  struct Row {
    std::string name;
    double gain, loss;
    std::int64_t samples;
  };
  std::vector<Row> rows;
  for (const auto& each : report.at("classes")) {
    if (each.at("gain").is_null() || each.at("loss").is_null()) continue;
    rows.push_back({each.at("name").get<std::string>(), each.at("gain").get<double>(), each.at("loss").get<double>(),
                    each.at("samples").get<std::int64_t>()});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.gain - a.loss > b.gain - b.loss; });
  Figure figure;
  figure.id = "class-changes";
  figure.title = "Learned and forgotten, class by class";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Class";
  figure.yTitle = "Share of the class (%)";
  figure.series = {{"Learned", Role::Gain, {}, {}}, {"Forgotten", Role::Loss, {}, {}}};
  int better = 0, worse = 0;
  for (const auto& row : rows) {
    figure.labels.push_back(row.name);
    figure.details.push_back("learned " + groupedText(countOf(row.gain, row.samples)) + ", forgot " +
                             groupedText(countOf(row.loss, row.samples)) + " of " +
                             countedText(row.samples, "image", "images"));
    figure.series[0].y.push_back(kPercent * row.gain);
    figure.series[1].y.push_back(kPercent * row.loss);
    better += countOf(row.gain, row.samples) > countOf(row.loss, row.samples);
    worse += countOf(row.gain, row.samples) < countOf(row.loss, row.samples);
  }
  figure.sentence = countedText(better, "class", "classes") + " improved, " + groupedText(worse) + " got worse.";
  return figure;
}

/// `routing` of the whole run, or of one of several teachers in its stage.
Figure routingFigure(const Json& routing) {
  const auto& outcomes = routing.at("outcomes");
  Figure figure;
  figure.id = "routing";
  figure.title = "Whom the transfer set follows";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Outcome before the transfer";
  figure.yTitle = "Share of these images (%)";
  figure.series = {{"To the teacher", Role::Teacher, {}, {}}, {"To the frozen student", Role::Student, {}, {}}};
  for (const auto& part : kParts) {
    const auto all = outcomes.at("all").at(part.key).get<std::int64_t>();
    const auto sent = outcomes.at("to_teacher").at(part.key).get<std::int64_t>();
    if (all == 0) continue;
    const double share = static_cast<double>(sent) / static_cast<double>(all);
    figure.labels.emplace_back(part.label);
    figure.details.push_back(ofText(sent, all) + " to the teacher");
    figure.series[0].y.push_back(kPercent * share);
    figure.series[1].y.push_back(kPercent * (1 - share));
  }
  const auto share = [&](const char* key) {
    return routing.at(key).is_null() ? std::string("no") : percentString(routing.at(key).get<double>()) + " of the";
  };
  figure.sentence = "The teacher teaches " + share("positive") + " positive flips and " + share("negative") +
                    " negative flips of the transfer set.";
  return figure;
}

/// Of one teacher a figure; of several one each.
std::vector<Figure> routingFigures(const Json& routing) {
  if (!routing.contains("teachers")) return {routingFigure(routing)};
  std::vector<Figure> figures;
  std::set<std::string> used;
  for (const auto& each : routing.at("teachers")) {
    const auto name = each.at("name").get<std::string>();
    Figure figure = routingFigure(each);
    figure.id = uniqueId("routing-" + fileNameText(name), used);
    figure.title += ": " + name;
    figures.push_back(std::move(figure));
  }
  return figures;
}

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
  if (!transfer.contains("stages")) return course;
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
  if (!transfer.contains("stages") || transfer.at("stages").size() != 1) return course.stages;
  return transfer.at("stages")[0].at("teachers").get<std::vector<std::string>>();
}

void addTransferFigures(const Json& report, const std::vector<nlohmann::json>& metrics, std::vector<Figure>& figures) {
  const auto& transfer = report.at("transfer");
  const Course course = courseOf(transfer, metrics);
  figures.push_back(changesFigure(report));
  if (!transfer.at("routing").at("rule").is_null()) {
    for (auto& figure : routingFigures(transfer.at("routing"))) figures.push_back(std::move(figure));
  }
  Figure gainLoss = gainLossFigure(course.evaluations, course.stages);
  gainLoss.sentence = headline(report);
  if (course.evaluations.empty()) gainLoss.series.clear();
  std::vector<Figure> later{std::move(gainLoss), classesOf(report, course), interpolationFigure(curveOf(transfer)),
                            objectiveOf(course, distillationOf(transfer.at("method").get<std::string>()))};
  for (auto& figure : routingLiveFigures(course.steps, liveNames(transfer, course))) later.push_back(std::move(figure));
  later.push_back(weightDistanceFigure(course.evaluations, course.stages));
  later.push_back(speedFigure(course.steps));
  later.push_back(memoryFigure(course.steps));
  for (auto& figure : later) {
    if (!figure.series.empty()) figures.push_back(std::move(figure));
  }
}

}  // namespace

std::vector<Figure> figuresOf(const nlohmann::ordered_json& report, const std::vector<nlohmann::json>& metrics,
                              std::span<const float> /*similarity*/) {
  std::vector<Figure> figures;
  const auto& teachers = report.at("before").at("teachers");
  std::set<std::string> used;
  for (std::size_t t = 0; t < teachers.size(); ++t) {
    std::string suffix;
    if (teachers.size() > 1) suffix = uniqueId("-" + fileNameText(teachers[t].at("name").get<std::string>()), used);
    for (Figure figure : {outcomesFigure(report, t), flipsFigure(report, t)}) {
      figure.id += suffix;
      figures.push_back(std::move(figure));
    }
  }
  if (report.contains("transfer")) addTransferFigures(report, metrics, figures);
  return figures;
}

}  // namespace gf
