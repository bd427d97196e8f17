// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "jobs/compare_job.h"
#include "jobs/job.h"
#include "models/inspection.h"

namespace gf {

/// Looks at checkpoints in child processes, one after another; folders are searched first.
class InspectJob final : public Job {
 public:
  /// Both are called from the working thread: once with the files that folders turned out to hold, then per file.
  using Found = std::function<void(const std::vector<std::filesystem::path>&)>;
  using Inspected = std::function<void(const Inspection&)>;

  InspectJob(std::vector<ModelChoice> choices, Found found, Inspected inspected);
  std::string title() const override;
  void run(const Control& control) override;

 private:
  std::vector<ModelChoice> filesToRead();

  std::vector<ModelChoice> choices_;
  Found found_;
  Inspected inspected_;
};

/// Opens a data folder.
class OpenDataJob final : public Job {
 public:
  explicit OpenDataJob(std::filesystem::path path);
  std::string title() const override;
  void run(const Control& control) override;
  /// After run() returned; empty before.
  const std::optional<DataSource>& result() const { return result_; }

 private:
  std::filesystem::path path_;
  std::optional<DataSource> result_;
};

}  // namespace gf
