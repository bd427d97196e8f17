// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "report/figure.h"
#include "report/json_text.h"
#include "report_material.h"

using namespace gf;
using namespace gf::test;

namespace {

std::vector<Figure> figuresFor(const Plan& plan) {
  Material m;
  makeMaterial(plan, m);
  std::vector<nlohmann::json> metrics;
  if (plan.transferred) {
    for (const auto& each : m.outcome.evaluations) metrics.emplace_back(toJson(each));
    for (const auto& each : m.steps) metrics.emplace_back(toJson(each));
  }
  return figuresOf(buildReport(m.input), metrics);
}

std::vector<std::string> idsOf(const std::vector<Figure>& figures) {
  std::vector<std::string> ids;
  for (const auto& each : figures) ids.push_back(each.id);
  return ids;
}

const Figure& figureOf(const std::vector<Figure>& figures, const std::string& id) {
  const auto found = std::find_if(figures.begin(), figures.end(), [&](const Figure& f) { return f.id == id; });
  REQUIRE(found != figures.end());
  return *found;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("which figures a report has") {
  const Ids pair{"outcomes", "flips", "said-instead", "partition", "partition-unsup"};
  const auto with = [](Ids ids, const Ids& more) {
    ids.insert(ids.end(), more.begin(), more.end());
    return ids;
  };
  CHECK(idsOf(figuresFor({.name = "c"})) == pair);
  CHECK(idsOf(figuresFor({.name = "n", .logits = false})) == Ids{"outcomes", "flips", "said-instead"});
  CHECK(idsOf(figuresFor({.name = "n", .teacherSkill = 0, .logits = false})) == Ids{"outcomes", "flips"});
  CHECK(idsOf(figuresFor({.name = "t", .transferred = true})) ==
        with(pair, {"class-changes", "gain-against-loss", "transfer-rate", "routing", "gain-loss", "classes-over-time",
                    "objective", "routing-live", "weight-distance", "speed", "memory"}));
  CHECK(idsOf(figuresFor({.name = "k", .transferred = true, .method = Method::Kl})) ==
        with(pair, {"class-changes", "gain-against-loss", "transfer-rate", "gain-loss", "classes-over-time",
                    "objective", "weight-distance", "speed", "memory"}));
  CHECK(idsOf(figuresFor(
            {.name = "s", .teachers = 2, .transferred = true, .method = Method::Kl, .mode = TeacherMode::Soup})) ==
        Ids{"outcomes-twin-",
            "flips-twin-",
            "said-instead-twin-",
            "partition-twin-",
            "partition-unsup-twin-",
            "outcomes-twin--2",
            "flips-twin--2",
            "said-instead-twin--2",
            "partition-twin--2",
            "partition-unsup-twin--2",
            "class-changes",
            "gain-against-loss",
            "transfer-rate",
            "gain-loss",
            "classes-over-time",
            "interpolation",
            "objective",
            "weight-distance",
            "speed",
            "memory"});
}

TEST_CASE("what an earlier program did not write is left out") {
  Material m;
  makeMaterial({.name = "t", .transferred = true}, m);
  std::vector<nlohmann::json> metrics;
  for (const auto& each : m.outcome.evaluations) {
    metrics.emplace_back(toJson(each));
    for (const char* key : {"stage", "weight_distance", "class_gained", "class_lost"}) metrics.back().erase(key);
  }
  for (const auto& each : m.steps) {
    metrics.emplace_back(toJson(each));
    for (const char* key : {"stage", "routing", "adapting_routing", "lr", "gradient_norm", "memory_bytes"}) {
      metrics.back().erase(key);
    }
  }
  const auto report = readReport(std::filesystem::path(GF_TEST_DATA) / "revision-0-run.json");
  CHECK(idsOf(figuresOf(report, metrics)) == Ids{"outcomes", "flips", "class-changes", "gain-against-loss",
                                                 "transfer-rate", "routing", "gain-loss", "objective", "speed"});
}

TEST_CASE("a routing figure for each teacher, marks where stages begin") {
  const auto sequential = figuresFor({.name = "s", .teachers = 3, .transferred = true});
  const auto ids = idsOf(sequential);
  CHECK(std::count_if(ids.begin(), ids.end(), [](const std::string& id) { return id.starts_with("routing-twin"); }) ==
        3);
  const auto& gainLoss = figureOf(sequential, "gain-loss");
  REQUIRE(gainLoss.marks.size() == 3);
  CHECK(gainLoss.marks[0].x == 0);
  CHECK(gainLoss.marks[2].x == 4);
  CHECK(gainLoss.marks[1].label == "twin:α");
  const auto& live = figureOf(sequential, "routing-live");
  CHECK(live.marks.size() == 3);
  CHECK(live.series.front().x == std::vector<double>{1, 2, 3, 4, 5, 6});
  const auto parallel = figuresFor({.name = "p", .teachers = 2, .transferred = true, .mode = TeacherMode::Parallel});
  CHECK(figureOf(parallel, "gain-loss").marks.empty());
  CHECK(figureOf(parallel, "routing-live-twin-").title == "Whom the samples follow: twin:α");
  CHECK_NOTHROW(figureOf(parallel, "routing-live-twin--2"));
}

TEST_CASE("several teachers: ids are unique and fit for file names") {
  const auto ids = idsOf(figuresFor({.name = "c", .teachers = 3}));
  CHECK(ids.size() == 15);
  CHECK(std::set(ids.begin(), ids.end()).size() == 15);
  CHECK(ids[0] == "outcomes-twin-");
  CHECK(ids[6] == "flips-twin--2");
  for (const auto& id : ids) CHECK(id.find_first_of("/:\\ ") == std::string::npos);
}

TEST_CASE("every figure is consistent in itself") {
  for (const auto& plan : allPlans()) {
    for (const auto& figure : figuresFor(plan)) {
      CAPTURE(plan.name + " " + figure.id);
      CHECK((figure.details.empty() || figure.details.size() == figure.labels.size()));
      CHECK_FALSE(figure.sentence.empty());
      CHECK(figure.sentence.back() == '.');
      std::size_t points = 0;
      for (const auto& series : figure.series) points += series.y.size();
      if (figure.kind == FigureKind::Scatter) CHECK(points == figure.labels.size());
      for (const auto& series : figure.series) {
        const bool placed = figure.kind == FigureKind::Lines || figure.kind == FigureKind::Scatter;
        const bool named = figure.kind == FigureKind::Bars || figure.kind == FigureKind::Columns;
        if (placed) CHECK(series.x.size() == series.y.size());
        if (named) CHECK(series.y.size() == figure.labels.size());
        CHECK((series.size.empty() || series.size.size() == series.y.size()));
        CHECK((series.low.empty() || series.low.size() == series.y.size()));
        for (std::size_t i = 0; i < series.low.size(); ++i) {
          CHECK(series.low[i] <= series.y[i] + 1e-9);
          CHECK(series.high[i] >= series.y[i] - 1e-9);
        }
        if (figure.kind == FigureKind::Stack) CHECK(series.y.size() == 1);
        if (figure.kind == FigureKind::Heat) {
          CHECK(series.x.size() == 1);
          CHECK(series.y.size() == figure.labels.size());
          CHECK(series.notes.size() == figure.labels.size());
        }
      }
      if (figure.kind != FigureKind::Stack) continue;
      double sum = 0;
      for (const auto& series : figure.series) sum += series.y[0];
      CHECK(sum == doctest::Approx(100).epsilon(1e-12));
    }
  }
}

TEST_CASE("flips fall from left to right, changes by net") {
  const auto figures =
      figuresFor({.name = "t", .samples = 3000, .classes = 40, .emptyClass = true, .transferred = true});
  const auto& flips = figureOf(figures, "flips");
  CHECK(flips.labels.size() == 39);  // the class without samples has no share
  CHECK(std::is_sorted(flips.series[0].y.rbegin(), flips.series[0].y.rend()));
  const auto& changes = figureOf(figures, "class-changes");
  std::vector<double> net;
  for (std::size_t i = 0; i < changes.labels.size(); ++i) {
    net.push_back(changes.series[0].y[i] - changes.series[1].y[i]);
  }
  for (double& change : net) change = std::abs(change);  // of many classes those that changed most come first
  CHECK(std::is_sorted(net.rbegin(), net.rend()));
  CHECK(changes.sentence.ends_with(" got worse; those that changed most come first."));
  const auto few = figuresFor({.name = "t", .samples = 3000, .classes = 20, .transferred = true});
  const auto& inView = figureOf(few, "class-changes");
  net.clear();
  for (std::size_t i = 0; i < inView.labels.size(); ++i) {
    net.push_back(inView.series[0].y[i] - inView.series[1].y[i]);
  }
  CHECK(std::is_sorted(net.rbegin(), net.rend()));
  CHECK(net.back() < 0);
  CHECK(inView.sentence.ends_with(" got worse."));
}

TEST_CASE("gain, loss and delta over epochs against the student's start") {
  const auto figures = figuresFor({.name = "t", .transferred = true});
  const auto& figure = figureOf(figures, "gain-loss");
  CHECK(figure.zeroLine.value() == 0);
  CHECK(figure.zeroLineLabel == "Student's start");
  REQUIRE(figure.series.size() == 3);
  CHECK(figure.series[0].role == Role::Gain);
  CHECK(figure.series[1].role == Role::Loss);
  CHECK(figure.series[2].role == Role::Net);
  CHECK(figure.series[0].x == std::vector<double>{0, 2});
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(figure.series[2].y[i] == doctest::Approx(figure.series[0].y[i] - figure.series[1].y[i]));
  }
}

TEST_CASE("the objective shows its terms once") {
  const auto namesFor = [](Method method) {
    std::vector<std::string> names;
    const auto figures = figuresFor({.name = "t", .transferred = true, .method = method});
    for (const auto& series : figureOf(figures, "objective").series) names.push_back(series.name);
    return names;
  };
  CHECK(namesFor(Method::Kl) == Ids{"KL"});
  CHECK(namesFor(Method::XeKl) == Ids{"Total", "KL", "Cross-entropy"});
  CHECK(namesFor(Method::Crd) == Ids{"Total", "CRD", "Cross-entropy"});
  CHECK(namesFor(Method::Ce) == Ids{"Soft cross-entropy"});
}

TEST_CASE("files of JSON hold lists of numbers on one line, and nothing else than before") {
  const auto json = nlohmann::ordered_json::parse(
      R"({"id": "a\"b", "y": [1.5, null, -2], "series": [{"name": "x", "x": []}, [[1], [2]]], "none": {}})");
  CHECK(
      fileText(json) ==
      "{\n \"id\": \"a\\\"b\",\n \"y\": [1.5,null,-2],\n \"series\": [\n  {\n   \"name\": \"x\",\n   \"x\": []\n  },\n"
      "  [\n   [1],\n   [2]\n  ]\n ],\n \"none\": {}\n}\n");
  CHECK(nlohmann::ordered_json::parse(fileText(json)) == json);
  CHECK(fileText("\xff").find("\xff") == std::string::npos);  // a name from a disk need not be UTF-8
}

