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

Figure routingFigure(const Json& report) {
  const auto& routing = report.at("transfer").at("routing");
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

Figure gainLossOf(const Json& report, const std::vector<nlohmann::json>& metrics) {
  std::vector<EvaluationRecord> evaluations;
  for (const auto& line : metrics) {
    if (line.at("kind") == "evaluation") evaluations.push_back(evaluationFromJson(line));
  }
  Figure figure = gainLossFigure(evaluations);
  figure.sentence = headline(report);
  return figure;
}

/// The raw terms: smoothed values never reach a report.
Figure objectiveOf(const std::vector<nlohmann::json>& metrics) {
  Figure figure;
  figure.id = "objective";
  figure.title = "The objective during the transfer";
  figure.kind = FigureKind::Lines;
  figure.xTitle = "Epochs";
  figure.yTitle = "Mean per sample (nats)";
  struct Term {
    const char *key, *name;
    Role role;
  };
  for (const Term term : {Term{"total", "Total", Role::Net}, Term{"distillation", "Distillation", Role::Teacher},
                          Term{"cross_entropy", "Cross-entropy", Role::Neutral}}) {
    FigureSeries series{term.name, term.role, {}, {}};
    for (const auto& line : metrics) {
      if (line.at("kind") != "step" || !line.contains(term.key) || line.at(term.key).is_null()) continue;
      series.x.push_back(line.at("epoch").get<double>());
      series.y.push_back(line.at(term.key).get<double>());
    }
    if (!series.y.empty()) figure.series.push_back(std::move(series));
  }
  if (figure.series.empty()) return figure;
  // Without cross-entropy the total is the distillation term: one line, not two on top of each other.
  const bool alone = figure.series.size() == 2 && figure.series[0].y == figure.series[1].y;
  if (alone) figure.series.erase(figure.series.begin());
  const auto& main = figure.series.front();
  figure.sentence =
      "The objective went from " + fixedText(main.y.front(), 4) + " to " + fixedText(main.y.back(), 4) + ".";
  return figure;
}

}  // namespace

std::vector<Figure> figuresOf(const nlohmann::ordered_json& report, const std::vector<nlohmann::json>& metrics) {
  std::vector<Figure> figures;
  const auto& teachers = report.at("before").at("teachers");
  std::set<std::string> used;
  for (std::size_t t = 0; t < teachers.size(); ++t) {
    std::string suffix;
    if (teachers.size() > 1) {
      const std::string name = "-" + fileNameText(teachers[t].at("name").get<std::string>());
      suffix = name;
      for (int n = 2; !used.insert(suffix).second; ++n) suffix = name + "-" + std::to_string(n);
    }
    for (Figure figure : {outcomesFigure(report, t), flipsFigure(report, t)}) {
      figure.id += suffix;
      figures.push_back(std::move(figure));
    }
  }
  if (!report.contains("transfer")) return figures;
  figures.push_back(changesFigure(report));
  if (!report.at("transfer").at("routing").at("rule").is_null()) figures.push_back(routingFigure(report));
  Figure gainLoss = gainLossOf(report, metrics);
  if (!gainLoss.series.front().x.empty()) figures.push_back(std::move(gainLoss));
  Figure objective = objectiveOf(metrics);
  if (!objective.series.empty()) figures.push_back(std::move(objective));
  return figures;
}

}  // namespace gf
