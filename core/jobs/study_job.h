// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "jobs/job.h"
#include "study/expansion.h"
#include "study/study_store.h"

namespace gf {

struct StudyRequest {
  StudyPlan plan;             ///< With models and data named.
  std::filesystem::path out;  ///< A new or empty folder, or one that holds a study.
  std::string device = "auto";
  int threads = 0;
  bool retryFailed = false;
};

/// What a plan amounts to on the models and data that it names.
struct PreparedStudy {
  std::vector<PlanModel> models;  ///< Of the shelf, those that can be used, by path.
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
  std::string title() const override;
  void run(const Control& control) override;

 private:
  void runCell(const PlannedCell& cell, const StudyStore& store, const Control& control);

  StudyRequest request_;
  PreparedStudy prepared_;
};

}  // namespace gf
