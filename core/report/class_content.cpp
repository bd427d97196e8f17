// SPDX-License-Identifier: Apache-2.0
// The classes of a pair or a run on a report's pages.
#include <algorithm>
#include <numeric>
#include <utility>

#include "report/content_parts.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFew = 40, kLargest = 20, kMost = 2000;

/// By what a class is ranked: net change of a transfer, else the lead of the best teacher.
double leadOf(const Json& entry) {
  if (entry.contains("gain")) {
    return entry.at("gain").is_null() || entry.at("loss").is_null()
               ? 0
               : entry.at("gain").get<double>() - entry.at("loss").get<double>();
  }
  double best = -1;
  for (const auto& teacher : entry.at("teachers")) {
    if (teacher.at("positive_flips").is_null() || teacher.at("negative_flips").is_null()) return 0;
    best = std::max(best, teacher.at("positive_flips").get<double>() - teacher.at("negative_flips").get<double>());
  }
  return best;
}

std::vector<std::string> headOf(const Json& report) {
  std::vector<std::string> head{"Class", "Images"};
  const auto& teachers = report.at("teachers");
  for (const auto& teacher : teachers) {
    const std::string name = teachers.size() > 1 ? teacher.at("name").get<std::string>() : "the teacher";
    head.push_back("Only " + name + " right");
    head.push_back(teachers.size() > 1 ? "Only the student, not " + name : "Only the student right");
  }
  if (report.contains("transfer")) head.insert(head.end(), {"Learned", "Forgotten", "Net (points)"});
  return head;
}

std::vector<std::string> rowOf(const Json& entry) {
  const auto samples = entry.at("samples").get<std::int64_t>();
  std::vector<std::string> row{entry.at("name").get<std::string>(), groupedText(samples)};
  for (const auto& teacher : entry.at("teachers")) {
    row.push_back(shareCell(teacher.at("positive_flips"), samples));
    row.push_back(shareCell(teacher.at("negative_flips"), samples));
  }
  if (!entry.contains("gain")) return row;
  row.push_back(shareCell(entry.at("gain"), samples));
  row.push_back(shareCell(entry.at("loss"), samples));
  row.push_back(entry.at("gain").is_null() ? "–" : signedString(100 * leadOf(entry), 1));
  return row;
}

ContentTable tableOf(const Json& report, std::string title, const std::vector<std::size_t>& classes) {
  ContentTable table;
  table.title = std::move(title);
  table.head = headOf(report);
  for (const std::size_t k : classes) table.rows.push_back(rowOf(report.at("classes")[k]));
  return table;
}

}  // namespace

ContentSection classSection(const Json& report) {
  const auto& classes = report.at("classes");
  const bool transferred = report.contains("transfer");
  std::vector<double> leads;
  for (const auto& entry : classes) leads.push_back(leadOf(entry));
  std::vector<std::size_t> order(classes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return leads[a] > leads[b]; });
  ContentSection section{"Class by class", {}, {}, {}};
  section.paragraphs.push_back(transferred ? "Ordered by what was learned less what was forgotten."
                               : report.at("teachers").size() > 1
                                   ? "Ordered by the lead of the best teacher over the student."
                                   : "Ordered by the teacher's lead over the student.");
  if (classes.size() <= kFew) {
    section.tables.push_back(tableOf(report, "", order));
    return section;
  }
  const auto first = [&](auto from) { return std::vector<std::size_t>(from, from + kLargest); };
  const std::string count = std::to_string(kLargest);
  section.tables.push_back(tableOf(
      report,
      transferred ? "The " + count + " classes that gained most" : "The teacher's " + count + " strongest classes",
      first(order.begin())));
  section.tables.push_back(tableOf(
      report, transferred ? "The " + count + " classes that lost most" : "The teacher's " + count + " weakest classes",
      first(order.rbegin())));
  const std::size_t listed = std::min(order.size(), kMost);
  order.resize(listed);
  ContentTable all = tableOf(report,
                             listed < classes.size() ? "The first " + groupedText(std::ssize(order)) + " classes"
                                                     : "All " + groupedText(std::ssize(order)) + " classes",
                             order);
  all.shown = 0;
  section.tables.push_back(std::move(all));
  return section;
}

}  // namespace gf
