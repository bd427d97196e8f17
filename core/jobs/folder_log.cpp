// SPDX-License-Identifier: Apache-2.0
#include "jobs/folder_log.h"

#include <ctime>
#include <string>
#include <string_view>

namespace gf {
namespace {

std::string timeStamp(double unixSeconds) {
  const auto seconds = static_cast<std::time_t>(unixSeconds);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string_view levelName(LogLevel level) {
  return level == LogLevel::Info ? "info" : level == LogLevel::Warning ? "warning" : "error";
}

}  // namespace

FolderLog::FolderLog(const std::filesystem::path& file)
    : file_(file), subscription_([this](const LogEntry& entry) {
        file_.append(timeStamp(entry.unixSeconds) + " " + std::string(levelName(entry.level)) + " " + entry.text);
      }) {}

}  // namespace gf
