// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

/// " from A, then B, and", " from A and B at once and", " from a soup of A, B and C and"; "," for a single teacher.
std::string sourceText(const Json& transfer) {
  const auto mode = transfer.at("mode").get<std::string>();
  if (mode == "single") return ",";
  const auto& names = transfer.at("teachers");
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    const char* between = mode == "sequential" ? ", then " : last ? " and " : ", ";
    list += (i == 0 ? "" : between) + names[i].get<std::string>();
  }
  if (mode == "soup") return " from a soup of " + list + " and";
  return " from " + list + (mode == "parallel" ? " at once and" : names.size() > 1 ? ", and" : " and");
}

std::string transferSentence(const Json& transfer) {
  const auto gained = transfer.at("gained").get<std::int64_t>(), lost = transfer.at("lost").get<std::int64_t>();
  const auto points = [](const Json& share) { return 100 * share.get<double>(); };
  const auto& interval = transfer.at("delta_ci95");
  return "Learned " + countedText(gained, "image", "images") + " it used to miss" + sourceText(transfer) + " forgot " +
         groupedText(lost) + ": " + signedString(points(transfer.at("delta")), 2) + " points (95 % interval " +
         fixedText(points(interval[0]), 1) + " to " + fixedText(points(interval[1]), 1) + ").";
}

std::string comparisonSentence(const Json& report) {
  const auto& teachers = report.at("before").at("teachers");
  std::size_t best = 0;
  const auto flips = [&](std::size_t t) { return teachers[t].at("counts").at("only_teacher").get<std::int64_t>(); };
  for (std::size_t t = 1; t < teachers.size(); ++t) best = flips(t) > flips(best) ? t : best;
  const std::string start =
      teachers.size() > 1 ? "Of " + std::to_string(teachers.size()) + " teachers, " : std::string();
  return start + teachers[best].at("name").get<std::string>() + " alone is right on " + groupedText(flips(best)) +
         " of " + countedText(report.at("evaluation").at("samples").get<std::int64_t>(), "image", "images") + " (" +
         percentString(teachers[best].at("positive_flips").get<double>()) + ").";
}

}  // namespace

std::string headline(const nlohmann::ordered_json& report) {
  if (report.contains("transfer")) return transferSentence(report.at("transfer"));
  return comparisonSentence(report);
}

}  // namespace gf
