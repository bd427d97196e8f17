// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/files.h"
#include "jobs/run_feed.h"

namespace gf {

/// Sends what a run reports to the feed and, line by line, to metrics.jsonl. Its mark is the length of that file.
class RunRecorder final : public RunObserver {
 public:
  /// Goes on at the end of `file`, or begins it.
  RunRecorder(RunFeed& feed, std::filesystem::path file);
  void stepped(const StepRecord& record) override;
  void evaluated(const EvaluationRecord& record) override;
  std::int64_t mark() override;
  /// Cuts the file there and feeds what it still holds. Throws Error.
  std::vector<EvaluationRecord> rewind(std::int64_t mark) override;

 private:
  RunFeed& feed_;
  std::filesystem::path path_;
  std::unique_ptr<LineFile> file_;
};

}  // namespace gf
