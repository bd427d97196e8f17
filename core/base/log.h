// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace gf {

enum class LogLevel { Info, Warning, Error };

struct LogEntry {
  LogLevel level;
  double unixSeconds;
  std::string text;
};
using LogSink = std::function<void(const LogEntry&)>;

/// One line for the people who watch; goes to every sink, from whichever thread speaks.
void logLine(LogLevel level, std::string text);

/// Receives every later line until the returned object dies. The sink is called under a lock: keep it short.
class LogSubscription {
 public:
  explicit LogSubscription(LogSink sink);
  ~LogSubscription();
  LogSubscription(const LogSubscription&) = delete;
  LogSubscription& operator=(const LogSubscription&) = delete;

 private:
  int id_;
};

}  // namespace gf
