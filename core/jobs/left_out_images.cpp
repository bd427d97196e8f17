// SPDX-License-Identifier: Apache-2.0
#include "jobs/left_out_images.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/log.h"
#include "report/json_text.h"
#include "report/text.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr int kAllButOne = 0;

/// A file may have a line break in its name.
std::string onOneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  return text;
}

fs::path rememberedFile(const DataSet& data, std::span<const std::uint32_t> samples) {
  Sha256 hash;
  hash.add("unreadable images 1\n").add(data.identity());
  hash.add({reinterpret_cast<const char*>(samples.data()), samples.size_bytes()});
  return cacheFolder() / "unreadable" / (hash.hex() + ".json");
}

/// Numbers of the samples that could not be read last time; nothing where it is not known.
std::optional<std::vector<std::uint32_t>> remembered(const fs::path& file, const DataSet& data) {
  constexpr std::size_t kLargest = std::size_t{64} << 20;
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return std::nullopt;
  try {
    const auto json = parseJsonFile(file, kLargest);
    const JsonReader reader(json, file.string());
    std::vector<std::uint32_t> samples;
    for (const auto& sample : reader.array("samples")) {
      if (!sample.is_number_unsigned() || sample.get<std::uint64_t>() >= data.size()) return std::nullopt;
      samples.push_back(sample.get<std::uint32_t>());
    }
    return samples;
  } catch (const Error&) {  // Damaged: as if it were not there.
    return std::nullopt;
  }
}

void remember(const fs::path& file, std::span<const Unreadable> images) {
  try {
    fs::create_directories(file.parent_path());
    writeAtomically(file, nlohmann::ordered_json{{"samples", samplesOf(images)}}.dump() + "\n");
  } catch (const std::exception& error) {
    logLine(LogLevel::Info, std::string("Which images cannot be read is not remembered: ") + error.what());
  }
}

std::vector<Unreadable> unreadableOnce(const DataSet& data, std::span<const std::uint32_t> samples,
                                       const std::string& split, const Control& control) {
  const std::string stage = "Reading the images of " + split;
  const fs::path file = rememberedFile(data, samples);
  // A permission may have been given since, which no time of change tells.
  if (const auto last = remembered(file, data)) return unreadableOf(data, *last, kAllButOne, control, stage);
  auto images = unreadableOf(data, samples, kAllButOne, control, stage);
  remember(file, images);
  return images;
}

void warnOf(std::span<const Unreadable> images, std::size_t all, const std::string& split) {
  constexpr std::size_t kNamed = 3;
  if (images.empty()) return;
  std::vector<std::string> names;
  for (const auto& image : images.first(std::min(kNamed, images.size()))) names.push_back(onOneLine(image.name));
  if (images.size() > kNamed) {
    names.push_back(groupedText(static_cast<std::int64_t>(images.size() - kNamed)) + " more");
  }
  logLine(LogLevel::Warning, groupedText(std::ssize(images)) + " of " +
                                 countedText(static_cast<std::int64_t>(all), "image", "images") + " of " + split +
                                 " cannot be read and " + (images.size() == 1 ? "is" : "are") +
                                 " left out: " + listText(names));
}

}  // namespace

std::vector<Unreadable> leaveOutUnreadable(BadImages rule, DataSource& data, const Control& control) {
  if (rule == BadImages::Stop) return {};
  std::vector<std::uint32_t> samples(data.eval->size());
  std::iota(samples.begin(), samples.end(), 0U);
  auto images = unreadableOnce(*data.eval, samples, data.evalName, control);
  warnOf(images, samples.size(), data.evalName);
  data.eval = withoutSamples(data.eval, images);
  return images;
}

std::vector<Unreadable> unreadableDrawn(BadImages rule, const DataSet& train, std::span<const std::uint32_t> samples,
                                        const Control& control) {
  if (rule == BadImages::Stop) return {};
  auto images = unreadableOnce(train, samples, "the transfer set", control);
  warnOf(images, samples.size(), "the transfer set");
  return images;
}

std::vector<std::string> linesOf(std::span<const Unreadable> images) {
  std::vector<std::string> lines;
  for (const auto& image : images) {
    const std::string observed = image.observed.empty() ? "" : "; found " + image.observed;
    lines.push_back(onOneLine(image.name + ": " + image.rule + observed));
  }
  return lines;
}

std::vector<std::uint32_t> samplesOf(std::span<const Unreadable> images) {
  std::vector<std::uint32_t> samples;
  for (const auto& image : images) samples.push_back(image.sample);
  return samples;
}

void logLeftOut(std::span<const Unreadable> images) {
  for (const auto& line : linesOf(images)) logLine(LogLevel::Info, "Left out: " + line);
}

}  // namespace gf
