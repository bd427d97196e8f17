// SPDX-License-Identifier: Apache-2.0
// A shelf as pages.
#include <algorithm>
#include <utility>

#include "report/content_parts.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

ContentSection modelsSection(const Json& report) {
  ContentTable table;
  table.head = {"Model", "Family", "SHA-256", "Parameters", "Accuracy"};
  table.words = 3;
  table.shown = 60;
  for (const auto& model : report.at("models")) {
    table.rows.push_back({model.at("name").get<std::string>(), model.at("family").get<std::string>(),
                          shortHash(model.at("sha256").get<std::string>()),
                          parametersText(model.at("parameters").get<std::int64_t>()),
                          percentString(model.at("accuracy").get<double>(), 2)});
  }
  const auto& evaluation = report.at("evaluation");
  const auto& data = report.at("manifest").at("data");
  return {"Models and data",
          {"Evaluated on " + evaluation.at("name").get<std::string>() + " of " + data.at("path").get<std::string>() +
           " (" + data.at("kind").get<std::string>() +
           "): " + countedText(evaluation.at("samples").get<std::int64_t>(), "image", "images") + " of " +
           countedText(evaluation.at("classes").get<std::int64_t>(), "class", "classes") + "." +
           leftOutSentence(evaluation, "the evaluation split")},
          {std::move(table)},
          {}};
}

ContentTable rankingTable(const Json& report) {
  const auto samples = report.at("evaluation").at("samples").get<std::int64_t>();
  ContentTable table;
  table.title = "Who should teach whom";
  table.head = {"Teacher",
                "Student",
                "Headroom",
                "Only the teacher right",
                "Only the student right",
                "Lead in accuracy (95 % interval, points)",
                "McNemar's p"};
  table.words = 2;
  table.shown = 20;
  for (const auto& pair : report.at("ranking")) {
    table.rows.push_back({pair.at("teacher").get<std::string>(), pair.at("student").get<std::string>(),
                          shareCell(pair.at("headroom"), samples), shareCell(pair.at("positive_flips"), samples),
                          shareCell(pair.at("negative_flips"), samples),
                          differenceCell(pair.at("delta_accuracy").get<double>(), pair.at("delta_ci95")),
                          pText(pair.at("mcnemar_p").get<double>())});
  }
  table.note =
      "Headroom: what choosing the better model class by class would add, over the classes where the teacher's "
      "lead is larger than chance. Images and shares of " +
      groupedText(samples) + ".";
  return table;
}

ContentTable bestTable(const Json& report) {
  const auto text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : std::string("–"); };
  ContentTable table;
  table.title = "The best teacher of each model";
  table.head = {"Student", "Teacher", "Why"};
  table.words = 3;
  table.shown = 60;
  for (const auto& each : report.at("best_teachers")) {
    table.rows.push_back({text(each.at("student")), text(each.at("teacher")), text(each.at("reason"))});
  }
  return table;
}

}  // namespace

ReportContent shelfContent(const Result& result) {
  const Json& report = result.report;
  ReportContent content;
  content.title = "A shelf of " + countedText(std::ssize(report.at("models")), "model", "models") + " on " +
                  report.at("evaluation").at("name").get<std::string>();
  content.sections.push_back(modelsSection(report));
  const auto& leftOut = report.at("manifest").at("left_out");
  if (!leftOut.empty()) content.sections.back().paragraphs.push_back("Left out:");
  for (const auto& line : leftOut) content.sections.back().paragraphs.push_back(line.get<std::string>());
  content.sections.push_back({"What they could teach each other", {}, {rankingTable(report), bestTable(report)}, {}});
  content.sections.push_back({"All pairs", {}, {}, result.figures});
  return content;
}

}  // namespace gf
