// SPDX-License-Identifier: Apache-2.0
// Figures of a run from its report alone: what changed.
#include <algorithm>
#include <cmath>
#include <utility>

#include "knowledge/statistics.h"
#include "report/figure_parts.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPercent = 100;

Figure changesFigure(const Json& report) {
  constexpr std::size_t kAllInView = 20;
  struct Row {
    std::string name;
    double gain, loss;
    std::int64_t samples;
  };
  std::vector<Row> rows;
  for (const auto& each : report.at("classes")) {
    if (each.at("gain").is_null() || each.at("loss").is_null()) continue;
    rows.push_back({each.at("name").get<std::string>(), each.at("gain").get<double>(), each.at("loss").get<double>(),
                    each.at("samples").get<std::int64_t>()});
  }
  // From best to worst where all can be seen; of many the first bars show what changed most, whichever way.
  const bool bySize = rows.size() > kAllInView;
  const auto place = [&](const Row& row) { return bySize ? std::abs(row.gain - row.loss) : row.gain - row.loss; };
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return place(a) > place(b); });
  Figure figure;
  figure.id = "class-changes";
  figure.title = "Learned and forgotten, class by class";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Class";
  figure.yTitle = "Share of the class (%)";
  figure.series = {{"Learned", Role::Gain, {}, {}}, {"Forgotten", Role::Loss, {}, {}}};
  int better = 0, worse = 0;
  for (const auto& row : rows) {
    figure.labels.push_back(row.name);
    figure.details.push_back("learned " + groupedText(countOf(row.gain, row.samples)) + ", forgot " +
                             groupedText(countOf(row.loss, row.samples)) + " of " +
                             countedText(row.samples, "image", "images"));
    figure.series[0].y.push_back(kPercent * row.gain);
    figure.series[1].y.push_back(kPercent * row.loss);
    better += countOf(row.gain, row.samples) > countOf(row.loss, row.samples);
    worse += countOf(row.gain, row.samples) < countOf(row.loss, row.samples);
  }
  figure.sentence = countedText(better, "class", "classes") + " improved, " + groupedText(worse) + " got worse";
  figure.sentence += bySize ? "; those that changed most come first." : ".";
  return figure;
}

/// One run's Fig. 7: above the line more was learned than forgotten.
Figure tradeFigure(const Json& report) {
  constexpr double kClassSize = 1, kWholeSize = 4;
  const auto& transfer = report.at("transfer");
  Figure figure;
  figure.id = "gain-against-loss";
  figure.paper = "Fig. 7";
  figure.title = "Learned against forgotten";
  figure.kind = FigureKind::Scatter;
  figure.xTitle = "Forgotten, share of the class (%)";
  figure.yTitle = "Learned, share of the class (%)";
  figure.guides = {{FigureGuide::Kind::Diagonal, 0, 0, "Equal trade"}};
  figure.series = {{"Classes that improved", Role::Gain, {}, {}},
                   {"Classes that got worse", Role::Loss, {}, {}},
                   {"Classes as before", Role::Neutral, {}, {}},
                   {"All images", Role::Net, {}, {}}};
  const auto add = [&](std::size_t s, const std::string& name, double gain, double loss, std::int64_t samples) {
    figure.series[s].x.push_back(kPercent * loss);
    figure.series[s].y.push_back(kPercent * gain);
    figure.series[s].size.push_back(s == 3 ? kWholeSize : kClassSize);
    figure.labels.push_back(name);
    figure.details.push_back("learned " + groupedText(countOf(gain, samples)) + ", forgot " +
                             groupedText(countOf(loss, samples)) + " of " + countedText(samples, "image", "images"));
  };
  for (std::size_t s = 0; s < 3; ++s) {
    for (const auto& each : report.at("classes")) {
      if (each.at("gain").is_null() || each.at("loss").is_null()) continue;
      const double gain = each.at("gain"), loss = each.at("loss");
      if (s != (gain > loss ? 0U : gain < loss ? 1U : 2U)) continue;
      add(s, each.at("name"), gain, loss, each.at("samples"));
    }
  }
  add(3, "All images", transfer.at("gain"), transfer.at("loss"), report.at("evaluation").at("samples"));
  const auto better = std::ssize(figure.series[0].y), worse = std::ssize(figure.series[1].y);
  figure.sentence =
      countedText(better, "class", "classes") + " above the line of equal trade, " + groupedText(worse) +
      " below; all images together: " + differenceText(transfer.at("delta").get<double>(), transfer.at("delta_ci95")) +
      ".";
  std::erase_if(figure.series, [](const FigureSeries& series) { return series.y.empty(); });
  return figure;
}

/// How many of the flips arrived is a share of independent images: its interval is Wilson's.
Interval arrivedInterval(const Json& rate) {
  if (rate.at("strict").is_null() || rate.at("positive_flips").is_null()) return {std::nan(""), std::nan("")};
  const auto flips = rate.at("positive_flips").get<std::int64_t>();
  return wilson(countOf(rate.at("strict").get<double>(), flips), flips);
}

