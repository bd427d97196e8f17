// SPDX-License-Identifier: Apache-2.0
#include "jobs/run_recorder.h"

#include <utility>

#include "base/error.h"
#include "report/result_folder.h"

namespace gf {
namespace fs = std::filesystem;

RunRecorder::RunRecorder(RunFeed& feed, fs::path file)
    : feed_(feed), path_(std::move(file)), file_(std::make_unique<LineFile>(path_)) {}

void RunRecorder::stepped(const StepRecord& record) {
  file_->append(toJson(record).dump());
  feed_.stepped(record);
}

void RunRecorder::evaluated(const EvaluationRecord& record) {
  file_->append(toJson(record).dump());
  feed_.evaluated(record);
}

std::int64_t RunRecorder::mark() {
  std::error_code ignored;
  const auto size = fs::file_size(path_, ignored);
  return ignored ? 0 : static_cast<std::int64_t>(size);
}

std::vector<EvaluationRecord> RunRecorder::rewind(std::int64_t mark) {
  if (mark < this->mark()) {
    file_.reset();
    std::error_code error;
    fs::resize_file(path_, static_cast<std::uintmax_t>(mark), error);
    if (error) failRun(path_.string(), "the run's record must be writable", error.message());
    file_ = std::make_unique<LineFile>(path_);
  }
  std::vector<EvaluationRecord> evaluations;
  for (const auto& line : readMetrics(path_)) {
    if (line.at("kind") == "step") {
      feed_.stepped(stepFromJson(line));
    } else {
      evaluations.push_back(evaluationFromJson(line));
      feed_.evaluated(evaluations.back());
    }
  }
  return evaluations;
}

}  // namespace gf
