// SPDX-License-Identifier: Apache-2.0
#include "report/result_folder.h"

#include <limits>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "report/json_text.h"
#include "report/meaning_report.h"
#include "report/report.h"
#include "report/shelf_report.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// Of a pair, a run or a shelf, by its schema.
nlohmann::ordered_json readAnyReport(const fs::path& file) {
  constexpr std::size_t kLargest = std::size_t{128} << 20;
  auto json = parseJsonFile(file, kLargest);
  if (json.is_object() && json.value("schema", nlohmann::ordered_json()) == kShelfSchema) return readShelfReport(file);
  return checkedReport(std::move(json), file.string());
}

}  // namespace

bool Result::isShelf() const {
  return report.at("schema") == kShelfSchema;
}

std::string Result::headline() const {
  return isShelf() ? shelfHeadline(report) : gf::headline(report);
}

Result openResult(const fs::path& path) {
  Result result;
  std::error_code ignored;
  result.folder = fs::is_directory(path, ignored) ? path : path.parent_path();
  result.report = readAnyReport(fs::is_directory(path, ignored) ? path / "report.json" : path);
  const fs::path metrics = result.folder / "metrics.jsonl";
  if (result.report.contains("transfer") && fs::exists(metrics, ignored)) result.metrics = readMetrics(metrics);
  result.similarity = readSimilarity(result.folder, result.report);
  result.figures = figuresOf(result.report, result.metrics, result.similarity);
  return result;
}

void writeSubset(const fs::path& file, const std::vector<std::uint32_t>& indices, const TransferOptions& options,
                 const std::string& dataIdentity) {
  const nlohmann::ordered_json json{
      {"seed", options.seed}, {"rule", toText(options.subset)}, {"split_identity", dataIdentity}, {"indices", indices}};
  writeAtomically(file, fileText(json));
}

SubsetFile readSubset(const fs::path& file) {
  constexpr std::size_t kLargest = std::size_t{64} << 20;
  const auto json = parseJsonFile(file, kLargest);
  const JsonReader reader(json, file.string());
  SubsetFile subset;
  subset.seed = static_cast<std::uint64_t>(reader.whole("seed", 0, std::numeric_limits<std::int64_t>::max()));
  subset.rule = reader.text("rule");
  subset.splitIdentity = reader.text("split_identity");
  for (const auto& index : reader.array("indices")) {
    if (!index.is_number_unsigned() || index.get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) {
      reader.fail("indices", "must hold sample numbers of 32 bits", shortText(index));
    }
    subset.indices.push_back(index.get<std::uint32_t>());
  }
  return subset;
}

void writeReport(const fs::path& folder, const nlohmann::ordered_json& report, const std::vector<Figure>& figures) {
  std::error_code error;
  fs::create_directories(folder / "figures", error);
  if (error) failRun((folder / "figures").string(), "the folder must be writable", error.message());
  for (const auto& figure : figures) {
    writeAtomically(folder / "figures" / (figure.id + ".csv"), toCsv(figure));
    writeAtomically(folder / "figures" / (figure.id + ".json"), fileText(toJson(figure)));
  }
  writeAtomically(folder / "report.json", fileText(report));
}

}  // namespace gf
