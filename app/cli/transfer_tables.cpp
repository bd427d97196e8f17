// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/transfer_tables.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "app/cli/terminal.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

std::string pointsText(const Json& share) {
  return signedString(100 * share.get<double>(), 2);
}

std::string shareText(const Json& share) {
  return share.is_null() ? "–" : percentString(share.get<double>());
}

Row changeRow(const std::string& name, double from, double to) {
  return {name, percentString(from), percentString(to), signedString(100 * (to - from), 1)};
}

/// The student before beside after, against its one teacher.
std::string changeTable(const Json& report) {
  const auto& before = report.at("before");
  const auto& after = report.at("after");
  std::vector<Row> rows{{"", "before", "after", "change (points)"},
                        changeRow("accuracy", before.at("accuracy"), after.at("accuracy"))};
  if (before.at("teachers").size() > 1) return tableText(rows);
  const auto add = [&](const std::string& name, const char* key) {
    rows.push_back(changeRow(name, before.at("teachers")[0].at(key), after.at("teachers")[0].at(key)));
  };
  add("only the teacher is right", "positive_flips");
  add("only the student is right", "negative_flips");
  return tableText(rows);
}

/// The same against each of several.
std::string teacherTable(const Json& report) {
  const auto& before = report.at("before").at("teachers");
  const auto& after = report.at("after").at("teachers");
  std::vector<Row> rows{{"teacher", "alone right", "after", "student alone right", "after"}};
  for (std::size_t t = 0; t < before.size(); ++t) {
    rows.push_back({before[t].at("name"), shareText(before[t].at("positive_flips")),
                    shareText(after[t].at("positive_flips")), shareText(before[t].at("negative_flips")),
                    shareText(after[t].at("negative_flips"))});
  }
  return tableText(rows);
}

Row studentRow(const std::string& name, const Json& student) {
  return {name, percentString(student.at("accuracy")), percentString(student.at("gain")),
          percentString(student.at("loss")), pointsText(student.at("delta"))};
}

/// One row per stage or branch; of a soup the soup itself comes last.
std::string stageTable(const Json& report) {
  const auto& transfer = report.at("transfer");
  const bool soup = transfer.at("mode") == "soup";
  std::vector<Row> rows{{soup ? "branch" : "stage", "accuracy", "gain", "loss", "delta (points)"}};
  if (!soup) rows.front().push_back("of the stage");
  int number = 0;
  for (const auto& stage : transfer.at("stages")) {
    std::string name = soup ? "" : std::to_string(++number) + " ";
    for (const auto& teacher : stage.at("teachers")) name += teacher.get<std::string>();
    rows.push_back(studentRow(name, stage));
    if (!soup) rows.back().push_back(pointsText(stage.at("delta_stage")));
  }
  if (soup) {
    Json student = transfer;
    student["accuracy"] = report.at("after").at("accuracy");
    rows.push_back(studentRow("soup", student));
  }
  return tableText(rows);
}

/// Of the transfer set, what of each kind followed each of several teachers.
std::string routingTable(const Json& routing) {
  std::vector<Row> rows{{"samples that follow", "positive flips", "negative flips", "of all"}};
  for (const auto& each : routing.at("teachers")) {
    rows.push_back({each.at("name"), shareText(each.at("positive")), shareText(each.at("negative")),
                    shareText(each.at("overall"))});
  }
  return tableText(rows);
}

std::string weightsTable(const Json& report) {
  Json slow = report.at("transfer");
  slow["accuracy"] = report.at("after").at("accuracy");
  return tableText({{"weights", "accuracy", "gain", "loss", "delta (points)"},
                    studentRow("slow (the student)", slow),
                    studentRow("fast", report.at("transfer").at("fast"))});
}

}  // namespace

std::string transferTables(const Json& report) {
  const auto& transfer = report.at("transfer");
  std::string text = changeTable(report);
  if (report.at("before").at("teachers").size() > 1) text += "\n\n" + teacherTable(report);
  if (transfer.contains("fast")) text += "\n\n" + weightsTable(report);
  const std::string mode = transfer.at("mode").get<std::string>();
  if (mode == "sequential" || mode == "soup") text += "\n\n" + stageTable(report);
  if (transfer.at("routing").contains("teachers")) text += "\n\n" + routingTable(transfer.at("routing"));
  return text;
}

}  // namespace gf
