// SPDX-License-Identifier: Apache-2.0
// When classes are gained and forgotten.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "report/run_figures.h"
#include "report/text.h"

namespace gf {
namespace {

constexpr std::size_t kMostRows = 40, kMostColumns = 240;

using Records = std::vector<const EvaluationRecord*>;

/// The evaluations after the first that say what became of each class; thinned evenly, the last kept.
Records columnsOf(std::span<const EvaluationRecord> evaluations, std::size_t classes) {
  Records all, kept;
  for (const auto& each : evaluations) {
    if (each.step > 0 && each.classGained.size() == classes && each.classLost.size() == classes) all.push_back(&each);
  }
  if (all.size() <= kMostColumns) return all;
  for (std::size_t i = 1; i <= kMostColumns; ++i) kept.push_back(all[i * all.size() / kMostColumns - 1]);
  return kept;
}

std::int64_t netOf(const EvaluationRecord& record, std::size_t k) {
  return record.classGained[k] - record.classLost[k];
}

double pointsOf(std::int64_t net, std::int64_t samples) {
  return 100 * static_cast<double>(net) / static_cast<double>(samples);
}

/// Classes with samples, the largest change at any time first; ties: lower index.
std::vector<std::size_t> rowsOf(const Records& columns, std::span<const std::int64_t> samples) {
  std::vector<double> largest(samples.size(), -1);
  for (std::size_t k = 0; k < samples.size(); ++k) {
    if (samples[k] <= 0) continue;
    for (const auto* each : columns) largest[k] = std::max(largest[k], std::abs(pointsOf(netOf(*each, k), samples[k])));
  }
  std::vector<std::size_t> rows(samples.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::erase_if(rows, [&](std::size_t k) { return largest[k] < 0; });
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return largest[a] > largest[b]; });
  return rows;
}

std::string noteOf(const EvaluationRecord& record, std::size_t k, std::int64_t samples) {
  return "learned " + groupedText(record.classGained[k]) + ", forgot " + groupedText(record.classLost[k]) + " of " +
         countedText(samples, "image", "images");
}

std::string sentenceOf(const Figure& figure, std::size_t leftOut) {
  struct Place {
    double value = 0;
    std::size_t row = 0;
    const FigureSeries* column = nullptr;
  } best, worst;
  for (const auto& column : figure.series) {
    for (std::size_t i = 0; i < column.y.size(); ++i) {
      if (column.y[i] > best.value) best = {column.y[i], i, &column};
      if (column.y[i] < worst.value) worst = {column.y[i], i, &column};
    }
  }
  const auto say = [&](const Place& place) {
    return figure.labels[place.row] + " " + signedString(place.value, 1) + " points after " +
           shortNumber(place.column->x.front(), 2) + (place.column->x.front() == 1 ? " epoch" : " epochs");
  };
  std::string text;
  if (best.column) text = "Most gained: " + say(best);
  if (worst.column) text += (text.empty() ? "Most lost: " : "; most lost: ") + say(worst);
  text = text.empty() ? "No class has changed." : text + ".";
  if (leftOut > 0) {
    text += " " + countedText(static_cast<std::int64_t>(leftOut), "class", "classes") + " that changed less " +
            (leftOut == 1 ? "is" : "are") + " left out.";
  }
  return text;
}

}  // namespace

Figure classesOverTimeFigure(std::span<const EvaluationRecord> evaluations, std::span<const std::string> classNames,
                             std::span<const std::int64_t> samples, std::span<const std::string> stageNames) {
  Figure figure;
  figure.id = "classes-over-time";
  figure.title = "When classes are gained and forgotten";
  figure.kind = FigureKind::Heat;
  figure.xTitle = "Epochs";
  figure.yTitle = "Class";
  figure.valueTitle = "Net change (points of the class)";
  const auto columns = columnsOf(evaluations, classNames.size());
  if (columns.empty() || samples.size() != classNames.size()) return figure;
  auto rows = rowsOf(columns, samples);
  const std::size_t leftOut = rows.size() - std::min(rows.size(), kMostRows);
  rows.resize(rows.size() - leftOut);
  for (const auto k : rows) {
    figure.labels.push_back(classNames[k]);
    figure.details.push_back(noteOf(*columns.back(), k, samples[k]));
  }
  std::set<std::string> used;
  for (const auto* each : columns) {
    FigureSeries column{"Epoch " + shortNumber(each->epoch, 3), Role::Net, {each->epoch}, {}};
    const std::string name = column.name;
    for (int n = 2; !used.insert(column.name).second; ++n) column.name = name + " (" + std::to_string(n) + ")";
    for (const auto k : rows) {
      column.y.push_back(pointsOf(netOf(*each, k), samples[k]));
      column.notes.push_back(noteOf(*each, k, samples[k]));
    }
    figure.series.push_back(std::move(column));
  }
  figure.sentence = sentenceOf(figure, leftOut);
  figure.marks = stageMarks(evaluations, stageNames);
  return figure;
}

}  // namespace gf
