// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/figure_parts.h"
#include "report/fit_report.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

/// Before beside after, class by class, the largest change first.
Figure classFigure(const Json& report) {
  struct Row {
    std::string name;
    double before = 0, after = 0;
    std::int64_t samples = 0;
  };
  std::vector<Row> rows;
  for (const auto& each : report.at("classes")) {
    if (each.at("after").is_null()) continue;
    rows.push_back({each.at("name"), each.at("before"), each.at("after"), each.at("samples")});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.after - a.before > b.after - b.before; });
  Figure figure;
  figure.id = "class-accuracy";
  figure.title = "Accuracy of each class before and after";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Class";
  figure.yTitle = "Accuracy (%)";
  figure.series = {{"Before", Role::BothWrong, {}, {}}, {"After", Role::Net, {}, {}}};
  for (const Row& row : rows) {
    figure.labels.push_back(row.name);
    figure.details.push_back(ofText(countOf(row.before, row.samples), row.samples) + " before, " +
                             groupedText(countOf(row.after, row.samples)) + " after");
    figure.series[0].y.push_back(100 * row.before);
    figure.series[1].y.push_back(100 * row.after);
  }
  if (!rows.empty()) {
    const auto change = [](const Row& row) { return signedString(100 * (row.after - row.before), 1) + " points"; };
    figure.sentence = "Most gained: " + rows.front().name + ", " + change(rows.front()) +
                      "; least: " + rows.back().name + ", " + change(rows.back()) + ".";
  }
  return figure;
}

}  // namespace

Figure accuracyCourse(std::span<const double> epochs, std::span<const double> accuracies) {
  Figure figure;
  figure.id = "accuracy-course";
  figure.title = "Accuracy during the training";
  figure.kind = FigureKind::Lines;
  figure.xTitle = "Epochs";
  figure.yTitle = "Accuracy (%)";
  if (epochs.empty()) return figure;
  FigureSeries line{"Accuracy", Role::Net, {epochs.begin(), epochs.end()}, {}};
  for (const double accuracy : accuracies) line.y.push_back(100 * accuracy);
  FigureGuide start;
  start.from = start.to = line.y.front();
  start.label = "Before";
  figure.guides.push_back(std::move(start));
  figure.sentence = "Accuracy " + percentString(accuracies.front()) + " → " + percentString(accuracies.back()) + ".";
  figure.series.push_back(std::move(line));
  return figure;
}

std::vector<Figure> fitFigures(const nlohmann::ordered_json& report) {
  std::vector<double> epochs, accuracies;
  for (const auto& each : report.at("course")) {
    epochs.push_back(each.at("epoch"));
    accuracies.push_back(each.at("accuracy"));
  }
  Figure course = accuracyCourse(epochs, accuracies);
  course.sentence = fitHeadline(report);
  return {std::move(course), classFigure(report)};
}

}  // namespace gf
