// SPDX-License-Identifier: Apache-2.0
// Figures of a pair: what one teacher knows that the student does not.
#include <algorithm>
#include <cmath>
#include <utility>

#include "report/figure_parts.h"
#include "report/text.h"

namespace gf {

using Json = nlohmann::ordered_json;

std::string ofText(std::int64_t count, std::int64_t samples) {
  return groupedText(count) + " of " + countedText(samples, "image", "images");
}

std::int64_t countOf(double share, std::int64_t samples) {
  return std::llround(share * static_cast<double>(samples));
}

std::string uniqueId(const std::string& id, std::set<std::string>& used) {
  std::string own = id;
  for (int n = 2; !used.insert(own).second; ++n) own = id + "-" + std::to_string(n);
  return own;
}

std::string differenceText(double difference, const Json& interval) {
  const auto points = [](const Json& share) { return fixedText(100 * share.get<double>(), 1); };
  return signedString(100 * difference, 2) + " points (95 % interval " + points(interval[0]) + " to " +
         points(interval[1]) + ")";
}

namespace {

constexpr double kPercent = 100;

std::string nameOf(const Json& model) {
  return model.at("name").get<std::string>();
}

std::string classOf(const Json& report, const Json& index) {
  return nameOf(report.at("classes").at(index.get<std::size_t>()));
}

Figure outcomesFigure(const Json& report, std::size_t t) {
  const auto& pair = report.at("before").at("teachers")[t];
  const auto samples = report.at("evaluation").at("samples").get<std::int64_t>();
  const auto teacher = pair.at("name").get<std::string>(), student = report.at("student").at("name").get<std::string>();
  Figure figure;
  figure.id = "outcomes";
  figure.title = teacher + " and " + student + ": who is right";
  figure.kind = FigureKind::Stack;
  figure.xTitle = "Share of the evaluation set (%)";
  for (const auto& part : kOutcomeParts) {
    const auto count = pair.at("counts").at(part.key).get<std::int64_t>();
    figure.labels.emplace_back(part.label);
    figure.details.push_back(ofText(count, samples));
    figure.series.push_back(
        {part.label, part.role, {}, {kPercent * static_cast<double>(count) / static_cast<double>(samples)}});
  }
  const auto counts = [&](const char* key) { return pair.at("counts").at(key).get<std::int64_t>(); };
  figure.sentence = "Of " + countedText(samples, "image", "images") + ", " + groupedText(counts("only_teacher")) +
                    " are right only with " + teacher + " and " + groupedText(counts("only_student")) + " only with " +
                    student + ": the teacher's lead is " +
                    differenceText(pair.at("delta_accuracy").get<double>(), pair.at("delta_accuracy_ci95")) + ".";
  return figure;
}

Figure flipsFigure(const Json& report, std::size_t t) {
  struct Row {
    std::string name;
    double share;
    std::int64_t count, samples;
  };
  std::vector<Row> rows;
  for (const auto& each : report.at("classes")) {
    const auto& share = each.at("teachers")[t].at("positive_flips");
    if (share.is_null()) continue;
    const auto samples = each.at("samples").get<std::int64_t>();
    rows.push_back(
        {each.at("name").get<std::string>(), share.get<double>(), countOf(share.get<double>(), samples), samples});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.share > b.share; });
  const auto teacher = report.at("before").at("teachers")[t].at("name").get<std::string>();
  Figure figure;
  figure.id = "flips";
  figure.paper = "Fig. 2a";
  figure.title = "What " + teacher + " knows, class by class";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Class";
  figure.yTitle = "Positive flips, share of the class (%)";
  FigureSeries series{"Positive flips", Role::Gain, {}, {}};
  for (const auto& row : rows) {
    figure.labels.push_back(row.name);
    figure.details.push_back(ofText(row.count, row.samples));
    series.y.push_back(kPercent * row.share);
  }
  if (rows.empty() || rows.front().count == 0) {
    figure.sentence = teacher + " is right on no image that the student misses.";
  } else {
    figure.sentence = teacher + " adds most in " + rows.front().name + ": " + figure.details.front() + " (" +
                      percentString(rows.front().share) + ").";
  }
  figure.series.push_back(std::move(series));
  return figure;
}

/// "87 of 271 positive flips (32.1 %)".
std::string saidText(std::int64_t samples, std::int64_t flips) {
  return groupedText(samples) + " of " + countedText(flips, "positive flip", "positive flips") + " (" +
         percentString(static_cast<double>(samples) / static_cast<double>(flips)) + ")";
}

/// What the student took the teacher's images for; without series when there are none or nobody wrote it down.
Figure saidInsteadFigure(const Json& report, std::size_t t) {
  constexpr std::size_t kMost = 15;
  const auto& pair = report.at("before").at("teachers")[t];
  Figure figure;
  figure.id = "said-instead";
  if (pair.at("said_instead").is_null()) return figure;
  const auto& said = pair.at("said_instead").at("positive");
  const auto flips = said.at("flips").get<std::int64_t>();
  if (flips == 0) return figure;
  figure.title = "What the student said where only " + nameOf(pair) + " is right";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Truth → what the student said";
  figure.yTitle = "Positive flips (images)";
  FigureSeries series{"Positive flips", Role::Gain, {}, {}};
  std::int64_t shown = 0;
  for (std::size_t i = 0; i < std::min(said.at("largest").size(), kMost); ++i) {
    const auto& each = said.at("largest")[i];
    const auto samples = each.at("samples").get<std::int64_t>();
    figure.labels.push_back(classOf(report, each.at("truth")) + " → " + classOf(report, each.at("said")));
    figure.details.push_back(saidText(samples, flips));
    series.y.push_back(static_cast<double>(samples));
    shown += samples;
  }
  figure.series.push_back(std::move(series));
  figure.sentence = "Most often the student took " + classOf(report, said.at("largest")[0].at("truth")) + " for " +
                    classOf(report, said.at("largest")[0].at("said")) + ": " + figure.details.front() + ".";
  if (shown < flips) {
    figure.sentence += " The pairs shown make up " +
                       percentString(static_cast<double>(shown) / static_cast<double>(flips)) + " of them.";
  }
  return figure;
}

/// Two readings of who is surer (Eq. 4): of the label, or each of its own answer.
struct PartitionReading {
  const char *id, *key, *title, *what;
};
constexpr PartitionReading kReadings[] = {
    {"partition", "label", "Who teaches whom: the one that is surer of the label", "probability of the label"},
    {"partition-unsup", "own", "Who teaches whom without labels: the one that is surer of its answer",
     "probability of its answer"}};

Figure partitionFigure(const Json& report, std::size_t t, const PartitionReading& reading) {
  const auto& pair = report.at("before").at("teachers")[t];
  Figure figure;
  figure.id = reading.id;
  if (pair.at("partition").is_null()) return figure;
  const auto& partition = pair.at("partition");
  figure.paper = "Fig. 3";
  figure.title = reading.title;
  figure.kind = FigureKind::Scatter;
  figure.xTitle = std::string("Student's ") + reading.what + " (%)";
  figure.yTitle = std::string("Teacher's ") + reading.what + " (%)";
  figure.guides = {{FigureGuide::Kind::Diagonal, 0, 0, "As sure"}};
  figure.series = {{"To the teacher", Role::Teacher, {}, {}}, {"To the frozen student", Role::Student, {}, {}}};
  for (const bool toTeacher : {true, false}) {
    FigureSeries& series = figure.series[toTeacher ? 0 : 1];
    for (std::size_t i = 0; i < partition.at("index").size(); ++i) {
      const double teacher = partition.at("teacher").at(reading.key)[i],
                   student = partition.at("student").at(reading.key)[i];
      if ((teacher > student) != toTeacher) continue;
      figure.labels.push_back("Image " + std::to_string(partition.at("index")[i].get<std::size_t>()) + ", " +
                              classOf(report, partition.at("label")[i]));
      figure.details.push_back("teacher " + percentString(teacher) + ", student " + percentString(student));
      series.x.push_back(kPercent * student);
      series.y.push_back(kPercent * teacher);
    }
  }
  const auto taught = std::ssize(figure.series[0].y), shown = std::ssize(figure.labels);
  const auto samples = report.at("evaluation").at("samples").get<std::int64_t>();
  figure.sentence = "Of " + countedText(shown, "image", "images") +
                    (shown < samples ? " picked evenly from " + groupedText(samples) : std::string()) + ", " +
                    groupedText(taught) + " would follow " + nameOf(pair) + ", the other " +
                    groupedText(shown - taught) + " the frozen student.";
  return figure;
}

}  // namespace

std::vector<Figure> pairFigures(const Json& report, std::size_t t) {
  std::vector<Figure> figures{outcomesFigure(report, t), flipsFigure(report, t)};
  std::vector<Figure> where{saidInsteadFigure(report, t)};
  for (const auto& reading : kReadings) where.push_back(partitionFigure(report, t, reading));
  for (auto& figure : where) {
    if (!figure.series.empty()) figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace gf
