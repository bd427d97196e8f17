// SPDX-License-Identifier: Apache-2.0
// Figures and tables of a study that can be worked out by hand.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "report/figure.h"
#include "study/paper.h"
#include "study/study_figures.h"
#include "study/study_page.h"
#include "study/study_tables.h"
#include "study/table_text.h"
#include "study_material.h"

using namespace gf;
using namespace gf::test;

namespace {

/// Two students, three teachers, KL-Dist and KL+DP; one pair of KL+DP is missing, and a model teaches itself.
StudyTable smallStudy() {
  const auto small = model("small", 0.70, "CNN", 1'000'000), large = model("large", 0.80, "Trafo", 10'000'000);
  const auto weak = model("weak", 0.60, "MLP"), even = model("even", 0.75, "CNN"), best = model("best", 0.90, "Trafo");
  std::vector<StudyCell> cells{cell(small, weak, -0.02, Method::Kl),
                               cell(small, even, 0.01, Method::Kl),
                               cell(small, best, 0.06, Method::Kl),
                               cell(large, weak, -0.05, Method::Kl),
                               cell(large, even, -0.01, Method::Kl),
                               cell(large, best, 0.02, Method::Kl),
                               cell(small, weak, 0.01),
                               cell(small, even, 0.02),
                               cell(small, best, 0.05),
                               cell(large, weak, 0.002),
                               cell(large, best, 0.03),
                               cell(small, small, 0.5)};
  for (auto& each : cells) each.rates = {{50, 0.6, 0.5}, {100, 0.4, 0.3}};
  return studyTable(cells, "small study");
}

const Figure& figureOf(const std::vector<Figure>& figures, const std::string& id) {
  const auto found = std::find_if(figures.begin(), figures.end(), [&](const Figure& each) { return each.id == id; });
  REQUIRE_MESSAGE(found != figures.end(), id);
  return *found;
}

const ContentTable& tableOf(const std::vector<StudyTableText>& tables, const std::string& id) {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& each) { return each.id == id; });
  REQUIRE_MESSAGE(found != tables.end(), id);
  return found->table;
}

using Row = std::vector<std::string>;

}  // namespace

TEST_CASE("success: medians, quartiles and the missing pair") {
  const auto figures = studyFigures(smallStudy());
  const Figure& figure = figureOf(figures, "success");
  CHECK(figure.labels == Row{"KL-Dist", "KL+DP"});
  REQUIRE(figure.series.size() == 2);
  // KL-Dist helps small twice of three, large once of three; KL+DP always.
  CHECK(figure.series[0].y[0] == doctest::Approx(50));
  CHECK(figure.series[0].low[0] == doctest::Approx(100 * (1.0 / 3 + 1.0 / 12)));
  CHECK(figure.series[0].least[0] == doctest::Approx(100.0 / 3));
  CHECK(figure.series[0].most[0] == doctest::Approx(200.0 / 3));
  CHECK(
      toCsv(figure).starts_with("Method,\"Students: median, quartiles and extremes\","
                                "\"Students: median, quartiles and extremes (least)\","));
  CHECK(figure.series[0].y[1] == doctest::Approx(100));
  CHECK(figure.series[1].y[0] == doctest::Approx(50));
  CHECK(figure.sentence.find("1 of 6 pairs is missing") != std::string::npos);
  const Figure& heat = figureOf(figures, "success-students");
  CHECK(heat.labels == Row{"small", "large"});
  CHECK(heat.series[0].y[1] == doctest::Approx(100.0 / 3));
}

