// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/files.h"
#include "jobs/job.h"

namespace gf {

/// Whether a result is that of a transfer. What cannot be read is none: whoever opens it says what is wrong.
class ResultKindJob final : public Job {
 public:
  /// `path`: a result folder or its report.
  explicit ResultKindJob(std::filesystem::path path) : path_(std::move(path)) {}
  std::string title() const override { return "Looking at " + path_.filename().string(); }
  void run(const Control&) override {
    constexpr std::size_t kMostBytes = std::size_t{1} << 30;
    std::error_code ignored;
    const bool folder = std::filesystem::is_directory(path_, ignored);
    const std::string bytes = readFile(folder ? path_ / "report.json" : path_, kMostBytes);
    // Keys of the top alone: the rest of a large report is passed over.
    const auto top = [](int depth, nlohmann::json::parse_event_t event, nlohmann::json&) {
      return event == nlohmann::json::parse_event_t::key || depth <= 1;
    };
    const nlohmann::json report = nlohmann::json::parse(bytes, top, /*allow_exceptions=*/false);
    isRun_ = report.is_object() && report.contains("transfer");
  }
  /// After run() ended.
  bool isRun() const { return isRun_; }

 private:
  std::filesystem::path path_;
  bool isRun_ = false;
};

}  // namespace gf
