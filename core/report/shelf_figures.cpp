// SPDX-License-Identifier: Apache-2.0
// A shelf's pairs as points and bars; its matrices are in shelf_heats.cpp.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "knowledge/statistics.h"
#include "report/shelf_parts.h"
#include "report/shelf_report.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPercent = 100;

/// Calls `each(teacher, student)` for all ordered pairs of different models.
template <class Each>
void forPairs(const ShelfTable& table, const Each& each) {
  for (std::size_t t = 0; t < table.count(); ++t) {
    for (std::size_t s = 0; s < table.count(); ++s) {
      if (t != s) each(t, s);
    }
  }
}

void addPoint(Figure& figure, const ShelfTable& table, std::size_t teacher, std::size_t student, double x, double y) {
  figure.series.front().x.push_back(x);
  figure.series.front().y.push_back(y);
  figure.labels.push_back(table.pairName(teacher, student));
  figure.details.push_back(table.pairNote(teacher, student));
}

std::string pairsText(std::size_t count) {
  return countedText(static_cast<std::int64_t>(count), "pair", "pairs");
}

}  // namespace

ShelfTable::ShelfTable(const Json& report) {
  samples = report.at("evaluation").at("samples").get<std::int64_t>();
  dataName = report.at("evaluation").at("name").get<std::string>();
  for (const auto& each : report.at("classes")) {
    classNames.push_back(each.at("name").get<std::string>());
    classSamples.push_back(each.at("samples").get<std::int64_t>());
  }
  for (const auto& each : report.at("models")) {
    models.push_back({each.at("name").get<std::string>(), each.at("family").get<std::string>(),
                      each.at("accuracy").get<double>(), each.at("class_right").get<std::vector<std::int64_t>>()});
  }
  const auto& pairs = report.at("pairs");
  for (std::size_t t = 0; t < count(); ++t) {
    for (std::size_t s = 0; s < count(); ++s) {
      onlyTeacher.push_back(pairs.at("only_teacher")[t][s].get<std::int64_t>());
      const auto& value = pairs.at("flip_entropy")[t][s];
      entropy.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
    }
  }
}

std::vector<std::size_t> ShelfTable::byAccuracy() const {
  std::vector<std::size_t> order(count());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return models[a].accuracy > models[b].accuracy; });
  return order;
}

std::string ShelfTable::pairName(std::size_t teacher, std::size_t student) const {
  return models[teacher].name + " → " + models[student].name;
}

std::string ShelfTable::pairNote(std::size_t teacher, std::size_t student) const {
  const std::int64_t gained = flips(teacher, student), lost = flips(student, teacher);
  return "alone right on " + groupedText(gained) + " of " + countedText(samples, "image", "images") +
         ", the student alone on " + groupedText(lost) + "; Δacc " +
         signedString(kPercent * deltaAccuracy(teacher, student), 2) + " points, " + pValueText(mcnemar(gained, lost));
}

std::string pValueText(double p) {
  constexpr double kSmallest = 0.0001;
  if (p < kSmallest) return "p < 0.0001";
  return "p = " + fixedText(p, p < 0.001 ? 4 : p < 0.1 ? 3 : 2);
}

Figure shelfFlipsFigure(const ShelfTable& table) {
  Figure figure;
  figure.id = "shelf-flips";
  figure.paper = "Fig. 1a";
  figure.title = "What each teacher knows that the student does not";
  figure.kind = FigureKind::Scatter;
  figure.xTitle = "Accuracy of the teacher minus the student's (points)";
  figure.yTitle = "Positive flips (% of all images)";
  figure.series.push_back({"Pairs of teacher and student", Role::Gain, {}, {}});
  std::int64_t weaker = 0;
  double least = std::numeric_limits<double>::infinity(), most = 0;
  forPairs(table, [&](std::size_t t, std::size_t s) {
    const double delta = table.deltaAccuracy(t, s), flips = table.share(table.flips(t, s));
    addPoint(figure, table, t, s, kPercent * delta, kPercent * flips);
    if (delta >= 0) return;
    ++weaker;
    least = std::min(least, flips);
    most = std::max(most, flips);
  });
  double bestError = 1, worstError = 0;
  for (const auto& model : table.models) {
    bestError = std::min(bestError, 1 - model.accuracy);
    worstError = std::max(worstError, 1 - model.accuracy);
  }
  // A teacher that guesses is right on one in C of the images that the student misses.
  const auto classes = static_cast<double>(table.classNames.size());
  figure.guides = {{FigureGuide::Kind::Vertical, 0, 0, "Equal accuracy"},
                   {FigureGuide::Kind::Horizontal, kPercent * bestError / classes, kPercent * worstError / classes,
                    "Noise floor of a random teacher"}};
  if (weaker == 0) {
    figure.sentence = "All models are equally accurate, and " + pairsText(figure.labels.size()) + " are shown.";
  } else {
    figure.sentence =
        "Even a teacher that is less accurate than the student is right on images that the student "
        "misses: in " +
        pairsText(static_cast<std::size_t>(weaker)) + ", on " + percentString(least) + " to " + percentString(most) +
        " of all images.";
  }
  return figure;
}

