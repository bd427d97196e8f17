// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "knowledge/flips.h"
#include "knowledge/routing.h"
#include "options/transfer_options.h"
#include "predictions/predictions.h"
#include "transfer/record.h"

namespace gf {

inline constexpr const char* kReportSchema = "gainfinder-report/1";
/// Which keys are there: the schema's keys stay, later revisions add some (migrations.h lifts earlier ones).
inline constexpr int kReportRevision = 2;

/// A model as the report names it.
struct ReportModel {
  std::string name, family, sha256, path;
  std::int64_t parameters = 0;
};

/// What a report is made of. Without `outcome` it is a comparison.
struct ReportInput {
  ReportModel student;
  std::vector<ReportModel> teachers;
  std::string dataPath, dataKind, dataSha256, evalName;
  std::vector<std::string> classNames;
  std::vector<std::int32_t> truth;
  Predictions studentBefore;
  std::vector<Predictions> teacherPredictions;  ///< One per teacher.
  std::optional<TransferOptions> options;
  const TransferOutcome* outcome = nullptr;
  std::string device;
  int threads = 0;
  std::map<std::string, std::string> versions{};  ///< Of what computed it ("torch"); the program adds its own.
  /// A line for each image of the evaluation split, and of the transfer set, that could not be read and was left out.
  std::vector<std::string> leftOut{}, trainLeftOut{};
};

/// The result as JSON (schema gainfinder-report/1, shares 0–1; null with a reason beside it where a value is
/// undefined). Of a transfer with several teachers, flips and rates are against all of them as one (right where any of
/// them is) and against each. Throws Error(Input) when the evaluation set is empty, lengths differ, a label is no
/// class, or the outcome has no stage.
nlohmann::ordered_json buildReport(const ReportInput& input);

/// Reads a report, lifts what an earlier program wrote to the present revision (migrations.h; what such a file cannot
/// say is null with its reason) and checks what readers rely on (schema id, keys, types, ranges, equal lengths). A
/// later revision is read when all of that is there, with a warning in the log. Throws Error(Input) naming the file,
/// the key, the rule and the value.
nlohmann::ordered_json readReport(const std::filesystem::path& path);
/// The same for JSON that was parsed already; `subject` names it in messages.
nlohmann::ordered_json checkedReport(nlohmann::ordered_json report, const std::string& subject);

/// "Learned 271 images it used to miss, forgot 104: +1.67 points (95 % interval 1.2 to 2.1)." or, for a comparison,
/// "tops-resnet alone is right on 973 of 10,000 images (9.7 %)." Several teachers are named: "Learned 271 images it
/// used to miss from tops-resnet, then all-mlp, and forgot 104: …".
std::string headline(const nlohmann::ordered_json& report);

}  // namespace gf
