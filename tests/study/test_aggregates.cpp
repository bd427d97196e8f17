// SPDX-License-Identifier: Apache-2.0
// Aggregates against the sample's study, whose tables plain Python made (resources/sample/study_report.py), and by
// hand.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "study/aggregates.h"
#include "study_material.h"

using namespace gf;
using namespace gf::test;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
const std::string kStudy = GF_SOURCE_RESOURCES "/sample/study/";

/// The rows of the study's main part as cells; columns that share a method differ in τ.
std::vector<StudyCell> sampleCells() {
  std::istringstream lines(readFile(kStudy + "results.csv", 1 << 22));
  std::string line;
  std::getline(lines, line);
  std::vector<StudyCell> cells;
  while (std::getline(lines, line)) {
    std::vector<std::string> row;
    std::istringstream words(line);
    for (std::string word; std::getline(words, word, ',');) row.push_back(word);
    if (row[0] != "study") continue;
    const auto number = [&](std::size_t i) { return std::stod(row[i]); };
    StudyCell made = cell(model(row[2], number(8), row[4]), model(row[3], number(9)), number(13));
    made.options.seed = std::stoull(row[5]);
    made.from = line;
    made.gain = number(11);
    made.loss = number(12);
    for (const Method method : kAllMethods) {
      if (row[1].starts_with(idOf(method))) made.options.method = method;
    }
    if (row[1] == "kl-dp") made.options.method = Method::KlDp;
    if (row[1] == "xe-kl-mcl-scaled") made.options.mclTau = 0.98;
    cells.push_back(std::move(made));
  }
  return cells;
}

/// Columns of the summary by setting.
const std::map<std::string, std::string> kColumns{{"KL-Dist", "kl"},
                                                  {"XE-KL", "xe-kl"},
                                                  {"XE-KL+MCL, τ 0.9999", "xe-kl-mcl"},
                                                  {"XE-KL+MCL, τ 0.98", "xe-kl-mcl-scaled"},
                                                  {"KL+DP", "kl-dp"},
                                                  {"KL+DP (unsupervised)", "kl-dp-unsup"}};

std::vector<double> deltasOf(const std::vector<PairResult>& pairs) {
  std::vector<double> deltas;
  for (const auto& pair : pairs) deltas.push_back(pair.delta);
  return deltas;
}

}  // namespace

TEST_CASE("success rates, bins and means of the sample's study are those of its Python") {
  const StudyTable study = studyTable(sampleCells(), "study");
  const auto summary = nlohmann::json::parse(readFile(kStudy + "summary.json", 1 << 22)).at("columns");
  REQUIRE(study.settings.size() == 6);
  CHECK(study.missing.empty());
  CHECK(study.selfPairs.empty());
  CHECK(study.seeds == std::vector<std::uint64_t>{0, 1, 2});
  for (std::size_t s = 0; s < 6; ++s) {
    CAPTURE(study.settingNames[s]);
    const auto& expected = summary.at(kColumns.at(study.settingNames[s]));
    const auto pairs = study.pairsOf(s);
    REQUIRE(pairs.size() == 40);
    const SuccessRates rates = successRates(pairs);
    for (const auto& each : rates.students) {
      CHECK(each.rate() ==
            doctest::Approx(expected.at("per_student").at(study.models[each.student].name).get<double>()));
    }
    const auto& five = expected.at("students_five_numbers");
    CHECK(rates.overStudents.least == doctest::Approx(five[0].get<double>()));
    CHECK(rates.overStudents.lower == doctest::Approx(five[1].get<double>()));
    CHECK(rates.overStudents.median == doctest::Approx(five[2].get<double>()));
    CHECK(rates.overStudents.upper == doctest::Approx(five[3].get<double>()));
    CHECK(rates.overStudents.most == doctest::Approx(five[4].get<double>()));
    const auto& all = expected.at("by_sign").at("all");
    CHECK(static_cast<double>(rates.successes) / 40 == doctest::Approx(all.at("success").get<double>()));
    REQUIRE(rates.overSeeds);
    CHECK(rates.overSeeds->mean == doctest::Approx(all.at("success_per_seed")[0].get<double>()));
    CHECK(rates.overSeeds->deviation == doctest::Approx(all.at("success_per_seed")[1].get<double>()).epsilon(1e-9));
    CHECK(meanStd(deltasOf(pairs)).mean == doctest::Approx(all.at("mean_delta")[0].get<double>()));

    const std::vector<double> edges{-kInfinite, -0.10, -0.05, 0, 0.05, kInfinite};
    const auto bins = binnedDeltas(pairs, edges);
    REQUIRE(bins.size() == expected.at("bins").size());
    for (std::size_t b = 0; b < bins.size(); ++b) {
      const auto& bin = expected.at("bins")[b];
      CHECK(bins[b].pairs == bin.at("pairs").get<std::size_t>());
      CHECK(bins[b].bestQuarter == doctest::Approx(bin.at("best_quarter").get<double>()));
      CHECK(bins[b].mean == doctest::Approx(bin.at("mean").get<double>()));
      CHECK(bins[b].median == doctest::Approx(bin.at("median").get<double>()));
    }
  }
}