TEST_CASE("with the paper its medians stand beside one's own") {
  const PaperTables paper = readPaperTables(GF_SOURCE_RESOURCES "/paper/tables.json");
  const auto figures = studyFigures(smallStudy(), &paper);
  const Figure& figure = figureOf(figures, "success");
  REQUIRE(figure.series.size() == 3);
  CHECK(figure.series[2].y[0] == doctest::Approx(32.5));
  CHECK(figure.series[2].y[1] == doctest::Approx(92.5));
  const auto tables = studyTables(smallStudy(), &paper);
  const ContentTable& deltas = tableOf(tables, "deltas");
  REQUIRE(deltas.rows.size() == 2 + 8);
  CHECK(deltas.rows[2] == Row{"XCiT-P16 (paper)", "Trafo", "82.89", "189.1 M", "+0.13 ± 1.01", "+0.65 ± 0.26"});
  CHECK(deltas.note.find("ICLR 2024") != std::string::npos);
  CHECK(tableOf(tables, "pairs-kl-paper").rows[0] == Row{"XCiT-P16", "+0.95", "+1.40", "−0.55", "−0.88"});
}

TEST_CASE("the matrix leaves missing pairs and self-pairs blank, each with its reason") {
  const auto figures = studyFigures(smallStudy());
  const Figure& figure = figureOf(figures, "matrix-kl-dp");
  REQUIRE(figure.series.size() == 3);
  CHECK(figure.series[1].name == "even");
  CHECK(figure.series[0].y[0] == doctest::Approx(1));
  CHECK(std::isnan(figure.series[1].y[1]));
  CHECK(figure.series[1].notes[1] == "missing");
  CHECK(figure.sentence == "5 of 5 pairs end above the student's start. 1 of 6 pairs is missing or lacks a seed.");
}

TEST_CASE("bins of the best quarter lie on or above their means") {
  const auto figures = studyFigures(smallStudy());
  const Figure& best = figureOf(figures, "delta-by-gap-best");
  const Figure& mean = figureOf(figures, "delta-by-gap-mean");
  REQUIRE(best.series.size() == 2);
  for (std::size_t s = 0; s < 2; ++s) {
    REQUIRE(best.series[s].y.size() == mean.series[s].y.size());
    CHECK(best.series[s].x == mean.series[s].x);
    for (std::size_t i = 0; i < best.series[s].y.size(); ++i) CHECK(best.series[s].y[i] >= mean.series[s].y[i] - 1e-12);
  }
  // Δacc goes from −20 to +20 points in five bins of 8: −20 alone, then −10 and −5, then nothing, +5 and +10, +20.
  const auto& kl = mean.series[0];
  REQUIRE(kl.y.size() == 4);
  CHECK(kl.x[1] == doctest::Approx(-7.5));
  CHECK(kl.y[0] == doctest::Approx(-5));
  CHECK(kl.y[1] == doctest::Approx(-1.5));
  CHECK(kl.y[2] == doctest::Approx(1.5));
  CHECK(kl.y[3] == doctest::Approx(6));
}

TEST_CASE("gain against loss: a point a pair, by the student's family") {
  const auto figures = studyFigures(smallStudy());
  const Figure& figure = figureOf(figures, "gain-against-loss-kl");
  REQUIRE(figure.series.size() == 2);
  CHECK(figure.series[0].name == "CNN students");
  CHECK(figure.labels.size() == 6);
  CHECK(figure.labels[3] == "weak → large");
  CHECK(figure.series[1].x[0] == doctest::Approx(5));
  CHECK(figure.series[1].y[0] == 0);
  // Areas run from 1 (the weakest teacher) to 4 (the best).
  REQUIRE(figure.series[0].size.size() == 3);
  CHECK(figure.series[0].size[0] == 1);
  CHECK(figure.series[0].size[1] == doctest::Approx(2.5));
  CHECK(figure.series[0].size[2] == 4);
  CHECK(figure.sentence.starts_with("3 of 6 pairs"));
}

TEST_CASE("sizes of students grow by factors") {
  const auto figures = studyFigures(smallStudy());
  const Figure& figure = figureOf(figures, "rate-by-size-kl");
  CHECK(figure.logarithmic);
  REQUIRE(figure.series.size() == 2);
  CHECK(figure.series[0].x == std::vector<double>{1'000'000});
  CHECK(figure.series[1].x == std::vector<double>{10'000'000});
}

