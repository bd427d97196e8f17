// SPDX-License-Identifier: Apache-2.0
#include "report/run_figures.h"

#include <cmath>
#include <functional>
#include <optional>

#include "report/text.h"

namespace gf {
namespace {

constexpr double kPercent = 100;
/// Weight of the newest value in the running mean: about the last twenty count.
constexpr double kNewest = 0.1;

Figure overEpochs(const char* id, const char* title, const char* yTitle) {
  Figure figure;
  figure.id = id;
  figure.title = title;
  figure.kind = FigureKind::Lines;
  figure.xTitle = "Epochs";
  figure.yTitle = yTitle;
  return figure;
}

/// A term as two series: its raw values, faint, and their running mean (bias-corrected, so that it starts at the first
/// value).
void addTerm(Figure& figure, const std::string& name, Role role, std::span<const StepRecord> steps,
             const std::function<std::optional<double>(const StepRecord&)>& value, double scale = 1) {
  FigureSeries raw{name + ", raw", role, {}, {}}, smooth{name, role, {}, {}};
  raw.faint = true;
  double sum = 0, weight = 0;
  for (const auto& step : steps) {
    const auto each = value(step);
    if (!each || !std::isfinite(*each)) continue;
    sum += kNewest * (*each * scale - sum);
    weight += kNewest * (1 - weight);
    raw.x.push_back(step.epoch);
    raw.y.push_back(*each * scale);
    smooth.x.push_back(step.epoch);
    smooth.y.push_back(sum / weight);
  }
  if (raw.y.empty()) return;
  figure.series.push_back(std::move(raw));
  figure.series.push_back(std::move(smooth));
}

}  // namespace

Figure gainLossFigure(std::span<const EvaluationRecord> evaluations) {
  Figure figure =
      overEpochs("gain-loss", "Knowledge gain and loss during the transfer", "Share of the evaluation set (%)");
  figure.zeroLine = 0;
  figure.zeroLineLabel = "Student's start";
  figure.series = {{"Gain", Role::Gain, {}, {}}, {"Loss", Role::Loss, {}, {}}, {"Delta", Role::Net, {}, {}}};
  for (const auto& each : evaluations) {
    const double values[] = {each.gain, each.loss, each.delta};
    for (std::size_t i = 0; i < figure.series.size(); ++i) {
      figure.series[i].x.push_back(each.epoch);
      figure.series[i].y.push_back(kPercent * values[i]);
    }
  }
  if (!evaluations.empty()) {
    const auto& last = evaluations.back();
    figure.sentence = "After " + fixedText(last.epoch, last.epoch == std::floor(last.epoch) ? 0 : 1) +
                      " epochs: gained " + percentString(last.gain) + ", lost " + percentString(last.loss) + ", delta " +
                      signedString(kPercent * last.delta, 2) + " points.";
  }
  return figure;
}

Figure objectiveFigure(std::span<const StepRecord> steps) {
  Figure figure = overEpochs("objective", "The objective during the transfer", "Mean per sample (nats)");
  const bool mixed = !steps.empty() && steps.front().crossEntropy.has_value();
  using Value = std::optional<double>;
  if (mixed) {
    addTerm(figure, "Total", Role::Net, steps, [](const StepRecord& s) { return Value(s.total); });
    addTerm(figure, "Cross-entropy", Role::Neutral, steps, [](const StepRecord& s) { return s.crossEntropy; });
  }
  addTerm(figure, "Distillation", Role::Teacher, steps, [](const StepRecord& s) { return Value(s.distillation); });
  if (!figure.series.empty()) {
    const auto& main = figure.series[1].y;
    figure.sentence =
        "The objective went from " + fixedText(main.front(), 4) + " to " + fixedText(main.back(), 4) + ".";
  }
  return figure;
}

Figure teacherShareFigure(std::span<const StepRecord> steps) {
  Figure figure = overEpochs("teacher-share", "Samples that follow the teacher", "Share of the batch (%)");
  addTerm(
      figure, "Teacher", Role::Teacher, steps, [](const StepRecord& s) { return s.teacherShare; }, kPercent);
  if (!figure.series.empty()) {
    figure.sentence =
        "The partition sends " + fixedText(figure.series[1].y.back(), 1) + " % of a batch to the teacher.";
  }
  return figure;
}

Figure deltaFigure(std::span<const NamedEvaluations> runs) {
  Figure figure = overEpochs("deltas", "Transfer delta of the chosen runs", "Transfer delta (points)");
  figure.zeroLine = 0;
  figure.zeroLineLabel = "Student's start";
  // Runs carry no fixed meaning, so they take the roles' colours in turn; names and markers tell them apart.
  constexpr Role kTurns[] = {Role::Net,  Role::Teacher,   Role::Student,  Role::Gain,
                             Role::Loss, Role::BothRight, Role::BothWrong};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    FigureSeries series{runs[i].name, kTurns[i % std::size(kTurns)], {}, {}};
    for (const auto& each : runs[i].evaluations) {
      series.x.push_back(each.epoch);
      series.y.push_back(kPercent * each.delta);
    }
    if (series.y.empty()) continue;
    figure.sentence += (figure.sentence.empty() ? "" : "; ") + series.name + " " + signedString(series.y.back(), 2);
    figure.series.push_back(std::move(series));
  }
  if (!figure.sentence.empty()) figure.sentence = "Transfer delta in points: " + figure.sentence + ".";
  return figure;
}

}  // namespace gf