Figure shelfEntropyFigure(const ShelfTable& table) {
  Figure figure;
  figure.id = "shelf-entropy";
  figure.paper = "Fig. 1b";
  figure.title = "How evenly this knowledge is spread over the classes";
  figure.kind = FigureKind::Scatter;
  figure.xTitle = "Positive flips (% of all images)";
  figure.yTitle = "Entropy over classes (nats)";
  figure.series.push_back({"Pairs of teacher and student", Role::Gain, {}, {}});
  std::vector<double> found;
  forPairs(table, [&](std::size_t t, std::size_t s) {
    const double entropy = table.entropy[t * table.count() + s];
    if (!std::isfinite(entropy)) return;
    found.push_back(entropy);
    addPoint(figure, table, t, s, kPercent * table.share(table.flips(t, s)), entropy);
  });
  const auto classes = static_cast<std::int64_t>(table.classNames.size());
  const double limit = std::log(static_cast<double>(classes));
  figure.guides = {
      {FigureGuide::Kind::Horizontal, limit, limit, "Uniform over " + countedText(classes, "class", "classes")}};
  if (found.empty()) {
    figure.series.clear();
    return figure;
  }
  // exp(entropy): over how many classes flips would spread if they spread evenly.
  const double middle = median(found);
  const double spread = std::exp(middle);
  figure.sentence = "In half of the pairs the knowledge is spread as if over at most " +
                    (spread < 20 ? shortNumber(spread, 1) : groupedText(std::llround(spread))) + " of " +
                    countedText(classes, "class", "classes") + " (median entropy " + fixedText(middle, 2) +
                    " of at most " + fixedText(limit, 2) + " nats).";
  return figure;
}

Figure shelfRankingFigure(const Json& report) {
  constexpr std::size_t kMostBars = 20;
  Figure figure;
  figure.id = "shelf-ranking";
  figure.title = "Who should teach whom";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Teacher → student";
  figure.yTitle = "Headroom (% of all images)";
  FigureSeries series{"Headroom", Role::Gain, {}, {}};
  const auto& ranking = report.at("ranking");
  for (const auto& pair : ranking) {
    if (figure.labels.size() == kMostBars || pair.at("headroom").get<double>() <= 0) break;
    figure.labels.push_back(pair.at("teacher").get<std::string>() + " → " + pair.at("student").get<std::string>());
    figure.details.push_back(pair.at("reason").get<std::string>());
    series.y.push_back(kPercent * pair.at("headroom").get<double>());
  }
  figure.series.push_back(std::move(series));
  figure.sentence = shelfHeadline(report);
  if (!figure.labels.empty()) {
    figure.sentence +=
        " Headroom is what the student would gain by following the teacher in the classes in which the "
        "teacher leads beyond chance: what there is to teach, not a forecast of what a transfer brings.";
  }
  return figure;
}

std::vector<Figure> shelfFigures(const Json& report) {
  const ShelfTable table(report);
  std::vector<Figure> figures{shelfFlipsFigure(table), shelfEntropyFigure(table), shelfMatrixFigure(table),
                              shelfExpertiseFigure(table), shelfRankingFigure(report)};
  std::erase_if(figures, [](const Figure& figure) { return figure.series.empty() || figure.labels.empty(); });
  return figures;
}

}  // namespace gf
