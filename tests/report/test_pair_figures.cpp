// SPDX-License-Identifier: Apache-2.0
// Figures of a pair and of what a transfer changed, worked by hand where that can be done.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "report/figure.h"
#include "report_material.h"

using namespace gf;
using namespace gf::test;

namespace {

using Ids = std::vector<std::string>;

const Figure& figureOf(const std::vector<Figure>& figures, const std::string& id) {
  const auto found = std::find_if(figures.begin(), figures.end(), [&](const Figure& f) { return f.id == id; });
  REQUIRE(found != figures.end());
  return *found;
}

/// A pair of models of four samples, two classes each knows of a little: everything can be worked out by hand.
Material tiny() {
  Material m;
  makeMaterial({.name = "x", .samples = 4, .classes = 3}, m);
  m.input.classNames = {"shirt", "dress", "bag"};
  m.input.truth = {0, 0, 1, 2};
  m.input.teacherPredictions[0].predicted = {0, 0, 1, 1};
  m.input.studentBefore.predicted = {1, 1, 2, 2};
  // Softmax of {ln 2, 0, 0} is {1/2, 1/4, 1/4}.
  const float two = std::log(2.0F);
  m.input.teacherPredictions[0].logits = {two, 0, 0, two, 0, 0, 0, two, 0, 0, two, 0};
  m.input.studentBefore.logits = {0, two, 0, 0, two, 0, 0, 0, two, 0, 0, two};
  return m;
}

}  // namespace

TEST_CASE("what was said instead, and who teaches whom, worked out by hand") {
  const Material m = tiny();
  const auto report = buildReport(m.input);
  const auto& pair = report.at("before").at("teachers")[0];
  using Json = nlohmann::ordered_json;
  CHECK(pair.at("said_instead").at("positive") ==
        Json::parse(R"({"flips": 3, "pairs": 2, "largest": [{"truth": 0, "said": 1, "samples": 2},
                                                             {"truth": 1, "said": 2, "samples": 1}]})"));
  CHECK(pair.at("said_instead").at("negative").at("largest") ==
        Json::parse(R"([{"truth": 2, "said": 1, "samples": 1}])"));
  CHECK(pair.at("partition").at("index") == Json({0, 1, 2, 3}));
  const std::vector<double> teacher = pair.at("partition").at("teacher").at("label");
  const std::vector<double> student = pair.at("partition").at("student").at("label");
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(teacher[i] == doctest::Approx(i < 3 ? 0.5 : 0.25).epsilon(1e-7));
    CHECK(student[i] == doctest::Approx(i < 3 ? 0.25 : 0.5).epsilon(1e-7));
  }
  CHECK(pair.at("mcnemar_p").get<double>() == doctest::Approx(0.625));  // 2 · (1 + 4) / 16
  const auto figures = figuresOf(report, {});
  const auto& said = figureOf(figures, "said-instead");
  CHECK(said.labels == Ids{"shirt → dress", "dress → bag"});
  CHECK(said.sentence == "Most often the student took shirt for dress: 2 of 3 positive flips (66.7 %).");
  CHECK(said.series[0].y == std::vector<double>{2, 1});
  CHECK(toCsv(said).starts_with("Truth → what the student said,Positive flips (images),Detail\r\n"));
  const auto& partition = figureOf(figures, "partition");
  CHECK(partition.paper == "Fig. 3");
  CHECK(partition.series[0].y.size() == 3);
  CHECK(partition.labels.back() == "Image 3, bag");
  CHECK(partition.sentence == "Of 4 images, 3 would follow tops/résnet, the other 1 the frozen student.");
  // Both are as sure of their own answers everywhere: ties stay with the student.
  CHECK(figureOf(figures, "partition-unsup").series[0].y.empty());
}

TEST_CASE("logits that are no numbers have no partition") {
  Material m = tiny();
  m.input.studentBefore.logits.own()[4] = NAN;
  const auto pair = buildReport(m.input).at("before").at("teachers")[0];
  CHECK(pair.at("partition").is_null());
  CHECK(pair.at("partition_reason") == "a model's logits are not finite");
}

TEST_CASE("gain against loss, and how much arrived") {
  Material m;
  makeMaterial({.name = "t", .samples = 3000, .classes = 40, .transferred = true}, m);
  const auto figures = figuresOf(buildReport(m.input), {});
  const auto& trade = figureOf(figures, "gain-against-loss");
  CHECK(trade.paper == "Fig. 7");
  CHECK(trade.labels.size() == 41);
  CHECK(trade.labels.back() == "All images");
  CHECK(trade.series.back().size == std::vector<double>{4});
  for (std::size_t s = 0; s + 1 < trade.series.size(); ++s) {
    for (std::size_t i = 0; i < trade.series[s].y.size(); ++i) {
      const double net = trade.series[s].y[i] - trade.series[s].x[i];
      CHECK((trade.series[s].role == Role::Gain ? net > 0 : trade.series[s].role == Role::Loss ? net < 0 : net == 0));
    }
  }
  const auto& rate = figureOf(figures, "transfer-rate");
  CHECK(rate.labels == Ids{"Top 2 %", "Top 5 %", "Top 10 %", "Top 20 %", "Top 50 %", "All"});
  CHECK(rate.series[1].low.size() == 6);
  CHECK(rate.details.back().find("positive flips") != std::string::npos);
}

