// SPDX-License-Identifier: Apache-2.0
// What of a student makes it learn: size, accuracy, family (Fig. 5b, 8).
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "report/content_parts.h"
#include "report/text.h"
#include "study/aggregates.h"
#include "study/figure_builders.h"
#include "study/study_parts.h"

namespace gf {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kSizeTitle = "Student's parameters";

double sizeOf(const StudyModel& model) {
  return static_cast<double>(std::max<std::int64_t>(1, model.parameters));
}

FigureSeries& seriesOf(Figure& figure, const StudyTable& study, const std::string& family) {
  const auto found = std::find_if(figure.series.begin(), figure.series.end(),
                                  [&](const FigureSeries& series) { return series.name == family; });
  if (found != figure.series.end()) return *found;
  figure.series.push_back({family, roleOfFamily(study, family), {}, {}});
  return figure.series.back();
}

Figure rateBySizeFigure(const StudyTable& study, const std::vector<StudentMean>& means) {
  Figure figure;
  figure.id = "rate-by-size";
  figure.paper = "Fig. 5b";
  figure.title = "transfer rate by the student's size";
  figure.kind = FigureKind::Scatter;
  figure.xTitle = kSizeTitle;
  figure.logarithmic = true;
  figure.yTitle = "Transfer rate, mean over teachers (%)";
  std::vector<double> sizes, rates;
  for (const auto& each : means) {
    if (!each.paperRate) continue;
    const StudyModel& model = study.models[each.student];
    sizes.push_back(sizeOf(model));
    rates.push_back(each.paperRate->mean);
    FigureSeries& series = seriesOf(figure, study, familyOf(model));
    series.x.push_back(sizeOf(model));
    series.y.push_back(kPercent * each.paperRate->mean);
  }
  for (const auto& series : figure.series) {
    for (const auto& each : means) {
      const StudyModel& model = study.models[each.student];
      if (!each.paperRate || familyOf(model) != series.name) continue;
      figure.labels.push_back(model.name);
      figure.details.push_back(parametersText(model.parameters) + " parameters, " +
                               countedText(static_cast<std::int64_t>(each.teachers), "teacher", "teachers") + ", ± " +
                               fixedText(kPercent * each.paperRate->deviation, 1) + " over them");
    }
  }
  const auto correlation = spearman(sizes, rates);
  figure.sentence = correlation ? "Rank correlation of size and transfer rate over " +
                                      countedText(std::ssize(sizes), "student", "students") + ": " +
                                      signedString(*correlation, 2) + "."
                                : "Too few students of different size for a correlation.";
  return figure;
}

/// Students that differ in one property, joined by a line (Fig. 8a, b).
Figure alikeFigure(const StudyTable& study, const std::vector<StudentMean>& means, StudentProperty property) {
  const bool byAccuracy = property == StudentProperty::Accuracy;
  Figure figure;
  figure.id = byAccuracy ? "by-accuracy" : "by-size";
  figure.paper = byAccuracy ? "Fig. 8a" : "Fig. 8b";
  figure.title = byAccuracy ? "delta by the student's accuracy, family and size alike"
                            : "delta by the student's size, family and accuracy alike";
  figure.kind = FigureKind::Lines;
  figure.xTitle = byAccuracy ? "Student's accuracy before (%)" : kSizeTitle;
  figure.logarithmic = !byAccuracy;
  figure.yTitle = "Transfer delta, mean over teachers (points)";
  figure.zeroLine = 0;
  figure.zeroLineLabel = "Student's start";
  const auto groups = alikeStudents(study, means, property);
  std::size_t rising = 0, number = 0;
  for (const auto& group : groups) {
    FigureSeries series{group.family + " " + std::to_string(++number), roleInTurn(figure.series.size()), {}, {}};
    for (const std::size_t i : group.means) {
      const StudyModel& model = study.models[means[i].student];
      series.x.push_back(byAccuracy ? kPercent * model.accuracy : sizeOf(model));
      series.y.push_back(kPercent * means[i].delta.mean);
      series.notes.push_back(model.name + ", " + parametersText(model.parameters) + " parameters, " +
                             percentString(model.accuracy));
    }
    rising += series.y.back() > series.y.front() ? 1U : 0U;
    figure.series.push_back(std::move(series));
  }
  figure.sentence = "In " + std::to_string(rising) + " of " +
                    countedText(std::ssize(groups), "group of students", "groups of students") +
                    " that are otherwise alike the " + (byAccuracy ? "most accurate" : "largest") +
                    " ends with a better delta than the " + (byAccuracy ? "least accurate." : "smallest.");
  return figure;
}

Figure familyFigure(const StudyTable& study, const std::vector<StudentMean>& means) {
  constexpr std::array<const char*, 3> kSizes{"Smallest third", "Middle third", "Largest third"};
  Figure figure;
  figure.id = "by-family";
  figure.paper = "Fig. 8c";
  figure.title = "delta by the student's family and size";
  figure.kind = FigureKind::Columns;
  figure.xTitle = "Students by parameters";
  figure.yTitle = "Transfer delta (points), whisker ± standard deviation over students";
  for (const char* size : kSizes) figure.labels.emplace_back(size);
  std::string best;
  double most = -std::numeric_limits<double>::infinity();
  for (const auto& each : sizeMeans(study, means)) {
    FigureSeries& series = seriesOf(figure, study, each.family);
    if (series.y.empty()) {
      series.y.assign(kSizes.size(), kNone);
      series.low.assign(kSizes.size(), kNone);
      series.high.assign(kSizes.size(), kNone);
      series.notes.resize(kSizes.size());
    }
    series.y[each.size] = kPercent * each.delta.mean;
    series.notes[each.size] = countedText(static_cast<std::int64_t>(each.students), "student", "students");
    if (each.students > 1) {
      series.low[each.size] = kPercent * (each.delta.mean - each.delta.deviation);
      series.high[each.size] = kPercent * (each.delta.mean + each.delta.deviation);
    }
    if (each.delta.mean <= most) continue;
    most = each.delta.mean;
    best = each.family + " of the " + std::string(1, static_cast<char>(kSizes[each.size][0] + 'a' - 'A')) +
           std::string(kSizes[each.size]).substr(1);
  }
  figure.sentence = "The best mean delta, " + pointsText(most) + " points, is that of " + best + ".";
  return figure;
}

}  // namespace

std::vector<Figure> studentFiguresOf(const StudyTable& study, std::span<const PairResult> pairs) {
  const auto means = studentMeans(pairs);
  return {rateBySizeFigure(study, means), alikeFigure(study, means, StudentProperty::Accuracy),
          alikeFigure(study, means, StudentProperty::Parameters), familyFigure(study, means)};
}

}  // namespace gf