namespace {

/// `small` learns from two teachers; its gain grows by `step` at each evaluation, its loss is 1 point after the start.
StudyCell sequence(double step, std::uint64_t seed) {
  StudyCell made = cell(model("small", 0.70), model("weak", 0.60), 4 * step - 0.01, Method::KlDp, seed);
  made.teachers.push_back(model("best", 0.90));
  made.stages = {"weak", "best"};
  for (int i = 0; i <= 4; ++i) {
    EvaluationRecord moment;
    moment.epoch = i;
    moment.stage = i > 2 ? 1 : 0;
    moment.gain = step * i;
    moment.loss = i > 0 ? 0.01 : 0;
    moment.delta = moment.gain - moment.loss;
    made.course.push_back(moment);
  }
  return made;
}

}  // namespace

TEST_CASE("teachers one after the other: means over the seeds, a mark where the second begins") {
  std::vector<StudyCell> cells{sequence(0.01, 0), sequence(0.02, 1)};
  const auto figures = studyFigures(studyTable(cells, "teams alone"));
  REQUIRE(figures.size() == 1);
  const Figure& figure = figures[0];
  CHECK(figure.paper == "Fig. 11");
  CHECK(figure.id == "course-kl-dp-small");
  CHECK(figure.title == "KL+DP: small learns from weak, then best");
  REQUIRE(figure.series.size() == 3);
  CHECK(figure.series[0].y.back() == doctest::Approx(6));  // the mean of 4 and 8 points
  CHECK(figure.series[1].y.back() == doctest::Approx(1));
  CHECK(figure.series[2].y.back() == doctest::Approx(5));
  REQUIRE(figure.marks.size() == 2);
  CHECK(figure.marks[1].x == 2);
  CHECK(figure.sentence.find("Mean of 2 seeds") != std::string::npos);
  // Seeds that were evaluated at different moments have no mean.
  cells[1].course.pop_back();
  CHECK(studyFigures(studyTable(cells, "teams alone")).empty());
}

TEST_CASE("a family has one colour in every figure") {
  const auto figures = studyFigures(smallStudy());
  const Figure& trades = figureOf(figures, "gain-against-loss-kl");
  const Figure& families = figureOf(figures, "by-family-kl");
  const Figure& rates = figureOf(figures, "transfer-rate-kl");
  for (const Figure* figure : {&trades, &families, &rates, &figureOf(figures, "rate-by-size-kl")}) {
    CAPTURE(figure->id);
    for (const auto& series : figure->series) {
      // CNN, MLP, Trafo: the first and the third.
      CHECK(series.role == (series.name.starts_with("CNN") ? Role::Net : Role::Student));
    }
  }
}

TEST_CASE("every figure can be drawn and tabled: as many labels, details and notes as values") {
  for (const auto& figure : studyFigures(smallStudy())) {
    CAPTURE(figure.id);
    CHECK_FALSE(figure.sentence.empty());
    CHECK_FALSE(toCsv(figure).empty());
    std::size_t points = 0;
    for (const auto& series : figure.series) {
      points += series.y.size();
      if (!series.notes.empty()) CHECK(series.notes.size() == series.y.size());
      const bool placed = figure.kind == FigureKind::Lines || figure.kind == FigureKind::Scatter;
      if (placed) CHECK(series.x.size() == series.y.size());
      if (!placed) CHECK(series.y.size() == figure.labels.size());
    }
    if (figure.kind == FigureKind::Scatter) CHECK(figure.labels.size() == points);
    if (!figure.details.empty()) CHECK(figure.details.size() == figure.labels.size());
  }
}

