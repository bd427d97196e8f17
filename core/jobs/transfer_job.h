// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "jobs/compare_job.h"
#include "jobs/job.h"
#include "jobs/run_feed.h"
#include "options/transfer_options.h"
#include "transfer/frozen_cache.h"

namespace gf {

class TransferRun;

struct TransferRequest {
  ModelChoice student;
  std::vector<ModelChoice> teachers;  ///< At least one.
  std::filesystem::path data;
  TransferOptions options;
  std::filesystem::path out;  ///< Result folder: new, empty, or an earlier result with `overwrite` or `resume`.
  bool overwrite = false;
  bool resume = false;  ///< Go on from the state saved in `out`; begin where there is none.
  /// See FrozenCache: what a study knows of the runs that are still to come; 0 and empty where this one is alone.
  std::int64_t studentPasses = 0;
  std::vector<std::int64_t> teacherPasses{};
  std::int64_t cropPasses = 0;  ///< See CropCache.
};

/// One transfer from files to a result folder (report.json, metrics.jsonl, student.pt, subset.json, log.txt, figures/;
/// state/ while it can be resumed; student-fast.pt of MCL, branches/ of a soup). A stop keeps the student so far and
/// writes the folder as for a finished run, with its state, unless discard() was called: then the folder is removed.
/// Resuming a finished result does nothing but open its report. Resuming with other options, models or data than the
/// saved ones throws Error(Usage) naming the first difference.
class TransferJob final : public Job {
 public:
  explicit TransferJob(TransferRequest request);
  std::string title() const override;
  /// Throws Stopped after everything that is to be kept has been written.
  void run(const Control& control) override;
  bool isPreparing() const override { return preparing_; }

  /// From any thread, before stopping: keep nothing.
  void discard() { discard_ = true; }
  /// What the run reports; drain it from one reader.
  RunFeed& feed() { return feed_; }
  const TransferRequest& request() const { return request_; }
  /// How the answers of frozen models came about; empty until run() has ended with a student.
  const std::vector<FrozenUse>& frozen() const { return frozen_; }
  /// The written report; null until run() has ended with one.
  std::shared_ptr<const nlohmann::ordered_json> report() const { return std::atomic_load(&report_); }

 private:
  void transferInto(const Comparison& comparison, const std::vector<Unreadable>& leftOut, TransferRun& transfer,
                    const Control& control);

  TransferRequest request_;
  RunFeed feed_;
  std::vector<FrozenUse> frozen_;
  std::atomic<bool> discard_{false};
  std::atomic<bool> preparing_{true};
  std::shared_ptr<const nlohmann::ordered_json> report_;
};

}  // namespace gf