TEST_CASE("the identity holds in every mean: gain − loss is the delta") {
  for (const auto& pair : studyTable(sampleCells(), "study").pairs) {
    CHECK(pair.gain - pair.loss == doctest::Approx(pair.delta).epsilon(1e-9));
  }
}

TEST_CASE("a mean of seeds that is zero is no success, whatever rounding leaves") {
  // 0.0002 − 0.0001 − 0.0001, whose mean may come out above zero.
  const auto student = model("s", 0.8), teacher = model("t", 0.7);
  std::vector<StudyCell> cells{cell(student, teacher, 0.3, Method::KlDp, 0),
                               cell(student, teacher, -0.1, Method::KlDp, 1),
                               cell(student, teacher, -0.2, Method::KlDp, 2)};
  CHECK(successRates(studyTable(cells, "x").pairs).successes == 0);
  cells[0] = cell(student, teacher, 0.3001, Method::KlDp, 0);
  CHECK(successRates(studyTable(cells, "x").pairs).successes == 1);
}

TEST_CASE("what does not fit into the grid is named") {
  const auto a = model("a", 0.8), b = model("b", 0.7), c = model("c", 0.9);
  std::vector<StudyCell> cells{cell(a, b, 0.01), cell(a, c, 0.02), cell(b, c, 0.03), cell(c, c, 0.5),
                               cell(a, b, 0.02, Method::Kl, 1)};
  cells.push_back(cell(a, b, 0.4));  // the same pair, method and seed again
  cells.back().from = "again";
  cells.push_back(cell(a, b, 0.4));
  cells.back().data = "other images";
  cells.back().from = "elsewhere";
  const StudyTable study = studyTable(cells, "x");
  CHECK(study.data == "images");
  CHECK(study.settingNames == std::vector<std::string>{"KL-Dist", "KL+DP"});
  CHECK(study.selfPairs == std::vector<std::string>{"KL+DP: c → c"});
  CHECK(study.leftOut == std::vector<std::string>{"elsewhere: evaluated on other data (other images)",
                                                  "again: repeats runs/b-a-kl-dp-0"});
  // Students a and b, teachers b and c: b → b is a self-pair and never missing.
  REQUIRE(study.missing.size() == 2);
  CHECK(study.missing[0].pairs == "b → a (seed 0), c → a, c → b");
  CHECK(study.missing[0].missing == 3);
  CHECK(study.missing[0].all == 3);
  CHECK(study.missing[1].pairs == "b → a (seed 1), c → a (seed 1), c → b (seed 1)");
  CHECK(study.pairsOf(1).size() == 3);
  CHECK_THROWS_AS(studyTable({cell(c, c, 0.5)}, "x"), Error);
  CHECK_THROWS_AS(studyTable({}, "x"), Error);
}

