// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "options/transfer_options.h"
#include "study/aggregates.h"

namespace gf {

/// The numbers that the paper prints (resources/paper/tables.json), so that one's own can be read beside them. Shares
/// 0–1 here, percent in the file.
struct PaperTables {
  struct Student {
    std::string name, family;
    double accuracy = 0;
    std::int64_t parameters = 0;
    std::map<Method, std::vector<double>> deltas;  ///< Table 7, by teacher.
    std::map<Method, MeanStd> printed;             ///< Tables 1 and 3, over the teachers.
    std::vector<Method> disagrees;                 ///< Where table 7 gives another mean or deviation than is printed.
    std::optional<MeanStd> delta, deltaPositive, deltaNegative;  ///< Table 8 (KL+DP).
  };
  struct Team {
    std::string student;
    double singleMean = 0, singleLeast = 0, singleMost = 0, sequential = 0;
    std::optional<double> parallel;  ///< KL-Dist has none.
    double soup = 0;
  };
  struct Example {
    std::string student, teacher;
    double deltaAccuracy = 0, delta = 0;
  };
  /// A model of tables 5 and 6; accuracy on ImageNet.
  struct Model {
    std::string name, family;
    double accuracy = 0;
    std::int64_t parameters = 0;
  };

  std::string source;
  std::vector<std::string> teachers;  ///< Of table 7.
  std::vector<Student> students;
  std::vector<Example> examples;                      ///< Table 2 (KL+DP).
  std::map<Method, std::vector<Team>> teams;          ///< Tables 4 (KL+DP) and 9 (KL-Dist).
  std::vector<Model> subsetStudents, subsetTeachers;  ///< Table 5.
  double routedPositive = 0, routedNegative = 0;

  /// Median success rate of Fig. 4a under a setting: by its method; XE-KL with smoothed labels has one of its own, and
  /// the paper gives XE-KL as slightly above what is answered here. Nothing for other methods.
  std::optional<double> medianSuccess(const TransferOptions& setting) const;

 private:
  friend PaperTables readPaperTables(const std::filesystem::path&);
  std::map<std::string, double> medians_;
};

/// Strict: throws Error(Input) naming file, key, rule and value.
PaperTables readPaperTables(const std::filesystem::path& file);
/// The file that comes with the program.
std::filesystem::path paperTablesFile();

}  // namespace gf
