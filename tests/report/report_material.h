// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/report.h"
#include "report/result_folder.h"
#include "transfer/record.h"

namespace gf::test {

/// A made-up pair or transfer with everything a report is built from, and the raw numbers to check the report by.
struct Material {
  std::string name;
  ReportInput input;
  TransferOutcome outcome;  ///< input.outcome points here when `transferred`.
  bool transferred = false;
  /// The transfer set as one stage partitioned it for one teacher.
  struct Partitioned {
    std::size_t stage = 0, teacher = 0;
    std::vector<std::int32_t> truth, teacherAnswers, studentAnswers;
    std::vector<std::uint8_t> mask;
  };
  std::vector<Partitioned> partitions;
  std::vector<StepRecord> steps;
};

/// What a case is like; skills are shares of right answers.
struct Plan {
  std::string name;
  int samples = 500, classes = 7, teachers = 1;
  double teacherSkill = 0.7, studentSkill = 0.8;
  bool emptyClass = false;  ///< The last class has no samples.
  bool logits = true;       ///< False: only answers were kept.
  bool transferred = false, finished = true;
  Method method = Method::KlDp;
  TeacherMode mode = TeacherMode::Sequential;  ///< With several teachers.
};

/// Fills `material` in place: its outcome is referred to by its input.
void makeMaterial(const Plan& plan, Material& material);
std::vector<Plan> allPlans();

/// The raw numbers as JSON, for tests/report/validate.py.
nlohmann::json rawJson(const Material& material);
/// report.json, figures/, metrics.jsonl and subset.json.
void writeFolder(const std::filesystem::path& folder, const Material& material);

/// A folder below the system's temporary one, removed with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace gf::test