TEST_CASE("settings: what decides the result tells them apart, place and pace do not") {
  TransferOptions plain, other;
  other.seed = 7;
  other.device = "cpu";
  other.threads = 3;
  other.saveEvery = 0.5;
  other.mclTau = 0.5;  // does not act on KL+DP
  other.lambda = 1;    // the default, written out
  CHECK(settingOf(plain) == settingOf(other));
  other.learningRate = 0.001;
  CHECK_FALSE(settingOf(plain) == settingOf(other));
  TransferOptions kl;
  kl.method = Method::Kl;
  CHECK(settingNames({settingOf(plain), settingOf(other), settingOf(kl)}) ==
        std::vector<std::string>{"KL+DP, lr 0.0001", "KL+DP, lr 0.001", "KL-Dist"});
}

TEST_CASE("two models of one name stay apart") {
  StudyModel twin = model("a", 0.6);
  twin.sha256 = "another";
  const StudyTable study = studyTable({cell(model("a", 0.8), twin, 0.01)}, "x");
  CHECK(study.pairName(study.pairs[0]) == "a (2) → a");
}

TEST_CASE("best quarter, mean and median of a bin by hand") {
  const auto s = model("s", 0.5);
  std::vector<StudyCell> cells;
  for (int i = 0; i < 5; ++i) cells.push_back(cell(s, model("t" + std::to_string(i), 0.5 + 0.01 * i), 0.01 * i));
  const auto pairs = studyTable(cells, "x").pairs;
  const auto edges = equalWidths(pairs, 2);
  REQUIRE(edges.size() == 3);
  CHECK(edges[1] == doctest::Approx(0.02));
  const auto bins = binnedDeltas(pairs, std::vector<double>{0, 0.015, 0.04 + 1e-9});
  REQUIRE(bins.size() == 2);
  CHECK(bins[0].pairs == 2);
  CHECK(bins[1].pairs == 3);
  CHECK(bins[1].bestQuarter == doctest::Approx(0.04));  // ceil(3 / 4) = 1
  CHECK(bins[1].mean == doctest::Approx(0.03));
  CHECK(bins[1].gap == doctest::Approx(0.03));
  CHECK(bins[0].median == doctest::Approx(0.005));
}

TEST_CASE("transfer rates by family, over pairs that have flips") {
  std::vector<StudyCell> cells{cell(model("a", 0.8, "CNN"), model("t", 0.7), 0.01),
                               cell(model("b", 0.8, "CNN"), model("t", 0.7), 0.01),
                               cell(model("c", 0.8, ""), model("t", 0.7), 0.01)};
  cells[0].rates = {{2, 0.9, 0.8}, {100, 0.5, 0.4}};
  cells[1].rates = {{2, std::nullopt, std::nullopt}, {100, 0.3, 0.2}};
  cells[2].rates = {{2, 0.6, 0.6}, {100, 1.2, 0.7}};
  const StudyTable study = studyTable(cells, "x");
  const auto rates = ratesByFamily(study, study.pairs);
  REQUIRE(rates.size() == 4);
  CHECK(rates[0].family == "CNN");
  CHECK(rates[0].percent == 2);
  CHECK(rates[0].pairs == 1);
  CHECK(rates[0].paper.mean == doctest::Approx(0.9));
  CHECK(rates[1].percent == 100);
  CHECK(rates[1].paper.mean == doctest::Approx(0.4));
  CHECK(rates[1].paper.deviation == doctest::Approx(0.1));
  CHECK(rates[1].strict.mean == doctest::Approx(0.3));
  CHECK(rates[3].family == "other");
  CHECK(rates[3].paper.mean == doctest::Approx(1.2));
  const auto means = studentMeans(study.pairs);
  CHECK(means[0].paperRate->mean == doctest::Approx(0.5));
  CHECK(means[0].teachers == 1);
}

