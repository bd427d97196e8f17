// SPDX-License-Identifier: Apache-2.0
#include "study/paper.h"

#include <array>
#include <cmath>

#include "base/files.h"
#include "report/json_text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLargest = std::size_t{1} << 20;
constexpr double kPercent = 100;
constexpr std::array kTableMethods{std::pair{Method::Kl, "kl"}, std::pair{Method::KlDp, "kl_dp"},
                                   std::pair{Method::KlDpUnsup, "kl_dp_unsup"}};

/// The array `key` of exactly `length` numbers of percent, as shares.
std::vector<double> sharesAt(const JsonReader& holder, const char* key, std::size_t length) {
  std::vector<double> shares;
  for (const auto& value : holder.array(key, length)) {
    if (!value.is_number()) holder.fail(key, "must hold numbers", shortText(value));
    shares.push_back(value.get<double>() / kPercent);
  }
  return shares;
}

std::int64_t parametersOf(double millions) {
  return std::llround(millions * 1e6);
}

std::vector<std::string> textsAt(const JsonReader& holder, const char* key) {
  std::vector<std::string> texts;
  for (const auto& value : holder.array(key)) {
    if (!value.is_string()) holder.fail(key, "must hold text", shortText(value));
    texts.push_back(value.get<std::string>());
  }
  return texts;
}

PaperTables::Student studentOf(const std::string& name, const JsonReader& printed, const JsonReader& individual,
                               const JsonReader& flips, std::size_t teachers) {
  PaperTables::Student student{name,
                               printed.text("family"),
                               printed.number("acc", 0, kPercent) / kPercent,
                               parametersOf(printed.number("params_m", 0, 1e6)),
                               {},
                               {},
                               {},
                               {},
                               {},
                               {}};
  for (const auto& [method, key] : kTableMethods) {
    student.deltas[method] = sharesAt(individual, key, teachers);
    const auto pair = sharesAt(printed, key, 2);
    student.printed[method] = {pair[0], pair[1]};
    const std::string flag = std::string(key) + "_disagrees_with_table7";
    if (printed.has(flag.c_str()) && printed.boolean(flag.c_str())) student.disagrees.push_back(method);
  }
  const auto changes = sharesAt(flips, name.c_str(), 6);
  student.delta = {changes[0], changes[1]};
  student.deltaPositive = {changes[2], changes[3]};
  student.deltaNegative = {changes[4], changes[5]};
  return student;
}

std::vector<PaperTables::Team> teamsOf(const JsonReader& table) {
  const bool parallel = textsAt(table, "columns").size() == 6;
  std::vector<PaperTables::Team> teams;
  for (const auto& [name, unused] : table.json().items()) {
    if (name == "columns") continue;
    const auto row = sharesAt(table, name.c_str(), parallel ? 6 : 5);
    teams.push_back(
        {name, row[0], row[1], row[2], row[3], parallel ? std::optional(row[4]) : std::nullopt, row.back()});
  }
  return teams;
}

/// A row of table 5: name, family, accuracy, millions of parameters. Of a family only the first word counts: the
/// paper's own print is remarked on after it.
std::vector<PaperTables::Model> modelsOf(const JsonReader& table, const char* key) {
  std::vector<PaperTables::Model> models;
  for (const auto& row : table.array(key)) {
    const bool good = row.is_array() && row.size() == 4 && row[0].is_string() && row[1].is_string() &&
                      row[2].is_number() && row[3].is_number();
    if (!good) table.fail(key, "must hold rows of name, family, accuracy and parameters", shortText(row));
    const auto family = row[1].get<std::string>();
    models.push_back({row[0].get<std::string>(), family.substr(0, family.find(' ')), row[2].get<double>() / kPercent,
                      parametersOf(row[3].get<double>())});
  }
  return models;
}

std::vector<PaperTables::Example> examplesOf(const JsonReader& table) {
  std::vector<PaperTables::Example> examples;
  for (const auto& row : table.array("rows")) {
    const bool good = row.is_array() && row.size() == 4 && row[0].is_string() && row[1].is_string() &&
                      row[2].is_number() && row[3].is_number();
    if (!good) table.fail("rows", "must hold student, teacher and two numbers", shortText(row));
    examples.push_back({row[0].get<std::string>(), row[1].get<std::string>(), row[2].get<double>() / kPercent,
                        row[3].get<double>() / kPercent});
  }
  return examples;
}

}  // namespace

std::optional<double> PaperTables::medianSuccess(const TransferOptions& setting) const {
  const char* key = setting.method == Method::Kl        ? "kl"
                    : setting.method == Method::XeKl    ? "xe_kl_slightly_above"
                    : setting.method == Method::XeKlMcl ? "xe_kl_mcl"
                    : setting.method == Method::KlDp    ? "kl_dp"
                                                        : "";
  if (setting.method == Method::XeKl && setting.labelSmoothing > 0) key = "label_smoothing";
  const auto found = medians_.find(key);
  return found == medians_.end() ? std::nullopt : std::optional(found->second);
}

PaperTables readPaperTables(const std::filesystem::path& file) {
  const Json json = parseJsonFile(file, kLargest);
  const JsonReader all(json, file.string());
  PaperTables tables;
  tables.source = all.text("source");
  const auto individual = all.object("table7_individual_transfer_deltas");
  tables.teachers = textsAt(individual, "teachers");
  const auto rows = individual.object("rows"), printed = all.object("table1_and_3_mean_std").object("rows");
  const auto flips = all.object("table8_flip_changes_kl_dp").object("rows");
  for (const auto& [name, unused] : rows.json().items()) {
    tables.students.push_back(
        studentOf(name, printed.object(name.c_str()), rows.object(name.c_str()), flips, tables.teachers.size()));
  }
  tables.examples = examplesOf(all.object("table2_examples_kl_dp"));
  tables.teams[Method::KlDp] = teamsOf(all.object("table4_multi_teacher_kl_dp"));
  tables.teams[Method::Kl] = teamsOf(all.object("table9_multi_teacher_kl"));
  const auto subset = all.object("table5_10_percent_subset");
  tables.subsetStudents = modelsOf(subset, "students");
  tables.subsetTeachers = modelsOf(subset, "teachers");
  const auto routing = all.object("routing"), medians = all.object("figure4a_median_success_rate_percent");
  tables.routedPositive = routing.number("positive_flips_to_teacher_percent", 0, kPercent) / kPercent;
  tables.routedNegative = routing.number("negative_flips_to_teacher_percent", 0, kPercent) / kPercent;
  for (const auto& [key, value] : medians.json().items()) {
    tables.medians_[key] = medians.number(key.c_str(), 0, kPercent) / kPercent;
  }
  return tables;
}

std::filesystem::path paperTablesFile() {
  return resourceFolder() / "paper" / "tables.json";
}

}  // namespace gf