TEST_CASE("columns: ends of intervals in columns of their own") {
  Figure figure;
  figure.kind = FigureKind::Columns;
  figure.labels = {"Top 2 %", "Top 5 %"};
  figure.details = {"1 class", "2 classes"};
  figure.series = {{"Similarity", Role::Gain, {}, {NAN, 41.25}}, {"Chance", Role::Neutral, {}, {0, 0.5}}};
  figure.series[0].low = {NAN, -30};
  figure.series[0].high = {NAN, 33};
  figure.series[0].band = true;
  figure.series[1].low = {NAN, NAN};
  figure.guides = {{FigureGuide::Kind::Horizontal, 1, 1, "One"}, {FigureGuide::Kind::Horizontal, 0.02, 0.6, "Floor"}};
  CHECK(toCsv(figure) ==
        "Name,Similarity,Similarity (low),Similarity (high),Chance,Detail\r\nTop 2 %,,,,0.0,1 class\r\n"
        "Top 5 %,41.25,-30.0,33.0,0.5,2 classes\r\n");
  const auto json = toJson(figure);
  CHECK(json.at("kind") == "columns");
  CHECK_FALSE(json.contains("paper"));
  CHECK_FALSE(json.contains("scale"));
  CHECK(json.at("series")[0].at("low")[1] == -30);
  CHECK(json.at("series")[0].at("band") == true);
  CHECK_FALSE(json.at("series")[0].contains("x"));
  CHECK_FALSE(json.at("series")[1].contains("band"));
  CHECK(json.at("guides")[0] == nlohmann::ordered_json({{"kind", "horizontal"}, {"from", 1.0}, {"label", "One"}}));
  CHECK(json.at("guides")[1].at("to") == 0.6);
  // JSON has no NaN.
  CHECK(nlohmann::json::parse(json.dump()).at("series")[0].at("y")[0].is_null());
}

TEST_CASE("scatter: a row per point, one series after the other") {
  Figure figure;
  figure.kind = FigureKind::Scatter;
  figure.paper = "Fig. 1a";
  figure.xTitle = "Difference (points)";
  figure.yTitle = "Positive flips (%)";
  figure.labels = {"a, b", "c", "d"};
  figure.details = {"", "10 images", ""};
  figure.series = {{"CNN", Role::Neutral, {1, -2}, {3, 4.5}}, {"MLP", Role::Neutral, {0}, {NAN}}};
  figure.guides = {{FigureGuide::Kind::Diagonal, 0, 0, "Equal"}, {FigureGuide::Kind::Vertical, 0, 0, "Same"}};
  CHECK(toCsv(figure) ==
        "Name,Series,Difference (points),Positive flips (%),Detail\r\n\"a, b\",CNN,1.0,3.0,\r\nc,CNN,-2.0,4.5,10 "
        "images\r\nd,MLP,0.0,,\r\n");
  const auto json = toJson(figure);
  CHECK(json.at("kind") == "scatter");
  CHECK(json.at("paper") == "Fig. 1a");
  CHECK(json.at("labels").size() == 3);
  CHECK(json.at("series")[0].at("x") == std::vector<double>{1, -2});
  CHECK(json.at("guides")[0] == nlohmann::ordered_json({{"kind", "diagonal"}, {"label", "Equal"}}));
  CHECK(json.at("guides")[1].at("kind") == "vertical");
  figure.labels.clear();
  figure.details.clear();
  figure.valueTitle = "Flips";
  figure.series[0].size = {7};
  CHECK(toCsv(figure) ==
        "Series,Difference (points),Positive flips (%),Flips\r\nCNN,1.0,3.0,7.0\r\nCNN,-2.0,4.5,\r\nMLP,0.0,,\r\n");
  CHECK(toJson(figure).at("series")[0].at("size") == std::vector<double>{7});
}

TEST_CASE("class map and matrix: scale, names of columns, dendrogram") {
  Figure grid;
  grid.kind = FigureKind::Grid;
  grid.scale = FigureScale::Sequential;
  grid.yTitle = "Class";
  grid.valueTitle = "Positive flips (%)";
  grid.labels = {"Bag", "-Coat"};
  grid.series = {{"Flips", Role::Gain, {}, {1.5, NAN}}};
  CHECK(toCsv(grid) == "Class,Positive flips (%)\r\nBag,1.5\r\n'-Coat,\r\n");
  CHECK(toJson(grid).at("kind") == "grid");
  CHECK(toJson(grid).at("scale") == "sequential");
  Figure matrix = grid;
  matrix.kind = FigureKind::Heat;
  matrix.namedColumns = true;
  matrix.merges = {{0, 1, 0.25}};
  matrix.series.push_back({"Other", Role::Neutral, {}, {2, 3}});
  CHECK(toCsv(matrix) == "Class,Flips,Other\r\nBag,1.5,2.0\r\n'-Coat,,3.0\r\n");
  const auto json = toJson(matrix);
  CHECK(json.at("named_columns") == true);
  CHECK(json.at("merges")[0] == nlohmann::ordered_json({{"a", 0}, {"b", 1}, {"height", 0.25}}));
  CHECK_FALSE(json.at("series")[0].contains("x"));
}
