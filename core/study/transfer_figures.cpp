// SPDX-License-Identifier: Apache-2.0
// One setting's pairs: the matrix, transfer rates, gain against loss.
#include <cmath>
#include <limits>
#include <utility>

#include "report/text.h"
#include "study/aggregates.h"
#include "study/figure_builders.h"
#include "study/study_parts.h"

namespace gf {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Figure matrixFigure(const StudyTable& study, std::span<const PairResult> pairs) {
  Figure figure;
  figure.id = "matrix";
  figure.paper = "Table 7";
  figure.title = "transfer delta, student by teacher";
  figure.kind = FigureKind::Heat;
  figure.namedColumns = true;
  figure.xTitle = "Teacher";
  figure.yTitle = "Student";
  figure.valueTitle = "Transfer delta (points)";
  for (const std::size_t student : study.students) {
    figure.labels.push_back(study.models[student].name);
    figure.details.push_back(percentString(study.models[student].accuracy) + " accurate before");
  }
  std::size_t successes = 0;
  for (const std::size_t teacher : study.teachers) {
    FigureSeries column{study.models[teacher].name, Role::Gain, {}, {}};
    for (const std::size_t student : study.students) {
      double delta = kNone;
      std::string note = student == teacher ? "the same model" : "missing";
      for (const auto& pair : pairs) {
        if (pair.student != student || pair.teacher != teacher) continue;
        delta = kPercent * pair.delta;
        note = "Δacc " + pointsText(pair.deltaAccuracy) + ", gained " + percentString(pair.gain) + ", lost " +
               percentString(pair.loss);
        successes += isSuccess(pair.delta) ? 1U : 0U;
      }
      column.y.push_back(delta);
      column.notes.push_back(note);
    }
    figure.series.push_back(std::move(column));
  }
  figure.sentence = std::to_string(successes) + " of " + pairCount(pairs.size()) + " end above the student's start.";
  return figure;
}

Figure familyRatesFigure(const StudyTable& study, std::span<const PairResult> pairs) {
  Figure figure;
  figure.id = "transfer-rate";
  figure.paper = "Fig. 5a";
  figure.title = "how much of the teacher's knowledge arrives";
  figure.kind = FigureKind::Columns;
  figure.xTitle = "Classes that hold this share of the positive flips";
  figure.yTitle = "Transfer rate (%), whisker ± standard deviation over pairs";
  const auto rates = ratesByFamily(study, pairs);
  std::vector<int> percents;
  for (const auto& rate : rates) {
    if (std::find(percents.begin(), percents.end(), rate.percent) == percents.end()) percents.push_back(rate.percent);
  }
  std::sort(percents.begin(), percents.end());
  for (const int percent : percents)
    figure.labels.push_back(percent == 100 ? "All" : "Top " + std::to_string(percent) + " %");
  std::string ends;
  for (const auto& rate : rates) {
    if (figure.series.empty() || figure.series.back().name != rate.family) {
      figure.series.push_back(
          {rate.family, roleOfFamily(study, rate.family), {}, std::vector<double>(percents.size(), kNone)});
      figure.series.back().notes.resize(percents.size());
      figure.series.back().low.assign(percents.size(), kNone);
      figure.series.back().high.assign(percents.size(), kNone);
    }
    FigureSeries& own = figure.series.back();
    const auto place =
        static_cast<std::size_t>(std::find(percents.begin(), percents.end(), rate.percent) - percents.begin());
    own.y[place] = kPercent * rate.paper.mean;
    own.low[place] = kPercent * (rate.paper.mean - rate.paper.deviation);
    own.high[place] = kPercent * (rate.paper.mean + rate.paper.deviation);
    own.notes[place] =
        pairCount(rate.pairs) + ", of the flips themselves " + percentString(rate.strict.mean) + " arrived";
    if (rate.percent == 100) ends += (ends.empty() ? "" : ", ") + rate.family + " " + percentString(rate.paper.mean);
  }
  figure.sentence =
      "All that students learned, as a share of the teacher's positive flips, by the student's family: " + ends +
      " over all classes.";
  return figure;
}

Figure tradesFigure(const StudyTable& study, std::span<const PairResult> pairs) {
  Figure figure;
  figure.id = "gain-against-loss";
  figure.paper = "Fig. 7";
  figure.title = "learned against forgotten";
  figure.kind = FigureKind::Scatter;
  figure.xTitle = "Knowledge loss (% of all images)";
  figure.yTitle = "Knowledge gain (% of all images)";
  figure.valueTitle = "the teacher's accuracy";
  figure.guides = {{FigureGuide::Kind::Diagonal, 0, 0, "Equal trade"}};
  double least = 1, most = 0;
  for (const auto& pair : pairs) {
    least = std::min(least, study.models[pair.teacher].accuracy);
    most = std::max(most, study.models[pair.teacher].accuracy);
  }
  std::size_t above = 0;
  for (const auto& pair : pairs) {
    const std::string family = familyOf(study.models[pair.student]);
    const auto isOwn = [&](const FigureSeries& series) { return series.name == family + " students"; };
    if (std::none_of(figure.series.begin(), figure.series.end(), isOwn)) {
      figure.series.push_back({family + " students", roleOfFamily(study, family), {}, {}});
    }
    above += pair.gain > pair.loss ? 1U : 0U;
  }
  for (auto& series : figure.series) {
    for (const auto& pair : pairs) {
      const StudyModel& student = study.models[pair.student];
      const StudyModel& teacher = study.models[pair.teacher];
      if (familyOf(student) + " students" != series.name) continue;
      series.x.push_back(kPercent * pair.loss);
      series.y.push_back(kPercent * pair.gain);
      // Areas from 1 to 4, so that the weakest teacher is still seen.
      series.size.push_back(most > least ? 1 + 3 * (teacher.accuracy - least) / (most - least) : 1);
      figure.labels.push_back(study.pairName(pair));
      figure.details.push_back("teacher " + percentString(teacher.accuracy) + " (" + familyOf(teacher) + "), student " +
                               percentString(student.accuracy) + "; delta " + pointsText(pair.delta) + " points");
    }
  }
  figure.sentence = std::to_string(above) + " of " + pairCount(pairs.size()) +
                    " lie above the line of equal trade: more learned than forgotten.";
  return figure;
}

}  // namespace

std::vector<Figure> pairFiguresOf(const StudyTable& study, std::span<const PairResult> pairs) {
  return {matrixFigure(study, pairs), familyRatesFigure(study, pairs), tradesFigure(study, pairs)};
}

}  // namespace gf
