// SPDX-License-Identifier: Apache-2.0
// How the partition routes while a run goes on.
#include <cmath>
#include <utility>

#include "report/run_figures.h"
#include "report/text.h"

namespace gf {
namespace {

constexpr double kPercent = 100;

void add(OutcomeCounts& sum, const OutcomeCounts& counts) {
  sum.samples += counts.samples;
  sum.bothRight += counts.bothRight;
  sum.onlyTeacher += counts.onlyTeacher;
  sum.onlyStudent += counts.onlyStudent;
  sum.bothWrong += counts.bothWrong;
}

/// What went to a teacher within one epoch.
struct Pool {
  int stage = 0;
  double epoch = 0;  ///< Where it ends so far.
  Routing frozen, adapting;
};

std::vector<Pool> poolsOf(std::span<const StepRecord> steps, std::size_t teacher) {
  constexpr double kRounding = 1e-9;
  std::vector<Pool> pools;
  double last = 0;
  for (const auto& step : steps) {
    if (teacher >= step.routing.size()) continue;
    const double epoch = std::ceil(step.epoch - kRounding);
    if (pools.empty() || pools.back().stage != step.stage || epoch != last) pools.push_back({step.stage, 0, {}, {}});
    last = epoch;
    Pool& pool = pools.back();
    pool.epoch = step.epoch;
    add(pool.frozen.total, step.routing[teacher].total);
    add(pool.frozen.toTeacher, step.routing[teacher].toTeacher);
    if (teacher >= step.adaptingRouting.size()) continue;
    add(pool.adapting.total, step.adaptingRouting[teacher].total);
    add(pool.adapting.toTeacher, step.adaptingRouting[teacher].toTeacher);
  }
  return pools;
}

struct Part {
  const char* name;
  const char* inSentence;
  Role role;
  std::int64_t (*count)(const OutcomeCounts&);
};
constexpr Part kParts[] = {
    {"Positive flips", "positive flips", Role::Gain, [](const OutcomeCounts& c) { return c.onlyTeacher; }},
    {"Negative flips", "negative flips", Role::Loss, [](const OutcomeCounts& c) { return c.onlyStudent; }},
    {"The rest", "rest", Role::Neutral, [](const OutcomeCounts& c) { return c.bothRight + c.bothWrong; }}};

FigureSeries seriesOf(const std::vector<Pool>& pools, const Part& part, Routing Pool::*against) {
  FigureSeries series{part.name, part.role, {}, {}};
  for (const auto& pool : pools) {
    const auto all = part.count((pool.*against).total), sent = part.count((pool.*against).toTeacher);
    if (all == 0) continue;
    series.x.push_back(pool.epoch);
    series.y.push_back(kPercent * static_cast<double>(sent) / static_cast<double>(all));
  }
  return series;
}

Figure figureOf(const std::vector<Pool>& pools) {
  Figure figure;
  figure.id = "routing-live";
  figure.title = "Whom the samples follow";
  figure.kind = FigureKind::Lines;
  figure.xTitle = "Epochs";
  figure.yTitle = "Share that follows the teacher (%)";
  for (const auto& part : kParts) {
    FigureSeries series = seriesOf(pools, part, &Pool::frozen);
    if (series.y.empty()) continue;
    figure.sentence += (figure.sentence.empty() ? "Of the " : ", of the ") + std::string(part.inSentence) + " " +
                       fixedText(series.y.back(), 1) + " %" + (figure.sentence.empty() ? " follow the teacher" : "");
    figure.series.push_back(std::move(series));
  }
  if (!figure.sentence.empty()) figure.sentence += ".";
  for (const auto& part : kParts) {
    FigureSeries series = seriesOf(pools, part, &Pool::adapting);
    if (series.y.empty()) continue;
    series.name += ", student as it is";
    series.dashed = true;
    figure.series.push_back(std::move(series));
  }
  return figure;
}

}  // namespace

std::vector<Figure> routingLiveFigures(std::span<const StepRecord> steps, std::span<const std::string> names) {
  std::size_t teachers = 0;
  for (const auto& step : steps) teachers = std::max(teachers, step.routing.size());
  std::vector<Figure> figures;
  for (std::size_t t = 0; t < teachers; ++t) {
    const auto pools = poolsOf(steps, t);
    Figure figure = figureOf(pools);
    if (figure.series.empty()) continue;
    if (teachers > 1) {
      const std::string name = t < names.size() ? names[t] : "Teacher " + std::to_string(t + 1);
      figure.id += "-" + fileNameText(name);
      for (const auto& other : figures) figure.id += other.id == figure.id ? "-" + std::to_string(t + 1) : "";
      figure.title += ": " + name;
      figure.yTitle = "Share that follows " + name + " (%)";
    }
    double end = 0;
    for (std::size_t i = 0; i < pools.size(); ++i) {
      const bool begins = i == 0 || pools[i].stage != pools[i - 1].stage;
      const auto stage = static_cast<std::size_t>(pools[i].stage);
      if (begins && pools.front().stage != pools.back().stage) {
        figure.marks.push_back({end, stage < names.size() ? names[stage] : "Stage " + std::to_string(stage + 1)});
      }
      end = pools[i].epoch;
    }
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace gf