TEST_CASE("CSV as RFC 4180 has it") {
  Figure bars;
  bars.kind = FigureKind::Bars;
  bars.xTitle = "Class";
  bars.labels = {"plain", "a,b", "say \"x\"", "two\nlines", "=1+1"};
  bars.details = {"1 of 2", "", "", "", ""};
  bars.series = {{"Share", Role::Gain, {}, {50, 0.1, 1e-7, 1, 2}}};
  CHECK(toCsv(bars) ==
        "Class,Share (%),Detail\r\nplain,50.0,1 of 2\r\n\"a,b\",0.1,\r\n\"say "
        "\"\"x\"\"\",1e-07,\r\n\"two\nlines\",1.0,\r\n"
        "'=1+1,2.0,\r\n");
  Figure lines;
  lines.xTitle = "Epochs";
  lines.series = {{"Gain", Role::Gain, {0, 1}, {0, 2}}, {"Total", Role::Net, {0.5, 1}, {3, 4}}};
  CHECK(toCsv(lines) == "Epochs,Gain,Total\r\n0.0,0.0,\r\n0.5,,3.0\r\n1.0,2.0,4.0\r\n");
  lines.series = {{"Gain", Role::Gain, {0, 1, 1}, {0, 2, 5}}, {"Total", Role::Net, {1}, {4}}};
  CHECK(toCsv(lines) == "Epochs,Gain,Total\r\n0.0,0.0,\r\n1.0,2.0,4.0\r\n1.0,5.0,\r\n");
  Figure heat;
  heat.kind = FigureKind::Heat;
  heat.xTitle = "Epochs";
  heat.yTitle = "Class";
  heat.labels = {"Bag", "Coat"};
  heat.details = {"learned 1", "forgot 2"};
  heat.series = {{"Epoch 1", Role::Net, {1}, {2.5, -5}}, {"Epoch 2", Role::Net, {2}, {0, NAN}}};
  CHECK(toCsv(heat) == "Class,Epoch 1,Epoch 2,Detail\r\nBag,2.5,0.0,learned 1\r\nCoat,-5.0,,forgot 2\r\n");
  Figure stack;
  stack.kind = FigureKind::Stack;
  stack.xTitle = "Share (%)";
  stack.labels = {"A", "B"};
  stack.series = {{"A", Role::Gain, {}, {25}}, {"B", Role::Loss, {}, {75}}};
  CHECK(toCsv(stack) == "Part,Share (%)\r\nA,25.0\r\nB,75.0\r\n");
}

TEST_CASE("figure JSON names kind, roles and the zero line") {
  const auto figures = figuresFor({.name = "t", .transferred = true});
  const auto json = toJson(figureOf(figures, "gain-loss"));
  CHECK(json.at("kind") == "lines");
  CHECK(json.at("zero_line") == 0);
  CHECK(json.at("series")[1].at("role") == "loss");
  CHECK(json.at("series")[1].at("x").size() == 2);
  CHECK_FALSE(json.contains("marks"));
  CHECK(toJson(figureOf(figures, "outcomes")).at("series")[0].at("role") == "both-right");
  const auto heat = toJson(figureOf(figures, "classes-over-time"));
  CHECK(heat.at("kind") == "heat");
  CHECK(heat.at("value_title") == "Net change (points of the class)");
  CHECK(heat.at("labels").size() == 7);
  CHECK(heat.at("series")[0].at("x") == std::vector<double>{2});
  CHECK(heat.at("series")[0].at("notes").size() == 7);
  const auto stages = figuresFor({.name = "s", .teachers = 2, .transferred = true});
  CHECK(toJson(figureOf(stages, "gain-loss")).at("marks")[1].at("x") == 2);
}
