// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"
#include "options/option_table.h"
#include "report/json_text.h"
#include "report/meaning_report.h"
#include "report/migrations.h"
#include "report/read_parts.h"
#include "report/report.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

void checkModel(const JsonReader& model) {
  model.text("name");
  model.text("family");
  model.text("path");
  model.text("sha256");
  model.whole("parameters", 0, kAnyCount);
  model.number("accuracy", 0, 1);
}

void checkManifest(const JsonReader& manifest, const ReportSizes& sizes, const std::string& subject) {
  manifest.text("created");
  const auto versions = manifest.object("versions");
  for (const auto& [name, value] : versions.json().items()) {
    if (!value.is_string()) versions.fail(name, "must be text", shortText(value));
  }
  manifest.text("device");
  manifest.whole("threads", 0, 1'000'000);
  if (manifest.isNull("options")) {
    manifest.text("options_reason");
    manifest.text("seed_reason");
  } else {
    manifest.whole("seed", 0, kAnyCount);
    TransferOptions options;
    applyJson(options, nlohmann::json(manifest.object("options").json()), subject);
  }
  const auto hashes = manifest.object("sha256");
  hashes.text("student");
  hashes.text("data");
  for (const auto& hash : hashes.array("teachers", sizes.teachers)) {
    if (!hash.is_string()) hashes.fail("teachers", "must hold text", shortText(hash));
  }
  const auto data = manifest.object("data");
  data.text("path");
  data.text("kind");
}

void checkClasses(const JsonReader& report, const ReportSizes& sizes, bool transferred) {
  report.array("classes", sizes.classes);
  std::int64_t samples = 0;
  for (std::size_t k = 0; k < sizes.classes; ++k) {
    const auto entry = report.element("classes", k);
    entry.text("name");
    samples += entry.whole("samples", 0, sizes.samples);
    entry.array("teachers", sizes.teachers);
    for (std::size_t t = 0; t < sizes.teachers; ++t) {
      const auto flips = entry.element("teachers", t);
      flips.numberOrReason("positive_flips", 0, 1);
      flips.numberOrReason("negative_flips", 0, 1);
    }
    if (!transferred) continue;
    entry.numberOrReason("gain", 0, 1);
    entry.numberOrReason("loss", 0, 1);
  }
  if (samples != sizes.samples) {
    report.fail("classes", "must hold " + std::to_string(sizes.samples) + " samples together", std::to_string(samples));
  }
}

void checkSchema(const JsonReader& report) {
  const std::string schema = report.text("schema");
  if (schema == kReportSchema) return;
  report.fail("schema", "must be " + std::string(kReportSchema) + ", the version that this program reads", schema);
}

}  // namespace

nlohmann::ordered_json checkedReport(Json read, const std::string& subject) {
  checkSchema(JsonReader(read, subject));
  Json json = lifted(std::move(read), subject);
  const JsonReader report(json, subject);
  ReportSizes sizes;
  const auto evaluation = report.object("evaluation");
  evaluation.text("name");
  sizes.samples = evaluation.whole("samples", 1, std::int64_t{1} << 40);
  sizes.classes = static_cast<std::size_t>(evaluation.whole("classes", 1, 1'000'000));
  checkLeftOut(evaluation);
  sizes.teachers = report.array("teachers").size();
  if (sizes.teachers == 0) report.fail("teachers", "must name at least one teacher", "none");
  for (std::size_t t = 0; t < sizes.teachers; ++t) checkModel(report.element("teachers", t));
  checkModel(report.object("student"));
  checkManifest(report.object("manifest"), sizes, subject);
  checkMoment(report.object("before"), sizes, true);
  const bool transferred = report.has("transfer");
  if (transferred != report.has("after")) {
    report.fail(transferred ? "after" : "transfer", "must be there: after and transfer come together", "no such key");
  }
  if (transferred) {
    checkMoment(report.object("after"), sizes, false);
    checkTransfer(report.object("transfer"), sizes);
  }
  checkClasses(report, sizes, transferred);
  if (report.has("meaning")) checkMeaning(report.object("meaning"), sizes.classes, sizes.teachers);
  if (const int revision = revisionOf(json, subject); revision > kReportRevision) {
    logLine(LogLevel::Warning, subject + " was written by a later program (revision " + std::to_string(revision) +
                                   " of the report); what this program knows of it is shown.");
  }
  return json;
}

nlohmann::ordered_json readReport(const std::filesystem::path& path) {
  constexpr std::size_t kLargest = std::size_t{64} << 20;
  return checkedReport(parseJsonFile(path, kLargest), path.string());
}

}  // namespace gf