TEST_CASE("tables by hand") {
  const auto tables = studyTables(smallStudy());
  const ContentTable& success = tableOf(tables, "success");
  CHECK(success.rows[0] == Row{"KL-Dist", "50.0", "41.7–58.3", "33.3–66.7", "2", "6", "3", "50.0", "–", "+0.17"});
  const ContentTable& deltas = tableOf(tables, "deltas");
  // KL-Dist of small: −2, 1 and 6 points: mean 5/3, squares 13.44 + 0.44 + 18.78 over 3.
  CHECK(deltas.rows[0] == Row{"small", "CNN", "70.00", "1 M", "+1.67 ± 3.30", "+2.67 ± 1.70"});
  const ContentTable& pairs = tableOf(tables, "pairs-kl-dp");
  CHECK(pairs.head == Row{"Student", "weak", "even", "best"});
  CHECK(pairs.rows[1] == Row{"large", "+0.20", "missing", "+3.00"});
  const ContentTable& extremes = tableOf(tables, "extremes");
  CHECK(extremes.rows[0] == Row{"small", "best", "+20.00", "+6.00", "+5.00"});
  CHECK(extremes.rows[1] == Row{"small", "weak", "−10.00", "−2.00", "+1.00"});
  const ContentTable& flips = tableOf(tables, "flips-kl");
  CHECK(flips.rows[1].back() == "0.00 ± 0.00");
  // Differences of 3, 1, −1, 5.2 and 1 points: 1, 1 and 1 share rank 2, so W⁻ = 2 and p = 2 · 4 / 32.
  Row contest = tableOf(tables, "contests").rows[0];
  CHECK(contest[6].starts_with("0.3"));  // 0.375, which two places may round either way
  contest.erase(contest.begin() + 6);
  CHECK(contest == Row{"KL+DP", "KL-Dist", "4", "0", "1", "+1.84", "0.25", "0.25"});
  CHECK(std::none_of(tables.begin(), tables.end(), [](const auto& each) { return each.id == "teams"; }));
}

TEST_CASE("a page names what is missing, excluded and left out, and shows each figure and table") {
  const StudyTable study = smallStudy();
  const auto figures = studyFigures(study);
  const auto tables = studyTables(study);
  const std::string page = studyPage(study, figures, tables, {"runs/x: the transfer is not finished"});
  CHECK(page.find("KL+DP: 1 of 6 pairs is missing or lacks a seed: even → large") != std::string::npos);
  CHECK(page.find("KL+DP: small → small") != std::string::npos);
  CHECK(page.find("runs/x: the transfer is not finished") != std::string::npos);
  for (const auto& figure : figures) CHECK(page.find("figures/" + figure.id + ".svg") != std::string::npos);
  for (const auto& each : tables) CHECK(page.find(each.table.title) != std::string::npos);
}

TEST_CASE("tables as text: what has a meaning in the language loses it") {
  ContentTable table;
  table.title = "50 % of a_b & more";
  table.head = {"Model", "Δ"};
  table.rows = {{"a|b\\c_#1", "−0.5 ± 0.1"}, {"say \"x\", <y>", "1"}};
  table.note = "A note.";
  CHECK(toMarkdown(table) ==
        "### 50 % of a\\_b & more\n\n| Model | Δ |\n|---|---:|\n| a\\|b\\\\c\\_#1 | −0.5 ± 0.1 |\n"
        "| say \"x\", &lt;y> | 1 |\n\nA note.\n");
  CHECK(toCsv(table) == "Model,Δ\r\na|b\\c_#1,-0.5 ± 0.1\r\n\"say \"\"x\"\", <y>\",1\r\n");
  CHECK(toLatex(table) ==
        "\\begin{table}\n\\centering\n\\caption{50 \\% of a\\_b \\& more}\n\\begin{tabular}{lr}\n\\hline\n"
        "Model & $\\Delta$ \\\\\n\\hline\n"
        "a|b\\textbackslash{}c\\_\\#1 & $-$0.5 $\\pm$ 0.1 \\\\\nsay \"x\", $<$y$>$ & 1 \\\\\n"
        "\\hline\n\\end{tabular}\n\n\\smallskip\nA note.\n\\end{table}\n");
}

TEST_CASE("every cell as CSV for other programs") {
  const std::string csv = cellsCsv({cell(model("say \"s\"", 0.8), model("t", 0.7), 0.015)});
  CHECK(csv.starts_with("folder,data,student,"));
  CHECK(
      csv.find("\"say \"\"s\"\"\",\"CNN\",1000000,0.8,\"t\",0.7,kl-dp,0,\"--method kl-dp\",0.015,0,0.015,-0.015,0,") !=
      std::string::npos);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 2);
}
