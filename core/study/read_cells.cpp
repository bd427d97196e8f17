// SPDX-License-Identifier: Apache-2.0
#include "study/read_cells.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/error.h"
#include "options/option_table.h"
#include "report/json_text.h"
#include "report/report.h"
#include "report/result_folder.h"
#include "report/shelf_report.h"
#include "report/text.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 10;
constexpr std::size_t kLargestReport = std::size_t{64} << 20;

StudyModel modelOf(const Json& model) {
  return {model.at("name").get<std::string>(), model.at("family").get<std::string>(),
          model.at("sha256").get<std::string>(), model.at("parameters").get<std::int64_t>(),
          model.at("accuracy").get<double>()};
}

std::optional<double> optionalAt(const Json& holder, const char* key) {
  return holder.at(key).is_null() ? std::nullopt : std::optional(holder.at(key).get<double>());
}

/// "evaluation images (10,000 images, a1b2c3d4e5f6)": what cells of one study share, and people can read.
std::string dataOf(const Json& report) {
  const auto& evaluation = report.at("evaluation");
  return evaluation.at("name").get<std::string>() + " (" +
         countedText(evaluation.at("samples").get<std::int64_t>(), "image", "images") + ", " +
         report.at("manifest").at("sha256").at("data").get<std::string>().substr(0, 12) + ")";
}

/// What metrics.jsonl beside a report says of the way through the stages.
void readCourse(StudyCell& cell, const Json& transfer, const fs::path& folder) {
  if (cell.teachers.size() < 2 || cell.options.teachers != TeacherMode::Sequential) return;
  for (const auto& stage : transfer.at("stages")) {
    std::string names;
    for (const auto& name : stage.at("teachers")) names += (names.empty() ? "" : ", ") + name.get<std::string>();
    cell.stages.push_back(std::move(names));
  }
  for (const auto& line : readMetrics(folder / "metrics.jsonl")) {
    if (line.at("kind") != "evaluation") continue;
    EvaluationRecord moment = evaluationFromJson(line);
    moment.classGained.clear();
    moment.classLost.clear();
    cell.course.push_back(std::move(moment));
  }
}

/// Folders that hold something of ours, or reasons why one could not be looked into.
struct Found {
  std::vector<fs::path> reports, unfinished;
  std::vector<std::string> leftOut;
};

bool isFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

void look(const fs::path& folder, int depth, Found& found, const Control& control) {
  control.checkpoint();
  if (isFile(folder / "report.json")) return found.reports.push_back(folder / "report.json");
  std::error_code error;
  if (isFile(folder / "metrics.jsonl") || isFile(folder / "subset.json") || fs::is_directory(folder / "state", error)) {
    return found.unfinished.push_back(folder);
  }
  std::vector<fs::path> below;
  for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
    std::error_code ignored;
    if (!each->is_symlink(ignored) && each->is_directory(ignored)) below.push_back(each->path());
  }
  if (error)
    return found.leftOut.push_back(folder.string() + ": the folder must be readable; found " + error.message());
  std::sort(below.begin(), below.end());
  for (const auto& each : below) {
    if (depth == kDeepest) {
      return found.leftOut.push_back(folder.string() + ": lies too deep to be searched further");
    }
    look(each, depth + 1, found, control);
  }
}

}  // namespace

StudyCell readStudyCell(const fs::path& file) {
  const std::string subject = file.string();
  Json read = parseJsonFile(file, kLargestReport);
  if (read.is_object() && read.value("schema", Json()) == kShelfSchema) {
    failInput(subject, "must be the report of a transfer", "a shelf");
  }
  const Json report = checkedReport(std::move(read), subject);
  if (!report.contains("transfer")) failInput(subject, "must be the report of a transfer", "a comparison");
  const auto& transfer = report.at("transfer");
  if (!transfer.at("finished").get<bool>()) {
    failInput(subject, "the transfer must be finished",
              "stopped after " + shortNumber(transfer.at("epochs").get<double>(), 2) + " epochs");
  }
  const auto& options = report.at("manifest").at("options");
  if (!options.is_object()) failInput(subject, "must say the transfer's options", "none");
  StudyCell cell;
  cell.from = file.parent_path().string();
  cell.data = dataOf(report);
  cell.student = modelOf(report.at("student"));
  for (const auto& teacher : report.at("teachers")) cell.teachers.push_back(modelOf(teacher));
  applyJson(cell.options, nlohmann::json(options), subject);
  cell.gain = transfer.at("gain").get<double>();
  cell.loss = transfer.at("loss").get<double>();
  cell.delta = transfer.at("delta").get<double>();
  cell.deltaPositive = transfer.at("delta_positive_flips").get<double>();
  cell.deltaNegative = transfer.at("delta_negative_flips").get<double>();
  for (const auto& each : transfer.at("transfer_rate").at("top_classes")) {
    cell.rates.push_back(
        {static_cast<int>(each.at("percent").get<double>()), optionalAt(each, "paper"), optionalAt(each, "strict")});
  }
  cell.routedPositive = optionalAt(transfer.at("routing"), "positive");
  cell.routedNegative = optionalAt(transfer.at("routing"), "negative");
  if (isFile(file.parent_path() / "metrics.jsonl")) readCourse(cell, transfer, file.parent_path());
  return cell;
}

StudyCells readStudyCells(const fs::path& folder, const Control& control) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    failInput(folder.string(), "must be a folder with results of transfers", error ? error.message() : "no folder");
  }
  Found found;
  look(folder, 0, found, control);
  StudyCells result;
  Meter meter(control, "Reading results", static_cast<double>(found.reports.size()));
  for (std::size_t i = 0; i < found.reports.size(); ++i) {
    control.checkpoint();
    try {
      result.cells.push_back(readStudyCell(found.reports[i]));
    } catch (const Error& failure) {
      result.leftOut.emplace_back(failure.what());
    }
    meter.update(static_cast<double>(i + 1));
  }
  for (const auto& each : found.unfinished) result.leftOut.push_back(each.string() + ": the transfer is not finished");
  result.leftOut.insert(result.leftOut.end(), found.leftOut.begin(), found.leftOut.end());
  return result;
}

}  // namespace gf
