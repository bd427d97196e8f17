// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/left_out.h"
#include "jobs/job.h"
#include "knowledge/flips.h"
#include "models/inspection.h"
#include "predictions/predictions.h"
#include "report/report.h"

namespace gf {

struct PairMeaning;

/// A model as a job is given it: the file, and metadata keys that the user supplied for files without (null if none).
struct ModelChoice {
  std::filesystem::path path;
  nlohmann::json metadata;
};

struct CompareRequest {
  ModelChoice student;
  std::vector<ModelChoice> teachers;  ///< At least one.
  std::filesystem::path data;
  std::string device = "auto";
  int threads = 0;
  /// What classes mean, as --semantics takes it; empty: not asked. The report then has the key `meaning`.
  std::string semantics{};
  BadImages badImages = BadImages::Stop;
};

/// One student against its teachers on the evaluation split: everything the Compare page shows. Predictions are in the
/// data's order of classes, whatever the models' own.
struct Comparison {
  CompareRequest request;
  DataSource data;                    ///< Its evaluation split without `leftOut`.
  std::vector<Unreadable> leftOut{};  ///< By the numbers of the whole evaluation split.
  Inspection student;
  std::vector<Inspection> teachers;
  Predictions studentPredictions;
  std::vector<Predictions> teacherPredictions;  ///< One per teacher.
  std::vector<PairKnowledge> knowledge;         ///< One per teacher.
  std::string device;
  int threads = 0;  ///< Compute threads really used.
  nlohmann::ordered_json report;
  std::shared_ptr<const PairMeaning> meaning;  ///< Where the request asked for it; null otherwise.
};

/// Inspects the models in child processes, checks that they fit the data, evaluates each once (kept and keyed by
/// content). Classes are matched by name: a teacher may have them in another order, know more or lack some, where it is
/// never right; a student may have another order or more. What was matched is logged.
class CompareJob final : public Job {
 public:
  explicit CompareJob(CompareRequest request);
  std::string title() const override;
  void run(const Control& control) override;
  /// After run() returned; null before.
  std::shared_ptr<const Comparison> result() const { return result_; }

 private:
  CompareRequest request_;
  std::shared_ptr<const Comparison> result_;
};

/// The material of a comparison's report, with what was left out of the evaluation split.
ReportInput reportInputOf(const Comparison& comparison);

}  // namespace gf
