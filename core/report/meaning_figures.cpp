// SPDX-License-Identifier: Apache-2.0
// Where a teacher's knowledge lies among classes that mean alike things.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "report/figure_parts.h"
#include "report/meaning_parts.h"
#include "report/meaning_report.h"
#include "report/text.h"

namespace gf {

using Json = nlohmann::ordered_json;

MeaningTable::Count& MeaningTable::Count::operator+=(const Count& more) {
  samples += more.samples;
  flips += more.flips;
  gained += more.gained;
  lost += more.lost;
  return *this;
}

double MeaningTable::Count::percent() const {
  return samples ? 100 * static_cast<double>(flips) / static_cast<double>(samples) : std::nan("");
}

std::string MeaningTable::Count::text() const {
  return samples ? ofText(flips, samples) : "no images";
}

MeaningTable::MeaningTable(const Json& report, std::size_t t)
    : teacher(report.at("before").at("teachers")[t].at("name")), transferred(report.contains("transfer")) {
  const auto count = [](const Json& share, std::int64_t samples) {
    return share.is_null() ? 0 : countOf(share.get<double>(), samples);
  };
  for (const Json& each : report.at("classes")) {
    const auto samples = each.at("samples").get<std::int64_t>();
    Count own{samples, count(each.at("teachers")[t].at("positive_flips"), samples), 0, 0};
    if (transferred) {
      own.gained = count(each.at("gain"), samples);
      own.lost = count(each.at("loss"), samples);
    }
    names.push_back(each.at("name"));
    classes.push_back(own);
    all += own;
  }
  const Json& meaning = report.at("meaning");
  order = meaning.at("order").get<std::vector<std::size_t>>();
  for (const Json& each : meaning.at("groups").at("groups")) {
    Group group{each.at("name"), std::nullopt, {}};
    if (!each.at("parent").is_null()) group.parent = each.at("parent").get<std::size_t>();
    for (const Json& k : each.at("classes")) group.count += classes[k.get<std::size_t>()];
    groups.push_back(std::move(group));
  }
}

namespace {

std::string quoted(const std::string& name) {
  return "“" + name + "”";
}

/// "; learned 20, forgot 3" after a transfer.
std::string changeText(const MeaningTable& table, const MeaningTable::Count& count) {
  if (!table.transferred) return {};
  return "; learned " + groupedText(count.gained) + ", forgot " + groupedText(count.lost);
}

/// Groups at the top with images, the largest flip share first.
std::vector<std::size_t> rankedGroups(const MeaningTable& table) {
  std::vector<std::size_t> ranked;
  for (std::size_t g = 0; g < table.groups.size(); ++g) {
    if (!table.groups[g].parent && table.groups[g].count.samples > 0) ranked.push_back(g);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [&](std::size_t a, std::size_t b) {
    return table.groups[a].count.percent() > table.groups[b].count.percent();
  });
  return ranked;
}

/// "87 of 1,000 images; most in its part “terrier”: 40 of 200 images".
std::string groupDetail(const MeaningTable& table, std::size_t g) {
  const MeaningTable::Group* most = nullptr;
  for (const auto& part : table.groups) {
    if (part.parent == g && part.count.flips > (most ? most->count.flips : 0)) most = &part;
  }
  std::string text = table.groups[g].count.text() + changeText(table, table.groups[g].count);
  if (most) text += "; most in its part " + quoted(most->name) + ": " + most->count.text();
  return text;
}

std::string groupsSentence(const MeaningTable& table, const std::vector<std::size_t>& ranked) {
  std::string text = table.teacher + " is right on no image that the student misses.";
  if (table.all.flips > 0) {
    const auto& first = table.groups[ranked.front()];
    text = table.teacher + " adds most in the group " + quoted(first.name) + ": " + first.count.text() + " (" +
           fixedText(first.count.percent(), 1) + " %); of all images it is " + fixedText(table.all.percent(), 1) +
           " %.";
  }
  if (!table.transferred) return text;
  const auto net = [&](std::size_t g) {
    const auto& count = table.groups[g].count;
    return static_cast<double>(count.gained - count.lost) / static_cast<double>(count.samples);
  };
  const auto best =
      std::max_element(ranked.begin(), ranked.end(), [&](std::size_t a, std::size_t b) { return net(a) < net(b); });
  if (net(*best) <= 0) return text + " After the transfer no group is better than before.";
  return text + " After the transfer the group " + quoted(table.groups[*best].name) +
         " has improved most: " + signedString(100 * net(*best), 1) + " points.";
}

/// Classes with images, the largest flip share first.
std::vector<std::size_t> rankedClasses(const MeaningTable& table) {
  std::vector<std::size_t> ranked;
  for (std::size_t k = 0; k < table.names.size(); ++k) {
    if (table.classes[k].samples > 0) ranked.push_back(k);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [&](std::size_t a, std::size_t b) {
    return table.classes[a].percent() > table.classes[b].percent();
  });
  return ranked;
}

std::string shareText(const MeaningTable& table, std::size_t k) {
  const auto& count = table.classes[k];
  return table.names[k] + (count.samples ? " (" + fixedText(count.percent(), 1) + " %)" : " (no images)");
}

}  // namespace

Figure groupsFigure(const MeaningTable& table) {
  Figure figure;
  figure.id = "groups";
  figure.title = "What " + table.teacher + " knows, group by group";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Group of classes";
  figure.yTitle = "Share of the group's images (%)";
  figure.series = {{"Positive flips", table.transferred ? Role::Teacher : Role::Gain, {}, {}}};
  if (table.transferred) {
    figure.series.push_back({"Learned", Role::Gain, {}, {}});
    figure.series.push_back({"Forgotten", Role::Loss, {}, {}});
  }
  const auto ranked = rankedGroups(table);
  for (const std::size_t g : ranked) {
    const auto& count = table.groups[g].count;
    figure.labels.push_back(table.groups[g].name);
    figure.details.push_back(groupDetail(table, g));
    figure.series[0].y.push_back(count.percent());
    if (!table.transferred) continue;
    figure.series[1].y.push_back(100 * static_cast<double>(count.gained) / static_cast<double>(count.samples));
    figure.series[2].y.push_back(100 * static_cast<double>(count.lost) / static_cast<double>(count.samples));
  }
  figure.sentence = groupsSentence(table, ranked);
  return figure;
}

Figure classMapFigure(const MeaningTable& table) {
  Figure figure;
  figure.id = "class-map";
  figure.title = "What " + table.teacher + " knows, like classes beside each other";
  figure.kind = FigureKind::Grid;
  figure.scale = FigureScale::Sequential;
  figure.xTitle = "Class";
  figure.valueTitle = "Positive flips, share of the class (%)";
  FigureSeries series{"Positive flips", Role::Gain, {}, {}};
  for (const std::size_t k : table.order) {
    figure.labels.push_back(table.names[k]);
    figure.details.push_back(table.classes[k].text() + changeText(table, table.classes[k]));
    series.y.push_back(table.classes[k].percent());
  }
  figure.series.push_back(std::move(series));
  const std::size_t best = rankedClasses(table).front();
  if (table.classes[best].flips == 0) {
    figure.sentence = table.teacher + " is right on no image that the student misses.";
    return figure;
  }
  figure.sentence = table.teacher + " adds most in " + table.names[best] + ": " + table.classes[best].text() + " (" +
                    fixedText(table.classes[best].percent(), 1) + " %).";
  const auto place =
      static_cast<std::size_t>(std::find(table.order.begin(), table.order.end(), best) - table.order.begin());
  std::vector<std::string> beside;
  if (place > 0) beside.push_back(shareText(table, table.order[place - 1]));
  if (place + 1 < table.order.size()) beside.push_back(shareText(table, table.order[place + 1]));
  if (!beside.empty()) {
    figure.sentence += " Beside it " + std::string(beside.size() > 1 ? "stand " : "stands ") + listText(beside) + ".";
  }
  return figure;
}

Figure meaningMapFigure(const MeaningTable& table, const Json& map) {
  constexpr std::size_t kMostNamed = 3;
  Figure figure;
  figure.id = "meaning-map";
  figure.title = "Where the knowledge of " + table.teacher + " lies";
  figure.kind = FigureKind::Scatter;  // without titles of axes: its directions mean nothing
  figure.valueTitle = "Positive flips (images)";
  FigureSeries series{"Classes", Role::Gain, {}, {}};
  for (std::size_t k = 0; k < table.names.size(); ++k) {
    figure.labels.push_back(table.names[k]);
    figure.details.push_back(table.classes[k].text() + changeText(table, table.classes[k]));
    series.x.push_back(map.at("places")[k][0]);
    series.y.push_back(map.at("places")[k][1]);
    series.size.push_back(static_cast<double>(table.classes[k].flips));
  }
  figure.series.push_back(std::move(series));
  std::vector<std::size_t> ranked(table.names.size());
  std::iota(ranked.begin(), ranked.end(), std::size_t{0});
  std::stable_sort(ranked.begin(), ranked.end(),
                   [&](std::size_t a, std::size_t b) { return table.classes[a].flips > table.classes[b].flips; });
  std::vector<std::string> most;
  for (const std::size_t k : ranked) {
    if (most.size() == kMostNamed || table.classes[k].flips == 0) break;
    most.push_back(table.names[k] + " (" + groupedText(table.classes[k].flips) + ")");
  }
  figure.sentence = "Like classes lie near each other; the two directions show " +
                    percentString(map.at("explained").get<double>(), 0) + " of what tells them apart. ";
  figure.sentence += most.empty() ? table.teacher + " is right on no image that the student misses."
                                  : "Most positive flips: " + listText(most) + ".";
  return figure;
}

std::vector<Figure> meaningFigures(const Json& report, std::span<const float> similarity) {
  std::vector<Figure> figures;
  if (!report.contains("meaning")) return figures;
  const Json& meaning = report.at("meaning");
  const Json& teachers = report.at("before").at("teachers");
  const std::size_t classes = report.at("classes").size();
  std::set<std::string> suffixes;
  for (std::size_t t = 0; t < teachers.size(); ++t) {
    std::string suffix;
    if (teachers.size() > 1) suffix = uniqueId("-" + fileNameText(teachers[t].at("name").get<std::string>()), suffixes);
    const MeaningTable table(report, t);
    std::vector<Figure> own{topSimilarityFigure(meaning, t), groupsFigure(table), classMapFigure(table)};
    if (classes > 1) own.push_back(meaningMapFigure(table, meaning.at("map")));
    for (Figure& figure : own) {
      if (figure.series.empty()) continue;
      figure.id += suffix;
      figures.push_back(std::move(figure));
    }
  }
  if (classes > 1 && similarity.size() == classes * classes) figures.push_back(similarityFigure(report, similarity));
  return figures;
}

}  // namespace gf
