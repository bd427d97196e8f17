// SPDX-License-Identifier: Apache-2.0
// The study's aggregates on the numbers that the paper prints.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/files.h"
#include "study/aggregates.h"
#include "study/paper.h"
#include "study/ranking.h"
#include "study_material.h"

using namespace gf;
using namespace gf::test;

namespace {

const std::filesystem::path kTables = GF_SOURCE_RESOURCES "/paper/tables.json";
constexpr Method kMethods[] = {Method::Kl, Method::KlDp, Method::KlDpUnsup};
constexpr double kPrinted = 0.0001 + 1e-9;  // one unit of the last printed place

/// Table 7 as a study: 8 students × 4 teachers × 3 methods. Accuracies of the teachers are those of table 6.
StudyTable tableSeven(const PaperTables& paper) {
  const std::map<std::string, double> accuracies{
      {"SWSL-ResNext101", 0.8429}, {"Volo-D2", 0.8519}, {"ResMLP36", 0.7977}, {"CoaT-lite-mini", 0.7909}};
  std::vector<StudyCell> cells;
  for (const auto& student : paper.students) {
    for (const Method method : kMethods) {
      for (std::size_t t = 0; t < paper.teachers.size(); ++t) {
        cells.push_back(cell(model(student.name, student.accuracy, student.family, student.parameters),
                             model(paper.teachers[t], accuracies.at(paper.teachers[t])), student.deltas.at(method)[t],
                             method));
      }
    }
  }
  return studyTable(cells, "table 7");
}

}  // namespace

TEST_CASE("tables 1 and 3 are recomputed from table 7 but for three cells of the paper itself") {
  const PaperTables paper = readPaperTables(kTables);
  const StudyTable study = tableSeven(paper);
  REQUIRE(study.settings.size() == 3);
  REQUIRE(study.students.size() == 8);
  std::size_t agree = 0;
  std::vector<std::string> disagree;
  for (std::size_t s = 0; s < 3; ++s) {
    for (const auto& mean : studentMeans(study.pairsOf(s))) {
      const std::string name = study.models[mean.student].name;
      for (const auto& printed : paper.students) {
        if (printed.name != name) continue;
        const MeanStd expected = printed.printed.at(study.settings[s].method);
        const bool near = std::abs(mean.delta.mean - expected.mean) <= kPrinted &&
                          std::abs(mean.delta.deviation - expected.deviation) <= kPrinted;
        const bool said = std::find(printed.disagrees.begin(), printed.disagrees.end(), study.settings[s].method) !=
                          printed.disagrees.end();
        CHECK_MESSAGE(near != said, name << " " << study.settingNames[s]);
        agree += near ? 1U : 0U;
        if (!near) disagree.push_back(name + " " + study.settingNames[s]);
      }
    }
  }
  CHECK(agree == 21);
  CHECK(disagree == std::vector<std::string>{"XCiT-P16 KL-Dist", "PiT-B KL-Dist", "ResMLP-24 KL+DP (unsupervised)"});
}

TEST_CASE("wins of table 7") {
  const StudyTable study = tableSeven(readPaperTables(kTables));
  const std::map<std::string, std::size_t> wins{{"KL-Dist", 16}, {"KL+DP", 31}, {"KL+DP (unsupervised)", 31}};
  for (std::size_t s = 0; s < study.settings.size(); ++s) {
    const SuccessRates rates = successRates(study.pairsOf(s));
    CHECK(rates.pairs == 32);
    CHECK(rates.successes == wins.at(study.settingNames[s]));
  }
  // By hand: with KL-Dist PiT-XS has three teachers that help, SeNet154 one, the six others two each.
  const SuccessRates kl = successRates(study.pairsOf(0));
  CHECK(kl.overStudents.least == 0.25);
  CHECK(kl.overStudents.lower == 0.5);
  CHECK(kl.overStudents.median == 0.5);
  CHECK(kl.overStudents.most == 0.75);
}

TEST_CASE("table 2 is part of table 7, and names the strongest and the weaker teacher") {
  const PaperTables paper = readPaperTables(kTables);
  REQUIRE(paper.examples.size() == 4);
  for (const auto& example : paper.examples) {
    bool found = false;
    for (const auto& student : paper.students) {
      if (student.name != example.student) continue;
      for (std::size_t t = 0; t < paper.teachers.size(); ++t) {
        if (paper.teachers[t] != example.teacher) continue;
        found = true;
        CHECK(student.deltas.at(Method::KlDp)[t] == doctest::Approx(example.delta));
      }
    }
    CHECK_MESSAGE(found, example.student << " " << example.teacher);
  }
  const StudyTable study = tableSeven(paper);
  const auto extremes = extremePairs(study.pairsOf(1));
  REQUIRE(extremes.size() == 16);  // two for each of eight students
  CHECK(study.pairName(extremes[2]) == "Volo-D2 → PiT-B");
  CHECK(extremes[2].deltaAccuracy == doctest::Approx(0.0275));
  CHECK(study.pairName(extremes[3]) == "CoaT-lite-mini → PiT-B");
}

