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
#include "options/fit_options.h"

namespace gf {

class TransferRun;
struct TransferInput;
struct FitReportInput;

struct FitRequest {
  ModelChoice model;
  std::filesystem::path data;
  FitOptions options;
  std::filesystem::path out;  ///< Result folder: new, empty, or an earlier result with `overwrite` or `resume`.
  bool overwrite = false;
  bool resume = false;  ///< Go on from the state saved in `out`; begin where there is none.
};

/// What a fit would do, before it does anything.
struct FitPreview {
  std::string plan;  ///< What becomes of head and classes, in words.
  std::int64_t samples = 0, steps = 0;
};
/// Throws Error when the fit cannot be: its reason.
FitPreview previewFit(const std::string& subject, const ModelMetadata& model, const DataSource& data,
                      const FitOptions& options);

/// Supervised training from files to a result folder (model.pt, fit.json, metrics.jsonl, subset.json, log.txt,
/// figures/; state/ while it can be resumed). Stops, discards and goes on as a TransferJob does.
class FitJob final : public Job {
 public:
  explicit FitJob(FitRequest request);
  std::string title() const override;
  /// Throws Stopped after everything that is to be kept has been written.
  void run(const Control& control) override;
  bool isPreparing() const override { return preparing_; }

  /// From any thread, before stopping: keep nothing.
  void discard() { discard_ = true; }
  /// What the run reports; drain it from one reader. Gain and loss are against the model before the first step.
  RunFeed& feed() { return feed_; }
  const FitRequest& request() const { return request_; }
  /// The written fit.json; null until run() has ended with one.
  std::shared_ptr<const nlohmann::ordered_json> report() const { return std::atomic_load(&report_); }

 private:
  struct Prepared;
  /// Opens, checks and evaluates what the request names.
  TransferInput prepare(Prepared& prepared, const Control& control) const;
  static FitReportInput reportInputOf(const Prepared& prepared, const FitOptions& options);
  void fitInto(const Prepared& prepared, TransferRun& training, const Control& control);

  FitRequest request_;
  RunFeed feed_;
  std::atomic<bool> discard_{false};
  std::atomic<bool> preparing_{true};
  std::shared_ptr<const nlohmann::ordered_json> report_;
};

/// What the folder of a fit calls for. Throws as the transfer's does.
enum class Beginning;
Beginning beginningOf(const FitRequest& request);

/// The fitted model in a result folder.
std::filesystem::path fittedModelIn(const std::filesystem::path& out);

}  // namespace gf
