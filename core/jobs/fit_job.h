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

namespace gf {

/// Which weights supervised training changes.
enum class FitLayers {
  Head,  ///< The last linear layer alone; everything else in eval mode (first step of Fig. 9).
  All
};
/// What the model answers for afterwards.
enum class FitClasses {
  Data,   ///< The data's classes: the head is made anew where they are not the model's own.
  Shared  ///< Its own classes as before; trained on the images of classes that it shares with the data (Fig. 10).
};

struct FitRequest {
  ModelChoice model;
  std::filesystem::path data;
  FitLayers layers = FitLayers::Head;
  FitClasses classes = FitClasses::Data;
  /// For FitClasses::Shared: a CSV of two columns, the data's class and the model's (name or ImageNet id). Empty: by
  /// ImageNet id, by name, then by WordNet's synonyms.
  std::filesystem::path classMap;
  /// Of these count: epochs, learning rate, momentum, weight decay, label smoothing, schedule, warm-up, clipping,
  /// augmentation, bad images, subset, evaluateEvery, saveEvery, batch, microBatch, freezeBatchNorm, precision, layout,
  /// seed, device, threads.
  TransferOptions options;
  std::filesystem::path out;  ///< Result folder: new, empty, or an earlier one with `overwrite` or `resume`.
  bool overwrite = false;
  bool resume = false;
};
/// The defaults of supervised training: no transfer's learning rate fits a new head.
TransferOptions fitDefaults(FitLayers layers);

/// What classes the model and the data share, before anything is trained.
struct SharedClasses {
  struct Pair {
    std::string data, model;
    std::string by;  ///< "ImageNet id", "name", "WordNet", "file".
  };
  std::vector<Pair> pairs;
  std::vector<std::string> unmatched;  ///< Classes of the data that the model does not know.
};
SharedClasses sharedClasses(const FitRequest& request, const Control& control = {});

/// Supervised training of one model on the data's labels. Writes model.pt (with its new classes and measured
/// accuracy), fit.json, metrics.jsonl, subset.json, log.txt; state/ while it can be resumed. A stop keeps the model so
/// far.
class FitJob final : public Job {
 public:
  explicit FitJob(FitRequest request);
  std::string title() const override;
  void run(const Control& control) override;
  bool isPreparing() const override { return preparing_; }
  RunFeed& feed() { return feed_; }
  const FitRequest& request() const { return request_; }
  /// fit.json; null until run() has ended with one.
  std::shared_ptr<const nlohmann::ordered_json> report() const { return std::atomic_load(&report_); }

 private:
  FitRequest request_;
  RunFeed feed_;
  std::atomic<bool> preparing_{true};
  std::shared_ptr<const nlohmann::ordered_json> report_;
};

}  // namespace gf
