// SPDX-License-Identifier: Apache-2.0
// Settings beside each other.
#include <cmath>
#include <limits>
#include <utility>

#include "knowledge/statistics.h"
#include "report/text.h"
#include "study/aggregates.h"
#include "study/figure_builders.h"
#include "study/study_parts.h"

namespace gf {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// " KL-Dist: 2 of 40 pairs are missing or lack a seed." of all settings that lack some.
std::string missingSentences(const StudyTable& study) {
  std::string text;
  for (const auto& each : study.missing) {
    text += " " + study.settingNames[each.setting] + ": " + missingNote(study, each.setting) + ".";
  }
  return text;
}

Figure successFigure(const StudyTable& study, const PaperTables* paper) {
  Figure figure;
  figure.id = "success";
  figure.paper = "Fig. 4a, 6";
  figure.title = "How often a transfer helps a student";
  figure.kind = FigureKind::Columns;
  figure.xTitle = "Method";
  figure.yTitle = "Share of a student's teachers with a positive delta (%)";
  FigureSeries own{"Students: median, quartiles and extremes", Role::Net, {}, {}};
  FigureSeries all{"All pairs", Role::Neutral, {}, {}};
  FigureSeries theirs{"The paper's median student (a tenth of ImageNet)", Role::Teacher, {}, {}};
  std::string medians;
  bool any = false;
  for (const std::size_t s : pairedSettings(study)) {
    const SuccessRates rates = successRates(study.pairsOf(s));
    const FiveNumbers& five = rates.overStudents;
    figure.labels.push_back(study.settingNames[s]);
    figure.details.push_back(countedText(std::ssize(rates.students), "student", "students") + ", " +
                             pairCount(rates.pairs) + "; rates from " + percentString(five.least) + " to " +
                             percentString(five.most));
    own.y.push_back(kPercent * five.median);
    own.low.push_back(kPercent * five.lower);
    own.high.push_back(kPercent * five.upper);
    own.least.push_back(kPercent * five.least);
    own.most.push_back(kPercent * five.most);
    all.y.push_back(kPercent * static_cast<double>(rates.successes) / static_cast<double>(rates.pairs));
    const auto median = paper ? paper->medianSuccess(study.settings[s]) : std::nullopt;
    theirs.y.push_back(median ? kPercent * *median : kNone);
    any = any || median;
    medians += (medians.empty() ? "" : ", ") + study.settingNames[s] + " " + percentString(five.median);
  }
  figure.series = {std::move(own), std::move(all)};
  if (any) figure.series.push_back(std::move(theirs));
  figure.sentence = "Success rate of the median student: " + medians + "." + missingSentences(study);
  return figure;
}

/// What the boxes of Fig. 4a are made of.
Figure successHeat(const StudyTable& study) {
  Figure figure;
  figure.id = "success-students";
  figure.paper = "Fig. 4a";
  figure.title = "How often a transfer helps, student by student";
  figure.kind = FigureKind::Heat;
  figure.scale = FigureScale::Sequential;
  figure.namedColumns = true;
  figure.xTitle = "Method";
  figure.yTitle = "Student";
  figure.valueTitle = "Share of its teachers with a positive delta (%)";
  for (const std::size_t student : study.students) {
    figure.labels.push_back(study.models[student].name);
    figure.details.push_back(percentString(study.models[student].accuracy) + " accurate before");
  }
  std::size_t always = 0, never = 0, cells = 0;
  for (const std::size_t s : pairedSettings(study)) {
    FigureSeries column{study.settingNames[s], Role::Gain, {}, {}};
    const SuccessRates rates = successRates(study.pairsOf(s));
    for (const std::size_t student : study.students) {
      double rate = kNone;
      std::string note = "no pair";
      for (const auto& each : rates.students) {
        if (each.student != student) continue;
        rate = kPercent * each.rate();
        note = std::to_string(each.successes) + " of " + std::to_string(each.teachers) + " teachers";
        always += each.successes == each.teachers ? 1U : 0U;
        never += each.successes == 0 ? 1U : 0U;
        ++cells;
      }
      column.y.push_back(rate);
      column.notes.push_back(note);
    }
    figure.series.push_back(std::move(column));
  }
  figure.sentence =
      "Of " + countedText(static_cast<std::int64_t>(cells), "student under a method", "students under a method") +
      ", " + std::to_string(always) + " gain from every teacher and " + std::to_string(never) + " from none.";
  return figure;
}

Figure gapFigure(const StudyTable& study, const char* id, const char* title, double DeltaBin::*member,
                 const char* remark) {
  Figure figure;
  figure.id = id;
  figure.paper = "Fig. 4b";
  figure.title = title;
  figure.kind = FigureKind::Lines;
  figure.xTitle = "Accuracy of the teacher minus the student's, mean of the bin (points)";
  figure.yTitle = "Transfer delta (points)";
  figure.zeroLine = 0;
  figure.zeroLineLabel = "Student's start";
  const auto edges = studyEdges(study);
  std::string ends;
  std::size_t place = 0;
  for (const std::size_t s : pairedSettings(study)) {
    FigureSeries series{study.settingNames[s], roleInTurn(place++), {}, {}};
    for (const auto& bin : binnedDeltas(study.pairsOf(s), edges)) {
      series.x.push_back(kPercent * bin.gap);
      series.y.push_back(kPercent * bin.*member);
      series.notes.push_back(pairCount(bin.pairs) + ", Δacc " + binText(bin));
    }
    ends += (ends.empty() ? "" : "; ") + series.name + " " + signedString(series.y.front(), 2) + " to " +
            signedString(series.y.back(), 2);
    figure.series.push_back(std::move(series));
  }
  figure.sentence = "From the weakest teachers to the strongest, in points: " + ends + ". " + remark;
  return figure;
}

/// Every pair as it is: what the bins are made of.
Figure deltasFigure(const StudyTable& study) {
  Figure figure;
  figure.id = "deltas";
  figure.paper = "Fig. 4b";
  figure.title = "Transfer delta of every pair";
  figure.kind = FigureKind::Scatter;
  figure.xTitle = "Accuracy of the teacher minus the student's (points)";
  figure.yTitle = "Transfer delta (points)";
  figure.zeroLine = 0;
  figure.guides = {{FigureGuide::Kind::Vertical, 0, 0, "Equal accuracy"}};
  std::size_t weaker = 0, helped = 0, place = 0;
  for (const std::size_t s : pairedSettings(study)) {
    FigureSeries series{study.settingNames[s], roleInTurn(place++), {}, {}};
    for (const auto& pair : study.pairsOf(s)) {
      series.x.push_back(kPercent * pair.deltaAccuracy);
      series.y.push_back(kPercent * pair.delta);
      figure.labels.push_back(study.pairName(pair));
      figure.details.push_back("gained " + percentString(pair.gain) + ", lost " + percentString(pair.loss));
      weaker += pair.deltaAccuracy < 0 ? 1U : 0U;
      helped += pair.deltaAccuracy < 0 && isSuccess(pair.delta) ? 1U : 0U;
    }
    figure.series.push_back(std::move(series));
  }
  figure.sentence = "Of " + countedText(static_cast<std::int64_t>(weaker), "transfer", "transfers") +
                    " from a weaker teacher, all methods together, " + std::to_string(helped) + " helped the student.";
  return figure;
}

}  // namespace

std::vector<Figure> comparisonFigures(const StudyTable& study, const PaperTables* paper) {
  return {
      successFigure(study, paper),
      successHeat(study),
      gapFigure(study, "delta-by-gap-best", "Transfer delta by the difference in accuracy, best quarter",
                &DeltaBin::bestQuarter,
                "Means of each bin's best 25 %, as in the paper: chosen by outcome, so more than the transfers gave."),
      gapFigure(study, "delta-by-gap-mean", "Transfer delta by the difference in accuracy, mean", &DeltaBin::mean,
                "Means over all pairs of each bin."),
      gapFigure(study, "delta-by-gap-median", "Transfer delta by the difference in accuracy, median", &DeltaBin::median,
                "Medians over all pairs of each bin."),
      deltasFigure(study)};
}

}  // namespace gf