TEST_CASE("the identity of table 8") {
  std::size_t students = 0;
  for (const auto& student : readPaperTables(kTables).students) {
    REQUIRE((student.delta && student.deltaPositive && student.deltaNegative));
    // Three numbers rounded to two places: one and a half units of the last at most.
    CHECK(std::abs(student.deltaNegative->mean - student.deltaPositive->mean - student.delta->mean) <= 0.00015 + 1e-9);
    CHECK(student.delta->mean == doctest::Approx(student.printed.at(Method::KlDp).mean));
    ++students;
  }
  CHECK(students == 8);
}

TEST_CASE("the ranking of table 7: both partitions beat plain distillation") {
  const StudyTable study = tableSeven(readPaperTables(kTables));
  const MethodRanking ranking = rankMethods(study);
  CHECK(ranking.pairs == 32);
  REQUIRE(ranking.places.size() == 3);
  CHECK(study.settingNames[ranking.places[2].setting] == "KL-Dist");
  double ranks = 0;
  for (const auto& place : ranking.places) ranks += place.meanRank;
  CHECK(ranks == doctest::Approx(6));
  for (const auto& contest : ranking.contests) {
    CHECK(contest.wins + contest.ties + contest.losses == 32);
    CHECK(contest.adjustedP >= contest.rankP);
    if (study.settings[contest.b].method == Method::Kl) CHECK(contest.adjustedP < 0.01);
  }
}

TEST_CASE("medians of Fig. 4a by setting") {
  const PaperTables paper = readPaperTables(kTables);
  TransferOptions setting;
  CHECK(paper.medianSuccess(setting).value() == doctest::Approx(0.925));
  setting.method = Method::Kl;
  CHECK(paper.medianSuccess(setting).value() == doctest::Approx(0.325));
  setting.method = Method::XeKl;
  CHECK(paper.medianSuccess(setting).value() == doctest::Approx(0.4));
  setting.labelSmoothing = 0.1;
  CHECK(paper.medianSuccess(setting).value() == doctest::Approx(0.54));
  setting.method = Method::Cd;
  CHECK_FALSE(paper.medianSuccess(setting).has_value());
}

TEST_CASE("models of table 5 and several teachers of tables 4 and 9") {
  const PaperTables paper = readPaperTables(kTables);
  CHECK(paper.subsetStudents.size() == 20);
  CHECK(paper.subsetTeachers.size() == 20);
  CHECK(paper.subsetStudents.front().parameters == 189'100'000);
  CHECK(paper.subsetTeachers[16].family == "MLP");
  CHECK(paper.teams.at(Method::KlDp).size() == 3);
  CHECK(paper.teams.at(Method::KlDp)[2].parallel.value() == doctest::Approx(0.0077));
  CHECK_FALSE(paper.teams.at(Method::Kl)[2].parallel.has_value());
  CHECK(paper.teams.at(Method::Kl)[2].soup == doctest::Approx(0.0119));
}

TEST_CASE("a damaged file of tables is refused by name") {
  const std::string text = readFile(kTables, 1 << 20);
  const auto path = std::filesystem::temp_directory_path() / ("gf-paper-" + std::to_string(::getpid()) + ".json");
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"\"kl\": [0.95,", "\"kl\": [\"much\","},
                                 {"\"XCiT-P16\":  [0.65, 0.26,", "\"XCiT-P16\":  [0.26,"},
                                 {"\"acc\": 82.89", "\"acc\": 8289"},
                                 {"[\"PiT-B\",\"Trafo\",82.44,73.76]", "[\"PiT-B\",\"Trafo\"]"}}) {
    std::string damaged = text;
    REQUIRE(damaged.find(from) != std::string::npos);
    damaged.replace(damaged.find(from), from.size(), to);
    writeAtomically(path, damaged);
    CHECK_THROWS_AS(readPaperTables(path), Error);
  }
  writeAtomically(path, text.substr(0, text.size() / 2));
  CHECK_THROWS_AS(readPaperTables(path), Error);
  std::filesystem::remove(path);
}
