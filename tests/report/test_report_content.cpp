// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "report/content_parts.h"
#include "report/text.h"
#include "report_material.h"
#include "shelf_material.h"

using namespace gf;
using namespace gf::test;

namespace {

Result resultOf(const Plan& plan) {
  Material m;
  makeMaterial(plan, m);
  Result result;
  result.report = buildReport(m.input);
  result.figures = figuresOf(result.report, {});
  return result;
}

const ContentSection& section(const ReportContent& content, const std::string& title) {
  const auto found = std::find_if(content.sections.begin(), content.sections.end(),
                                  [&](const ContentSection& each) { return each.title == title; });
  REQUIRE(found != content.sections.end());
  return *found;
}

std::string valueOf(const ContentTable& table, const std::string& key) {
  for (const auto& row : table.rows) {
    if (row[0] == key) return row[1];
  }
  FAIL("no row ", key);
  return {};
}

}  // namespace

TEST_CASE("cells") {
  CHECK(parametersText(812) == "812");
  CHECK(parametersText(97'318) == "97 k");
  CHECK(parametersText(4'213'000) == "4.21 M");
  CHECK(parametersText(86'567'656) == "86.6 M");
  CHECK(pText(0.25) == "0.25");
  CHECK(pText(0.0312) == "0.031");
  CHECK(pText(0.0031) == "0.0031");
  CHECK(pText(9.9e-5) == "< 0.0001");
  CHECK(differenceCell(0.0167, {0.012, 0.0208}) == "+1.67 (1.20 to 2.08)");
  CHECK(shareCell(0.0973, 10'000) == "973 (9.7 %)");
  CHECK(shareCell(nullptr, 10) == "–");
  CHECK(shortHash(std::string(64, 'a')).size() == 12);
}

TEST_CASE("every table is whole, every figure is in one section") {
  for (const auto& plan : allPlans()) {
    CAPTURE(plan.name);
    const Result result = resultOf(plan);
    const ReportContent content = reportContent(result);
    CHECK(content.headline == result.headline());
    CHECK_FALSE(content.title.empty());
    std::vector<std::string> drawn, given;
    for (const auto& each : content.sections) {
      CHECK_FALSE(each.title.empty());
      for (const auto& figure : each.figures) drawn.push_back(figure.id);
      for (const auto& table : each.tables) {
        CHECK(table.words <= table.head.size());
        CHECK_FALSE(table.rows.empty());
        for (const auto& row : table.rows) CHECK(row.size() == table.head.size());
      }
    }
    for (const auto& figure : result.figures) given.push_back(figure.id);
    std::sort(drawn.begin(), drawn.end());
    std::sort(given.begin(), given.end());
    CHECK(drawn == given);
  }
}

TEST_CASE("key numbers are the report's") {
  const Result result = resultOf({.name = "t", .samples = 3000, .transferred = true});
  const auto& transfer = result.report.at("transfer");
  const ReportContent content = reportContent(result);
  CHECK(content.title == "Transfer from tops/résnet to mlp");
  const auto& table = section(content, "Key numbers").tables.front();
  CHECK(valueOf(table, "Accuracy after") == percentString(result.report.at("after").at("accuracy").get<double>(), 2));
  CHECK(valueOf(table, "Learned") == groupedText(transfer.at("gained").get<std::int64_t>()) + " (" +
                                         percentString(transfer.at("gain").get<double>()) + ")");
  CHECK(valueOf(table, "Forgotten").starts_with(groupedText(transfer.at("lost").get<std::int64_t>()) + " ("));
  CHECK(valueOf(table, "Transfer delta (95 % interval, points)")
            .starts_with(signedString(100 * transfer.at("delta").get<double>(), 2) + " ("));
  CHECK(valueOf(table, "Transfer set") == "50 images");
  const auto& before = section(content, "Key numbers").tables.at(1).rows.at(0);
  CHECK(before[0] == "tops/résnet");
  const auto only = result.report.at("before").at("teachers")[0].at("counts").at("only_teacher").get<std::int64_t>();
  CHECK(before[1].starts_with(groupedText(only) + " ("));
  const auto& made = section(content, "How this was made");
  CHECK(valueOf(made.tables[0], "Seed") == "5");
  CHECK(valueOf(made.tables[0], "Version of torch") == "2.11.0");
  CHECK(valueOf(made.tables[1], "method") == "kl-dp");
}

TEST_CASE("few classes in one table, many by their extremes with all of them folded away") {
  const auto few = section(reportContent(resultOf({.name = "c"})), "Class by class");
  REQUIRE(few.tables.size() == 1);
  CHECK(few.tables[0].rows.size() == 7);
  const auto many = section(reportContent(resultOf({.name = "t", .samples = 3000, .classes = 60, .transferred = true})),
                            "Class by class");
  REQUIRE(many.tables.size() == 3);
  CHECK(many.tables[0].rows.size() == 20);
  CHECK(many.tables[1].rows.size() == 20);
  CHECK(many.tables[2].rows.size() == 60);
  CHECK(many.tables[2].shown == 0);
  CHECK(many.tables[0].rows[0] == many.tables[2].rows.front());
  CHECK(many.tables[1].rows[0] == many.tables[2].rows.back());
}

TEST_CASE("what an earlier program did not record has no page") {
  Result result;
  result.report = readReport(std::filesystem::path(GF_TEST_DATA) / "revision-0-run.json");
  result.figures = figuresOf(result.report, {});
  const ReportContent content = reportContent(result);
  for (const auto& each : content.sections) {
    for (const auto& table : each.tables) CHECK(table.title.find("said where") == std::string::npos);
  }
  CHECK(valueOf(section(content, "Key numbers").tables[0], "McNemar's p") !=
        "");  // its counts say it, whoever wrote them
}

TEST_CASE("a shelf as pages") {
  for (const auto& material : allShelves()) {
    CAPTURE(material.name);
    Result result;
    result.report = buildShelfReport(material.input);
    result.figures = figuresOf(result.report, {});
    CHECK(result.isShelf());
    const ReportContent content = reportContent(result);
    CHECK(content.headline == shelfHeadline(result.report));
    const auto& models = section(content, "Models and data").tables.front();
    CHECK(models.rows.size() == material.input.models.size());
    for (const auto& each : content.sections) {
      for (const auto& table : each.tables) {
        for (const auto& row : table.rows) CHECK(row.size() == table.head.size());
      }
    }
    CHECK(section(content, "All pairs").figures.size() == result.figures.size());
  }
}
