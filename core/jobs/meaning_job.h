// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "jobs/compare_job.h"
#include "jobs/job.h"
#include "semantics/class_meaning.h"

namespace gf {

/// What the classes of a comparison mean to one provider, and where its teachers' knowledge lies in that.
struct PairMeaning {
  std::string provider;  ///< As --semantics takes it.
  ClassMeaning classes;
  nlohmann::ordered_json json;    ///< The key `meaning` of the report (report/meaning_report.h).
  std::vector<float> similarity;  ///< [C, C], as the figures take it.
};

/// ImageNet ids of the data's classes, "" where none is known: class names that are ids, else what the student or a
/// teacher says of its classes. Empty when nobody knows any.
std::vector<std::string> imageNetIds(const Comparison& comparison);

/// `provider` as --semantics takes it, "head" (the first teacher's classifier rows) included. Throws Error, Stopped.
PairMeaning pairMeaning(const Comparison& comparison, const std::string& provider, const Control& control);

/// Throws Error(Usage) when `provider` is none that --semantics takes. Opens nothing.
void checkProvider(const std::string& provider);

class MeaningJob final : public Job {
 public:
  MeaningJob(std::shared_ptr<const Comparison> comparison, std::string provider);
  std::string title() const override;
  void run(const Control& control) override;
  /// After run() returned; null before.
  std::shared_ptr<const PairMeaning> result() const { return result_; }

 private:
  std::shared_ptr<const Comparison> comparison_;
  std::string provider_;
  std::shared_ptr<const PairMeaning> result_;
};

}  // namespace gf
