// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <chrono>
#include <map>
#include <mutex>
#include <utility>

namespace gf {
namespace {

struct Sinks {
  std::mutex mutex;
  std::map<int, LogSink> byId;
  int next = 0;
};

Sinks& sinks() {
  static Sinks instance;
  return instance;
}

}  // namespace

void logLine(LogLevel level, std::string text) {
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const LogEntry entry{level, now, std::move(text)};
  const std::lock_guard lock(sinks().mutex);
  for (const auto& [id, sink] : sinks().byId) sink(entry);
}

LogSubscription::LogSubscription(LogSink sink) {
  const std::lock_guard lock(sinks().mutex);
  id_ = sinks().next++;
  sinks().byId[id_] = std::move(sink);
}

LogSubscription::~LogSubscription() {
  const std::lock_guard lock(sinks().mutex);
  sinks().byId.erase(id_);
}

}  // namespace gf