TEST_CASE("students alike but for one property") {
  // CNNs of 1, 1.4 and 9 M; an MLP. By accuracy: a and b are alike in size. By size: b and c in accuracy.
  const auto t = model("t", 0.9);
  const auto a = model("a", 0.70, "CNN", 1'000'000), b = model("b", 0.80, "CNN", 1'400'000);
  const auto c = model("c", 0.815, "CNN", 9'000'000), d = model("d", 0.80, "MLP", 1'000'000);
  const StudyTable study = studyTable({cell(b, t, 0.02), cell(a, t, 0.01), cell(c, t, 0.04), cell(d, t, 0.03)}, "x");
  const auto means = studentMeans(study.pairs);
  const auto names = [&](const AlikeStudents& group) {
    std::string text = group.family + ":";
    for (const std::size_t i : group.means) text += " " + study.models[means[i].student].name;
    return text;
  };
  const auto byAccuracy = alikeStudents(study, means, StudentProperty::Accuracy);
  REQUIRE(byAccuracy.size() == 1);
  CHECK(names(byAccuracy[0]) == "CNN: a b");
  const auto bySize = alikeStudents(study, means, StudentProperty::Parameters);
  REQUIRE(bySize.size() == 1);
  CHECK(names(bySize[0]) == "CNN: b c");
  // Four students by size: a and d (the order they came: a, d), b, c; thirds hold 2, 1 and 1.
  const auto sizes = sizeMeans(study, means);
  REQUIRE(sizes.size() == 4);
  CHECK(sizes[0].family == "CNN");
  CHECK(sizes[0].size == 0);
  CHECK(sizes[0].delta.mean == doctest::Approx(0.01));
  CHECK(sizes[2].size == 2);
  CHECK(sizes[2].delta.mean == doctest::Approx(0.04));
  CHECK(sizes[3].family == "MLP");
}

TEST_CASE("several teachers beside each alone (tables 4 and 9)") {
  const auto s = model("s", 0.8), t = model("t", 0.7), u = model("u", 0.75);
  std::vector<StudyCell> cells{cell(s, t, 0.02), cell(s, u, -0.01)};
  for (const auto& [mode, delta] : {std::pair{TeacherMode::Sequential, 0.04}, {TeacherMode::Soup, 0.01}}) {
    StudyCell team = cell(s, u, delta);
    team.teachers.push_back(t);
    team.options.teachers = mode;
    team.from += std::string(idOf(mode));
    cells.push_back(team);
  }
  const StudyTable study = studyTable(cells, "x");
  const auto teams = teamSummaries(study);
  REQUIRE(teams.size() == 1);
  CHECK(teams[0].singles == 2);
  CHECK(teams[0].singleMean.value() == doctest::Approx(0.005));
  CHECK(teams[0].singleLeast.value() == doctest::Approx(-0.01));
  CHECK(teams[0].singleMost.value() == doctest::Approx(0.02));
  CHECK(teams[0].sequential.value() == doctest::Approx(0.04));
  CHECK_FALSE(teams[0].parallel.has_value());
  CHECK(teams[0].soup.value() == doctest::Approx(0.01));
}

TEST_CASE("mean routing over the pairs that have one") {
  auto first = cell(model("s", 0.8), model("t", 0.7), 0.01), second = cell(model("s", 0.8), model("u", 0.7), 0.01);
  first.routedPositive = 0.8;
  first.routedNegative = 0.1;
  const StudyTable study = studyTable({first, second}, "x");
  const auto routing = meanRouting(study.pairs);
  REQUIRE(routing);
  CHECK(routing->pairs == 1);
  CHECK(routing->positive == doctest::Approx(0.8));
  CHECK_FALSE(meanRouting(studyTable({second}, "x").pairs).has_value());
}
