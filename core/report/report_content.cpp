// SPDX-License-Identifier: Apache-2.0
#include "report/report_content.h"

#include <algorithm>
#include <utility>

#include "report/content_parts.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

/// A value of the manifest in a cell.
std::string plainText(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void addHashes(const Json& hashes, std::vector<std::vector<std::string>>& rows) {
  for (const auto& [key, value] : hashes.items()) {
    if (value.is_string()) rows.push_back({"SHA-256, " + key, value.get<std::string>()});
  }
}

/// One line of what a provider of meaning read: plain values as they are, files by name and hash, the rest by number.
std::string provenanceText(const Json& value) {
  if (!value.is_structured()) return plainText(value);
  std::string text;
  for (const auto& each : value) {
    const bool file = each.is_object() && each.contains("path") && each.contains("sha256") &&
                      each.at("path").is_string() && each.at("sha256").is_string();
    if (!file && each.is_structured()) {
      return countedText(std::ssize(value), "entry", "entries") + ", see report.json";
    }
    text += (text.empty() ? "" : ", ") +
            (file ? each.at("path").get<std::string>() + " (" + shortHash(each.at("sha256").get<std::string>()) + ")"
                  : plainText(each));
  }
  return text;
}

void addProvenance(const Json& report, ContentSection& section) {
  if (!report.contains("meaning")) return;
  ContentTable table;
  table.title = "Where the meaning of the classes comes from";
  table.head = {"What", "Value"};
  table.words = 2;
  for (const auto& [key, value] : report.at("meaning").at("provenance").items()) {
    std::string what = key;
    if (!what.empty() && what.front() >= 'a' && what.front() <= 'z') what.front() += 'A' - 'a';
    std::replace(what.begin(), what.end(), '_', ' ');
    table.rows.push_back({std::move(what), provenanceText(value)});
  }
  section.tables.push_back(std::move(table));
}

}  // namespace

std::string parametersText(std::int64_t parameters) {
  const auto number = static_cast<double>(parameters);
  if (parameters >= 1'000'000) return shortNumber(number / 1e6, parameters < 10'000'000 ? 2 : 1) + " M";
  return parameters >= 10'000 ? fixedText(number / 1e3, 0) + " k" : groupedText(parameters);
}

std::string shortHash(const std::string& sha256) {
  return sha256.substr(0, 12);
}

std::string pText(double p) {
  return p < 0.0001 ? "< 0.0001" : fixedText(p, p < 0.01 ? 4 : p < 0.1 ? 3 : 2);
}

std::string differenceCell(double difference, const Json& interval) {
  const auto points = [](const Json& share) { return fixedText(100 * share.get<double>(), 2); };
  return signedString(100 * difference, 2) + " (" + points(interval[0]) + " to " + points(interval[1]) + ")";
}

std::string shareCell(const Json& share, std::int64_t samples) {
  if (share.is_null()) return "–";
  const double value = share.get<double>();
  const auto count = static_cast<std::int64_t>(value * static_cast<double>(samples) + 0.5);
  return groupedText(count) + " (" + percentString(value) + ")";
}

std::string leftOutSentence(const Json& holder, const std::string& split) {
  constexpr std::size_t kShown = 10;
  if (!holder.contains("left_out")) return {};
  const auto& leftOut = holder.at("left_out");
  const auto images = leftOut.at("images").get<std::int64_t>();
  auto lines = leftOut.at("named").get<std::vector<std::string>>();
  lines.resize(std::min(lines.size(), kShown));
  if (const auto more = images - std::ssize(lines); more > 0) lines.push_back(groupedText(more) + " more");
  std::string named;
  for (const auto& line : lines) named += (named.empty() ? "" : "; ") + line;
  return " Left out of " + split + ": " + countedText(images, "image", "images") + " that could not be read (" + named +
         ").";
}

ContentSection madeSection(const Json& report) {
  const auto& manifest = report.at("manifest");
  ContentTable made{"", {"What", "Value"}, 2, {}, std::numeric_limits<std::size_t>::max(), {}};
  made.rows.push_back({"Made", manifest.at("created").get<std::string>()});
  for (const auto& [name, version] : manifest.at("versions").items()) {
    made.rows.push_back({"Version of " + name, plainText(version)});
  }
  made.rows.push_back({"Device", manifest.at("device").get<std::string>() + ", " +
                                     countedText(manifest.at("threads").get<std::int64_t>(), "thread", "threads")});
  if (manifest.contains("seed") && !manifest.at("seed").is_null()) {
    made.rows.push_back({"Seed", plainText(manifest.at("seed"))});
  }
  made.rows.push_back(
      {"Data", plainText(manifest.at("data").at("kind")) + ", " + plainText(manifest.at("data").at("path"))});
  addHashes(manifest.at("sha256"), made.rows);
  ContentSection section{"How this was made", {}, {std::move(made)}, {}};
  addProvenance(report, section);
  if (manifest.contains("options") && manifest.at("options").is_object()) {
    ContentTable options{
        "Options of the transfer", {"Option", "Value"}, 2, {}, std::numeric_limits<std::size_t>::max(), {}};
    for (const auto& [name, value] : manifest.at("options").items()) options.rows.push_back({name, plainText(value)});
    section.tables.push_back(std::move(options));
  }
  return section;
}

ReportContent reportContent(const Result& result) {
  ReportContent content = result.isShelf() ? shelfContent(result) : pairContent(result);
  content.headline = result.headline();
  content.sections.push_back(madeSection(result.report));
  for (auto& section : content.sections) {
    std::erase_if(section.tables, [](const ContentTable& table) { return table.rows.empty(); });
  }
  std::erase_if(content.sections, [](const ContentSection& section) {
    return section.paragraphs.empty() && section.tables.empty() && section.figures.empty();
  });
  return content;
}

}  // namespace gf
