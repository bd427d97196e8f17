// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "jobs/job.h"
#include "models/metadata.h"
#include "study/expansion.h"
#include "study/study_store.h"
#include "transfer/frozen_cache.h"

namespace gf {

class StudyFrozen;

struct StudyRequest {
  StudyPlan plan;             ///< With models and data named.
  std::filesystem::path out;  ///< A new or empty folder, or one that holds a study.
  std::string device = "auto";
  int threads = 0;
  bool retryFailed = false;
};

/// What a plan amounts to on the models and data that it names.
struct PreparedStudy {
  std::vector<PlanModel> models;        ///< Of the shelf, those that can be used, by path.
  std::vector<ModelMetadata> metadata;  ///< Of each.
  DataSource data;
  StudyExpansion expansion;  ///< Its notes say as well which models cannot be used, and why.
};
/// Opens the data and inspects the shelf in a child process. Throws Error, Stopped.
PreparedStudy prepareStudy(const StudyPlan& plan, const Control& control);

/// Runs the cells of a study that are missing, one after the other, in this process: each by TransferJob into its own
/// folder, going on from its saved state where it was interrupted. A cell that fails keeps its error and the study goes
/// on; cells that another process works at are passed over. Throws Stopped between two steps of a cell.
class StudyJob final : public Job {
 public:
  explicit StudyJob(StudyRequest request);
  ~StudyJob() override;
  std::string title() const override;
  void run(const Control& control) override;
  /// How the answers of frozen models came about in the cells that run() has run.
  const FrozenUse& frozen() const { return frozenUse_; }

 private:
  void runCell(const PlannedCell& cell, const StudyStore& store, const Control& control);
  void book(const std::vector<FrozenUse>& uses);

  StudyRequest request_;
  PreparedStudy prepared_;
  std::unique_ptr<StudyFrozen> shared_;
  FrozenUse frozenUse_;
};

}  // namespace gf
