// SPDX-License-Identifier: Apache-2.0
// A shelf's two tables: teacher × student, and class × model.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "report/shelf_parts.h"
#include "report/text.h"

namespace gf {
namespace {

constexpr double kPercent = 100, kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostClasses = 40;

/// A class of the shelf: how right each model is in it, and how far models lie apart.
struct ClassRow {
  std::size_t k = 0;
  double mean = 0, spread = 0;  ///< Of the models' accuracies in it; spread: population standard deviation.
};

double classAccuracy(const ShelfTable& table, std::size_t model, std::size_t k) {
  return static_cast<double>(table.models[model].classRight[k]) / static_cast<double>(table.classSamples[k]);
}

/// Classes with samples, those in which models differ most first; ties: lower index.
std::vector<ClassRow> rowsOf(const ShelfTable& table) {
  std::vector<ClassRow> rows;
  const auto models = static_cast<double>(table.count());
  for (std::size_t k = 0; k < table.classNames.size(); ++k) {
    if (table.classSamples[k] == 0) continue;
    ClassRow row{k};
    for (std::size_t m = 0; m < table.count(); ++m) row.mean += classAccuracy(table, m, k) / models;
    for (std::size_t m = 0; m < table.count(); ++m) {
      const double away = classAccuracy(table, m, k) - row.mean;
      row.spread += away * away / models;
    }
    row.spread = std::sqrt(row.spread);
    rows.push_back(row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const ClassRow& a, const ClassRow& b) { return a.spread > b.spread; });
  return rows;
}

std::string accuracyText(const ShelfTable::Model& model) {
  return "accuracy " + percentString(model.accuracy) + (model.family.empty() ? "" : ", " + model.family);
}

}  // namespace

Figure shelfMatrixFigure(const ShelfTable& table) {
  Figure figure;
  figure.id = "shelf-matrix";
  figure.title = "Teacher by student: what only the teacher gets right";
  figure.kind = FigureKind::Heat;
  figure.scale = FigureScale::Sequential;
  figure.namedColumns = true;
  figure.xTitle = "Student";
  figure.yTitle = "Teacher";
  figure.valueTitle = "Positive flips (% of all images)";
  const std::vector<std::size_t> order = table.byAccuracy();
  std::int64_t most = -1;
  std::size_t teacher = 0, student = 0;
  for (const std::size_t t : order) {
    figure.labels.push_back(table.models[t].name);
    figure.details.push_back(accuracyText(table.models[t]));
  }
  for (const std::size_t s : order) {
    FigureSeries column{table.models[s].name, Role::Gain, {}, {}};
    for (const std::size_t t : order) {
      column.y.push_back(t == s ? kNone : kPercent * table.share(table.flips(t, s)));
      column.notes.push_back(t == s ? "the same model" : table.pairNote(t, s));
      if (t == s || table.flips(t, s) <= most) continue;
      most = table.flips(t, s);
      teacher = t;
      student = s;
    }
    figure.series.push_back(std::move(column));
  }
  figure.sentence = table.models[teacher].name + " knows most that another model does not: it alone is right on " +
                    groupedText(most) + " of " + countedText(table.samples, "image", "images") + " (" +
                    percentString(table.share(most)) + ") that " + table.models[student].name +
                    " misses. Models are ordered by accuracy, the best first.";
  return figure;
}

Figure shelfExpertiseFigure(const ShelfTable& table) {
  Figure figure;
  figure.id = "shelf-expertise";
  figure.title = "Which model is expert in what";
  figure.kind = FigureKind::Heat;
  figure.namedColumns = true;
  figure.xTitle = "Model";
  figure.yTitle = "Class";
  figure.valueTitle = "Accuracy in the class minus the shelf's mean (points)";
  std::vector<ClassRow> rows = rowsOf(table);
  const std::size_t leftOut = rows.size() - std::min(rows.size(), kMostClasses);
  rows.resize(rows.size() - leftOut);
  for (const auto& row : rows) {
    figure.labels.push_back(table.classNames[row.k]);
    figure.details.push_back("mean of the models " + percentString(row.mean) + " of " +
                             countedText(table.classSamples[row.k], "image", "images"));
  }
  double best = -1;
  std::size_t expert = 0, field = 0;
  for (const std::size_t m : table.byAccuracy()) {
    FigureSeries column{table.models[m].name, Role::Net, {}, {}};
    for (const auto& row : rows) {
      const double lead = kPercent * (classAccuracy(table, m, row.k) - row.mean);
      column.y.push_back(lead);
      column.notes.push_back("right on " + groupedText(table.models[m].classRight[row.k]) + " of " +
                             countedText(table.classSamples[row.k], "image", "images") + ", models' mean " +
                             percentString(row.mean));
      if (lead <= best) continue;
      best = lead;
      expert = m;
      field = row.k;
    }
    figure.series.push_back(std::move(column));
  }
  if (best > 0) {
    figure.sentence = "The largest lead: " + table.models[expert].name + " in " + table.classNames[field] + ", " +
                      signedString(best, 1) + " points over the models' mean.";
  } else {
    figure.sentence = "All models are equally good in every class.";
  }
  if (leftOut > 0) {
    figure.sentence += " " + countedText(static_cast<std::int64_t>(leftOut), "class", "classes") +
                       " in which models differ less " + (leftOut == 1 ? "is" : "are") + " left out.";
  }
  return figure;
}

}  // namespace gf
