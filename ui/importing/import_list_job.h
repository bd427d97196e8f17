// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "jobs/import_job.h"

namespace gf {

/// Finds a Python and asks it which models there are. It takes seconds.
class ImportListJob final : public Job {
 public:
  /// `python`: as findPython() takes it.
  explicit ImportListJob(std::filesystem::path python) : asked_(std::move(python)) {}
  std::string title() const override;
  void run(const Control& control) override;
  /// After run() returned.
  const PythonFound& python() const { return python_; }
  const ImportList& list() const { return list_; }

 private:
  std::filesystem::path asked_;
  PythonFound python_;
  ImportList list_;
};

}  // namespace gf
