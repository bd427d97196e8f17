// SPDX-License-Identifier: Apache-2.0
#include "report/run_figures.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

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

/// Runs and pairs carry no fixed meaning, so they take the roles' colours in turn; names and markers tell them apart.
Role turn(std::size_t i) {
  constexpr Role kTurns[] = {Role::Net,  Role::Teacher,   Role::Student,  Role::Gain,
                             Role::Loss, Role::BothRight, Role::BothWrong};
  return kTurns[i % std::size(kTurns)];
}

std::string nameOr(std::span<const std::string> names, std::size_t i, const char* what) {
  return i < names.size() ? names[i] : std::string(what) + " " + std::to_string(i + 1);
}

/// `Record` has `stage` and `epoch`.
template <class Record>
std::vector<FigureMark> marksOf(std::span<const Record> records, std::span<const std::string> names) {
  std::vector<FigureMark> marks;
  if (records.empty() || records.front().stage == records.back().stage) return marks;
  double end = records.front().epoch;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i == 0 || records[i].stage != records[i - 1].stage) {
      marks.push_back({end, nameOr(names, static_cast<std::size_t>(records[i].stage), "Stage")});
    }
    end = records[i].epoch;
  }
  return marks;
}

/// One plain line of what the steps say, where they say it.
FigureSeries lineOf(const char* name, Role role, std::span<const StepRecord> steps, double StepRecord::*value,
                    double scale) {
  FigureSeries series{name, role, {}, {}};
  for (const auto& step : steps) {
    if (!(step.*value > 0)) continue;
    series.x.push_back(step.epoch);
    series.y.push_back(step.*value * scale);
  }
  return series;
}

}  // namespace

std::vector<FigureMark> stageMarks(std::span<const EvaluationRecord> evaluations, std::span<const std::string> names) {
  return marksOf(evaluations, names);
}

Figure gainLossFigure(std::span<const EvaluationRecord> evaluations, std::span<const std::string> stageNames) {
  Figure figure =
      overEpochs("gain-loss", "Knowledge gain and loss during the transfer", "Share of the evaluation set (%)");
  figure.paper = "Fig. 11";
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
    figure.marks = stageMarks(evaluations, stageNames);
    figure.sentence = "After " + fixedText(last.epoch, last.epoch == std::floor(last.epoch) ? 0 : 1) +
                      " epochs: gained " + percentString(last.gain) + ", lost " + percentString(last.loss) +
                      ", delta " + signedString(kPercent * last.delta, 2) + " points.";
  }
  return figure;
}

std::string distillationName(Method method) {
  switch (method) {
    case Method::Ce:
      return "Soft cross-entropy";
    case Method::Cd:
    case Method::Crd:
      return std::string(displayName(method));
    default:
      return "KL";
  }
}

Figure objectiveFigure(std::span<const StepRecord> steps, std::optional<Method> method) {
  Figure figure = overEpochs("objective", "The objective during the transfer", "Mean per sample (nats)");
  const bool mixed = !steps.empty() && steps.front().crossEntropy.has_value();
  using Value = std::optional<double>;
  if (mixed) {
    addTerm(figure, "Total", Role::Net, steps, [](const StepRecord& s) { return Value(s.total); });
    addTerm(figure, "Cross-entropy", Role::Neutral, steps, [](const StepRecord& s) { return s.crossEntropy; });
  }
  addTerm(figure, method ? distillationName(*method) : "Distillation", Role::Teacher, steps,
          [](const StepRecord& s) { return Value(s.distillation); });
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

Figure weightDistanceFigure(std::span<const EvaluationRecord> evaluations, std::span<const std::string> stageNames) {
  Figure figure = overEpochs("weight-distance", "How far the weights have moved", "Distance from the start (%)");
  FigureSeries series{"Weight distance", Role::Student, {}, {}};
  bool moved = false;
  for (const auto& each : evaluations) {
    series.x.push_back(each.epoch);
    series.y.push_back(kPercent * each.weightDistance);
    moved = moved || each.weightDistance > 0;
  }
  if (!moved) return figure;  // also of files that do not say it
  figure.sentence =
      "The weights are " + fixedText(series.y.back(), 2) + " % of their length away from the original student's.";
  figure.series.push_back(std::move(series));
  figure.marks = stageMarks(evaluations, stageNames);
  return figure;
}

Figure speedFigure(std::span<const StepRecord> steps) {
  Figure figure = overEpochs("speed", "Training speed", "Samples a second");
  FigureSeries series = lineOf("Speed", Role::Neutral, steps, &StepRecord::samplesPerSecond, 1);
  if (series.y.empty()) return figure;
  auto sorted = series.y;
  const auto middle = sorted.begin() + std::ssize(sorted) / 2;
  std::nth_element(sorted.begin(), middle, sorted.end());
  figure.sentence =
      "Half of the time training was faster than " + groupedText(std::llround(*middle)) + " samples a second.";
  figure.series.push_back(std::move(series));
  return figure;
}

Figure memoryFigure(std::span<const StepRecord> steps) {
  constexpr double kMebibytes = 1.0 / (1024 * 1024);
  Figure figure = overEpochs("memory", "Memory during the transfer", "Memory (MiB)");
  for (FigureSeries series : {lineOf("Process", Role::Neutral, steps, &StepRecord::memoryBytes, kMebibytes),
                              lineOf("GPU", Role::Net, steps, &StepRecord::deviceMemoryBytes, kMebibytes)}) {
    if (series.y.empty()) continue;
    const double most = *std::max_element(series.y.begin(), series.y.end());
    figure.sentence +=
        (figure.sentence.empty() ? "At most " : ", on the GPU ") + groupedText(std::llround(most)) + " MiB";
    figure.series.push_back(std::move(series));
  }
  if (!figure.sentence.empty()) figure.sentence += ".";
  return figure;
}

namespace {

/// "soup" at an end; "0.25 of the way from soup to tops-resnet" between.
std::string placeText(const CurvePoint& point) {
  if (point.position <= 0) return point.from;
  if (point.position >= 1) return point.to;
  return shortNumber(point.position, 2) + " of the way from " + point.from + " to " + point.to;
}

}  // namespace

Figure interpolationFigure(std::span<const CurvePoint> curve) {
  Figure figure;
  figure.id = "interpolation";
  figure.title = "Between the weights of the students";
  figure.kind = FigureKind::Lines;
  figure.xTitle = "Position between the two";
  figure.yTitle = "Transfer delta (points)";
  figure.zeroLine = 0;
  figure.zeroLineLabel = "Student's start";
  const CurvePoint* best = nullptr;
  for (const auto& point : curve) {
    const std::string name = point.from + " → " + point.to;
    if (figure.series.empty() || figure.series.back().name != name) {
      figure.series.push_back({name, turn(figure.series.size()), {}, {}});
    }
    figure.series.back().x.push_back(point.position);
    figure.series.back().y.push_back(kPercent * (point.gain - point.loss));
    if (!best || point.gain - point.loss > best->gain - best->loss) best = &point;
  }
  if (best) {
    figure.sentence = "The best point has a delta of " + signedString(kPercent * (best->gain - best->loss), 2) +
                      " points, at " + placeText(*best) + ".";
  }
  return figure;
}

Figure deltaFigure(std::span<const NamedEvaluations> runs) {
  Figure figure = overEpochs("deltas", "Transfer delta of the chosen runs", "Transfer delta (points)");
  figure.zeroLine = 0;
  figure.zeroLineLabel = "Student's start";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    FigureSeries series{runs[i].name, turn(i), {}, {}};
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