std::string ratesSentence(const Json& rate, bool several) {
  const std::string whose = several ? "of any teacher " : "of the teacher ";
  std::string text = "Of the positive flips " + whose + percentString(rate.at("strict").get<double>()) +
                     " are right with the student now";
  if (const Interval interval = arrivedInterval(rate); std::isfinite(interval.low)) {
    text += " (95 % interval " + percentString(interval.low) + " to " + percentString(interval.high) + ")";
  }
  return text + "; all that it learned is " + percentString(rate.at("paper").get<double>()) + " of their number.";
}

/// One run's Fig. 5a; without series when there were no positive flips.
Figure ratesFigure(const Json& report) {
  constexpr double kShowWhole = 60;  // below, the line at 100 % would only press the columns down
  const auto& rate = report.at("transfer").at("transfer_rate");
  Figure figure;
  figure.id = "transfer-rate";
  if (rate.at("strict").is_null() || rate.at("paper").is_null()) return figure;
  figure.paper = "Fig. 5a";
  figure.title = "How much of the teacher's knowledge arrived";
  figure.kind = FigureKind::Columns;
  figure.xTitle = "Classes that hold this share of the positive flips";
  figure.yTitle = "Transfer rate (%)";
  FigureSeries paper{"All that was learned there (paper)", Role::Neutral, {}, {}};
  FigureSeries strict{"Positive flips that arrived (strict)", Role::Gain, {}, {}};
  double highest = 0;
  for (const auto& each : rate.at("top_classes")) {
    if (each.at("strict").is_null() || each.at("paper").is_null()) continue;
    const double percent = each.at("percent");
    figure.labels.push_back(percent == 100 ? "All" : "Top " + shortNumber(percent, 0) + " %");
    std::string detail = countedText(each.at("classes").get<std::int64_t>(), "class", "classes");
    if (!each.at("positive_flips").is_null()) {
      detail += ", " + countedText(each.at("positive_flips").get<std::int64_t>(), "positive flip", "positive flips");
    }
    figure.details.push_back(detail);
    const Interval interval = arrivedInterval(each);
    paper.y.push_back(kPercent * each.at("paper").get<double>());
    strict.y.push_back(kPercent * each.at("strict").get<double>());
    strict.low.push_back(kPercent * interval.low);
    strict.high.push_back(kPercent * interval.high);
    highest = std::max({highest, paper.y.back(), strict.high.back()});
  }
  if (highest > kShowWhole) {
    figure.guides = {{FigureGuide::Kind::Horizontal, kPercent, kPercent, "As many as the positive flips"}};
  }
  figure.series = {std::move(paper), std::move(strict)};
  figure.sentence = ratesSentence(rate, report.at("teachers").size() > 1);
  return figure;
}

/// `routing` of the whole run, or of one of several teachers in its stage.
Figure routingFigure(const Json& routing) {
  const auto& outcomes = routing.at("outcomes");
  Figure figure;
  figure.id = "routing";
  figure.title = "Whom the transfer set follows";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Outcome before the transfer";
  figure.yTitle = "Share of these images (%)";
  figure.series = {{"To the teacher", Role::Teacher, {}, {}}, {"To the frozen student", Role::Student, {}, {}}};
  for (const auto& part : kOutcomeParts) {
    const auto all = outcomes.at("all").at(part.key).get<std::int64_t>();
    const auto sent = outcomes.at("to_teacher").at(part.key).get<std::int64_t>();
    if (all == 0) continue;
    const double share = static_cast<double>(sent) / static_cast<double>(all);
    figure.labels.emplace_back(part.label);
    figure.details.push_back(ofText(sent, all) + " to the teacher");
    figure.series[0].y.push_back(kPercent * share);
    figure.series[1].y.push_back(kPercent * (1 - share));
  }
  const auto share = [&](const char* key) {
    return routing.at(key).is_null() ? std::string("no") : percentString(routing.at(key).get<double>()) + " of the";
  };
  figure.sentence = "The teacher teaches " + share("positive") + " positive flips and " + share("negative") +
                    " negative flips of the transfer set.";
  return figure;
}

/// Of one teacher a figure; of several one each.
std::vector<Figure> routingFigures(const Json& routing) {
  if (!routing.contains("teachers")) return {routingFigure(routing)};
  std::vector<Figure> figures;
  std::set<std::string> used;
  for (const auto& each : routing.at("teachers")) {
    const auto name = each.at("name").get<std::string>();
    Figure figure = routingFigure(each);
    figure.id = uniqueId("routing-" + fileNameText(name), used);
    figure.title += ": " + name;
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace

std::vector<Figure> changeFigures(const Json& report) {
  std::vector<Figure> figures{changesFigure(report), tradeFigure(report)};
  Figure rates = ratesFigure(report);
  if (!rates.series.empty()) figures.push_back(std::move(rates));
  const auto& routing = report.at("transfer").at("routing");
  if (routing.at("rule").is_null()) return figures;
  for (auto& figure : routingFigures(routing)) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace gf
