// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "jobs/job.h"
#include "jobs/transfer_job.h"
#include "knowledge/routing.h"

namespace gf {

/// What a transfer would do, before it is started.
struct Preview {
  std::size_t transferSamples = 0;
  /// In parallel: to any teacher, by outcome of "any of them is right"; else to the first one that would teach.
  Routing supervised, unsupervised;
  std::int64_t ties = 0;
  std::vector<std::string> classNames;
  std::vector<Routing> supervisedByClass, unsupervisedByClass;  ///< By label, as `supervised`.
  std::vector<std::int64_t> tiesByClass;
  std::vector<std::string> teacherNames;  ///< In the order given.
  /// By outcome against each teacher: in parallel what goes to it beside the others, else what would alone.
  std::vector<Routing> supervisedByTeacher, unsupervisedByTeacher;
  double secondsPerEpoch = 0;   ///< Measured on a few steps of this machine.
  double estimatedSeconds = 0;  ///< Whole run, evaluations included.
  double memoryBytes = 0;       ///< Highest resident memory seen during the dry run.
  double diskBytes = 0;         ///< Of the result folder.
};

class PreviewJob final : public Job {
 public:
  explicit PreviewJob(TransferRequest request);
  std::string title() const override;
  void run(const Control& control) override;
  std::shared_ptr<const Preview> result() const { return result_; }

 private:
  TransferRequest request_;
  std::shared_ptr<const Preview> result_;
};

}  // namespace gf
