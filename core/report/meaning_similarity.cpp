// SPDX-License-Identifier: Apache-2.0
// How alike classes are: those that hold a teacher's knowledge (Fig. 2b), and each two of them.
#include <algorithm>
#include <cmath>
#include <utility>

#include "report/meaning_parts.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

/// The keys that hold a set's value and its band, and how their numbers are said.
struct Reading {
  const char *value, *band;
  int decimals;
  bool isPercent;
  std::string say(const Json& number) const {
    return isPercent ? signedString(number, decimals) + " %" : fixedText(number, decimals);
  }
};
constexpr Reading kDifference{"difference", "band", 0, true};
/// Where all classes have mean similarity 0 or less, no percentage of that says anything.
constexpr Reading kSimilarity{"similarity", "similarity_band", 2, false};

std::string partText(int percent) {
  return percent == 50 ? "half" : std::to_string(percent) + " %";
}

std::string chanceText(const Json& chance, std::int64_t draws) {
  const auto alike = std::llround(chance.get<double>() * static_cast<double>(draws + 1)) - 1;
  return groupedText(std::max(alike, 0LL)) + " of " + countedText(draws, "random set", "random sets") + " as alike";
}

std::string topSentence(const Json& meaning, const Json& set, const Reading& reading) {
  const auto draws = meaning.at("random_sets").at("draws").get<std::int64_t>();
  const auto classes = static_cast<std::int64_t>(meaning.at("order").size());
  const auto size = set.at("classes").get<std::int64_t>();
  std::string text =
      "The " + groupedText(size) + " classes with " + partText(set.at("percent")) + " of the positive flips ";
  if (reading.isPercent) {
    const double value = set.at(reading.value);
    text += "are " + fixedText(std::abs(value), 0) + " % " + (value < 0 ? "less" : "more") + " alike than all " +
            groupedText(classes) + " classes";
  } else {
    text += "have mean similarity " + reading.say(set.at(reading.value)) + ", all " + groupedText(classes) +
            " classes " + reading.say(meaning.at("mean_similarity"));
  }
  return text + "; of " + countedText(draws, "random set", "random sets") + " of that size 95 % lie between " +
         reading.say(set.at(reading.band)[0]) + " and " + reading.say(set.at(reading.band)[1]) + ".";
}

}  // namespace

Figure topSimilarityFigure(const Json& meaning, std::size_t t) {
  const Json& teacher = meaning.at("teachers")[t];
  const Json& mean = meaning.at("mean_similarity");
  Figure figure;
  figure.id = "top-similarity";
  if (mean.is_null()) return figure;
  const Reading& reading = mean.get<double>() > 0 ? kDifference : kSimilarity;
  figure.paper = "Fig. 2b";
  figure.title = "How alike the classes are in which " + teacher.at("name").get<std::string>() + " knows most";
  figure.kind = FigureKind::Columns;
  figure.xTitle = "Classes that hold this share of the positive flips";
  figure.yTitle = reading.isPercent ? "Similarity, compared with all classes (%)" : "Mean similarity of the classes";
  figure.zeroLine = reading.isPercent ? 0 : mean.get<double>();
  figure.zeroLineLabel = "All classes";
  FigureSeries series{"Top classes", Role::Gain, {}, {}};
  series.band = true;
  const Json* last = nullptr;
  bool leftOut = false;
  for (const Json& set : teacher.at("top")) {
    if (set.at(reading.value).is_null()) {
      leftOut = leftOut || set.at("classes") == 1;
      continue;
    }
    figure.labels.push_back("Top " + shortNumber(set.at("percent"), 0) + " %");
    figure.details.push_back(countedText(set.at("classes"), "class", "classes") + ", mean similarity " +
                             fixedText(set.at("similarity"), 2) + "; " +
                             chanceText(set.at("chance"), meaning.at("random_sets").at("draws")));
    series.y.push_back(set.at(reading.value));
    series.low.push_back(set.at(reading.band)[0]);
    series.high.push_back(set.at(reading.band)[1]);
    last = &set;
  }
  if (!last) return figure;
  figure.series.push_back(std::move(series));
  figure.sentence = topSentence(meaning, *last, reading);
  if (leftOut) figure.sentence += " A smaller share lies in one class alone and is left out.";
  return figure;
}

Figure similarityFigure(const Json& report, std::span<const float> similarity) {
  constexpr double kSteps = 1e4;  // four decimals are enough to read; the file beside the report has all
  const Json& meaning = report.at("meaning");
  const auto order = meaning.at("order").get<std::vector<std::size_t>>();
  const std::size_t classes = order.size();
  std::vector<std::size_t> row(classes);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < classes; ++i) {
    row[order[i]] = i;
    names.push_back(report.at("classes")[order[i]].at("name"));
  }
  Figure figure;
  figure.id = "similarity";
  figure.title = "How alike the classes are";
  figure.kind = FigureKind::Heat;
  figure.scale = FigureScale::Sequential;
  figure.namedColumns = true;
  figure.xTitle = figure.yTitle = "Class";
  figure.valueTitle = "Similarity";
  const auto at = [&](std::size_t i, std::size_t j) {
    return static_cast<double>(similarity[order[i] * classes + order[j]]);
  };
  std::size_t first = 0, second = 1;
  for (std::size_t i = 0; i < classes; ++i) {
    FigureSeries column{names[i], Role::Neutral, {}, {}};
    column.y.reserve(classes);
    std::size_t nearest = i == 0 ? 1 : 0;
    for (std::size_t j = 0; j < classes; ++j) {
      column.y.push_back(std::round(at(j, i) * kSteps) / kSteps);
      if (j != i && at(i, j) > at(i, nearest)) nearest = j;
    }
    if (at(i, nearest) > at(first, second)) first = i, second = nearest;
    figure.details.push_back("most like " + names[nearest] + " (" + fixedText(at(i, nearest), 2) + ")");
    figure.series.push_back(std::move(column));
  }
  for (const Json& merge : meaning.at("merges")) {
    const auto node = [&](const Json& k) {
      return k.get<std::size_t>() < classes ? row[k.get<std::size_t>()] : k.get<std::size_t>();
    };
    figure.merges.push_back({node(merge[0]), node(merge[1]), merge[2]});
  }
  figure.labels = std::move(names);
  figure.sentence = "Most alike are " + listText({figure.labels[first], figure.labels[second]}) + " (" +
                    fixedText(at(first, second), 2) + "); the mean of all pairs is " +
                    fixedText(meaning.at("mean_similarity"), 2) + ".";
  return figure;
}

}  // namespace gf
