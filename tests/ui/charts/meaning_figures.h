// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of the kinds that show what models know, made up: of everyday sizes and of the sizes at which things break.
#pragma once

#include <cmath>
#include <random>

#include "report/figure.h"

namespace gf {

inline const std::vector<std::string>& longNames() {
  static const std::vector<std::string> names{
      "Christmas stocking, a stocking that hangs by the chimney in winter",
      "African chameleon, Chamaeleo chamaeleon",
      "tench, Tinca tinca",
      "black-and-tan coonhound",
      "drilling platform, offshore rig",
      "cup",
      "hen-of-the-woods, hen of the woods, Polyporus frondosus, Grifola frondosa",
      "Ankle boot"};
  return names;
}

inline std::string className(int index, bool isLong = false) {
  static const char* kShort[] = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                 "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  const auto place = static_cast<std::size_t>(index);
  if (isLong) return longNames()[place % longNames().size()] + (place < 8 ? "" : " " + std::to_string(index));
  return place < 10 ? kShort[place] : "class " + std::to_string(index);
}

/// Fig. 2b: one series against the band of chance.
inline Figure similarityColumns() {
  Figure figure;
  figure.id = "similarity";
  figure.paper = "Fig. 2b";
  figure.title = "How alike the classes are in which the teacher knows more";
  figure.kind = FigureKind::Columns;
  figure.xTitle = "Classes that hold the largest share of the positive flips";
  figure.yTitle = "More alike than all classes (%)";
  figure.labels = {"Top 2 %", "Top 5 %", "Top 10 %", "Top 20 %", "Top 50 %"};
  figure.details = {"1 class", "2 classes", "3 classes", "5 classes", "8 classes"};
  figure.series = {{"Similarity", Role::Gain, {}, {std::nan(""), 41.2, 22.5, 9.1, -1.4}}};
  figure.series[0].low = {std::nan(""), -30, -19, -11, -6};
  figure.series[0].high = {std::nan(""), 33, 18, 12, 5};
  figure.series[0].band = true;
  figure.zeroLine = 0;
  return figure;
}

/// Fig. 5a: families side by side, with whiskers.
inline Figure familyColumns() {
  Figure figure;
  figure.id = "transfer-rate";
  figure.title = "Share of the teacher's knowledge that was transferred";
  figure.kind = FigureKind::Columns;
  figure.xTitle = "Classes with the most positive flips";
  figure.yTitle = "Transfer rate (%)";
  figure.labels = {"Top 2 %", "Top 5 %", "Top 20 %", "Top 50 %", "All"};
  const char* names[] = {"CNN", "Transformer", "MLP"};
  for (int s = 0; s < 3; ++s) {
    FigureSeries series{names[s], Role::Neutral, {}, {}};
    for (int i = 0; i < 5; ++i) {
      series.y.push_back(72.0 - 9 * i - 11 * s);
      series.low.push_back(series.y.back() - 4 - i);
      series.high.push_back(series.y.back() + 6 - i);
    }
    figure.series.push_back(series);
  }
  figure.guides = {{FigureGuide::Kind::Horizontal, 50, 50, "Half of it"}};
  return figure;
}

inline Figure longColumns(int count, bool isLong) {
  Figure figure;
  figure.id = "columns-" + std::to_string(count) + (isLong ? "-long" : "");
  figure.title = "Gained and forgotten";
  figure.kind = FigureKind::Columns;
  figure.yTitle = "Share of the class (%)";
  figure.series = {{"Gained", Role::Gain, {}, {}}, {"Forgotten", Role::Loss, {}, {}}};
  for (int i = 0; i < count; ++i) {
    figure.labels.push_back(className(i, isLong));
    figure.series[0].y.push_back(20.0 * (count - i) / count);
    figure.series[1].y.push_back(-12.0 * (i + 1) / count);
  }
  return figure;
}

/// Fig. 1a: pairs of a shelf with the noise floor and equal accuracy.
inline Figure pairs(int count, bool families = true) {
  Figure figure;
  figure.id = "pairs-" + std::to_string(count);
  figure.paper = "Fig. 1a";
  figure.title = "What every teacher adds, better or worse than its student";
  figure.kind = FigureKind::Scatter;
  figure.xTitle = "Teacher's accuracy minus the student's (points)";
  figure.yTitle = "Positive flips (% of all images)";
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  const char* names[] = {"CNN", "Transformer", "MLP"};
  const int series = families ? 3 : 1;
  for (int s = 0; s < series; ++s) {
    FigureSeries points{families ? names[s] : "Pairs", Role::Neutral, {}, {}};
    for (int i = s; i < count; i += series) {
      const double delta = 9 * normal(random) + 3 * s;
      points.x.push_back(delta);
      points.y.push_back(std::max(0.4, 7 + 0.45 * delta + 1.4 * normal(random) + std::abs(delta) * 0.1));
      figure.labels.push_back("teacher-" + std::to_string(i) + " → student-" + std::to_string(i % 7));
    }
    figure.series.push_back(std::move(points));
  }
  figure.guides = {{FigureGuide::Kind::Horizontal, 0.02, 0.6, "Noise floor of a random teacher"},
                   {FigureGuide::Kind::Vertical, 0, 0, "Equal accuracy"}};
  return figure;
}

/// Fig. 7: gain against loss with the line of equal trade.
inline Figure gainAgainstLoss(int count) {
  Figure figure;
  figure.id = "gain-against-loss";
  figure.title = "Gain against loss";
  figure.kind = FigureKind::Scatter;
  figure.xTitle = "Knowledge loss (% of the class)";
  figure.yTitle = "Knowledge gain (% of the class)";
  figure.series = {{"Classes", Role::Net, {}, {}}};
  std::mt19937 random(3);
  std::exponential_distribution<double> waiting(0.3);
  for (int i = 0; i < count; ++i) {
    figure.series[0].x.push_back(waiting(random));
    figure.series[0].y.push_back(1.5 * waiting(random));
    figure.labels.push_back(className(i));
    figure.details.push_back("of 1,000 images");
  }
  figure.guides = {{FigureGuide::Kind::Diagonal, 0, 0, "As much gained as forgotten"}};
  return figure;
}

inline Figure classMap(int count, bool isLong = false) {
  Figure figure;
  figure.id = "class-map-" + std::to_string(count);
  figure.title = "Where the teacher's knowledge lies among the classes";
  figure.kind = FigureKind::Scatter;
  figure.valueTitle = "positive flips";
  figure.series = {{"Classes", Role::Gain, {}, {}}};
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  for (int i = 0; i < count; ++i) {
    figure.series[0].x.push_back(normal(random) + 2 * (i % 3));
    figure.series[0].y.push_back(normal(random) - i % 2);
    figure.series[0].size.push_back(i % 5 ? 3.0 + 10 * std::abs(normal(random)) : 40 + i % 7);
    figure.labels.push_back(className(i, isLong));
  }
  return figure;
}

inline Figure classGrid(int count, bool isLong = false) {
  Figure figure;
  figure.id = "class-grid-" + std::to_string(count);
  figure.title = "The teacher's knowledge, class by class in the order of meaning";
  figure.kind = FigureKind::Grid;
  figure.scale = FigureScale::Sequential;
  figure.yTitle = "Class";
  figure.valueTitle = "Positive flips (% of the class)";
  figure.series = {{"Positive flips", Role::Gain, {}, {}}};
  for (int i = 0; i < count; ++i) {
    figure.labels.push_back(className(i, isLong));
    figure.series[0].y.push_back(i == 4 ? std::nan("") : 15 + 14 * std::sin(0.11 * i));
  }
  return figure;
}

/// Teacher × student, a model against itself without a value.
inline Figure matrix(int models, bool isLong = false) {
  Figure figure;
  figure.id = "matrix-" + std::to_string(models);
  figure.title = "What each teacher could add to each student";
  figure.kind = FigureKind::Heat;
  figure.scale = FigureScale::Sequential;
  figure.namedColumns = true;
  figure.xTitle = "Student";
  figure.yTitle = "Teacher";
  figure.valueTitle = "Positive flips (% of all images)";
  const auto name = [&](int i) {
    return isLong ? "vit_base_patch16_224.augreg_in21k_" + std::to_string(i) : "tops-cnn-" + std::to_string(i);
  };
  for (int s = 0; s < models; ++s) {
    FigureSeries series{name(s), Role::Neutral, {}, {}};
    for (int t = 0; t < models; ++t) {
      series.y.push_back(s == t ? std::nan("") : 2 + 12 * std::abs(std::sin(0.7 * t - 0.4 * s)));
      series.notes.push_back("pair " + std::to_string(t));
    }
    figure.series.push_back(std::move(series));
    figure.labels.push_back(name(s));
  }
  return figure;
}

/// Similarity of classes with the tree that ordered them.
inline Figure similarityTable(int classes, bool isLong = false) {
  Figure figure;
  figure.id = "class-similarity-" + std::to_string(classes);
  figure.title = "How alike the classes are";
  figure.kind = FigureKind::Heat;
  figure.scale = FigureScale::Sequential;
  figure.namedColumns = true;
  figure.valueTitle = "Cosine similarity";
  for (int c = 0; c < classes; ++c) {
    FigureSeries series{className(c, isLong), Role::Neutral, {}, {}};
    for (int r = 0; r < classes; ++r)
      series.y.push_back(std::exp(-0.08 * std::abs(r - c) * (60.0 / classes)) - (r / 7 == c / 7 ? 0 : 0.15));
    figure.series.push_back(std::move(series));
    figure.labels.push_back(className(c, isLong));
  }
  // Neighbours first, then their groups: a balanced tree.
  std::vector<std::size_t> level;
  for (int i = 0; i < classes; ++i) level.push_back(static_cast<std::size_t>(i));
  for (double height = 0.1; level.size() > 1; height *= 1.35) {
    std::vector<std::size_t> next;
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
      figure.merges.push_back({level[i], level[i + 1], height * (1 + 0.1 * std::sin(static_cast<double>(i)))});
      next.push_back(static_cast<std::size_t>(classes) + figure.merges.size() - 1);
    }
    if (level.size() % 2) next.push_back(level.back());
    level = next;
  }
  return figure;
}

inline std::vector<Figure> meaningFigures() {
  return {similarityColumns(), familyColumns(),     longColumns(6, true), longColumns(300, false),
          pairs(90),           gainAgainstLoss(10), classMap(30),         classGrid(10),
          classGrid(1000),     matrix(13),          similarityTable(10),  similarityTable(1000)};
}

}  // namespace gf
