// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "jobs/job.h"
#include "report/result_folder.h"

namespace gf {

/// Makes a result with its figures, off the GUI thread: reports of a thousand classes take a while.
class ReadJob final : public Job {
 public:
  ReadJob(std::string title, std::function<Result()> read) : title_(std::move(title)), read_(std::move(read)) {}
  std::string title() const override { return title_; }
  void run(const Control& control) override {
    control.checkpoint();
    result_ = std::make_shared<const Result>(read_());
  }
  /// After run() returned; null before.
  std::shared_ptr<const Result> result() const { return result_; }

 private:
  std::string title_;
  std::function<Result()> read_;
  std::shared_ptr<const Result> result_;
};

}  // namespace gf
