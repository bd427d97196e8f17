// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "jobs/study_job.h"

namespace gf {

/// One frozen model in one stage of a cell.
struct FrozenPart {
  std::size_t model = 0;  ///< Its position among the models; of a frozen student the student's.
  bool isStudent = false;
  bool passing = false;                  ///< A student between two teachers: nobody else shares its answers.
  std::int64_t samples = 0, passes = 0;  ///< Passes over the transfer set, were it to run live.
  std::int64_t rows = 0;                 ///< Of one pass, see frozenRows().
  std::vector<std::string> keys;         ///< Of its answers by view, see frozenKey().
  std::uint64_t bytes = 0;               ///< Of each view's file.
  std::string mustRun;                   ///< Why it runs live whatever is kept; empty where it need not.
};

/// Decoded images of one geometry.
struct CropPart {
  std::string key;          ///< See cropKey().
  std::uint64_t bytes = 0;  ///< Of the file that keeps them.
};

/// Which kept answers and decoded images the cells of a study share.
class StudyFrozen {
 public:
  /// `threads`: which compute, as TransferOptions has them.
  StudyFrozen(const PreparedStudy& prepared, const std::string& device, int threads);

  /// Teachers stage by stage and with each the frozen student, in the order in which a run takes them up; of
  /// sequential teachers as they are given, which may be another order than the run's but costs as much.
  std::vector<std::vector<FrozenPart>> stagesOf(const PlannedCell& cell) const;
  /// Passes that all cells of the study make of what these answers serve, were it to run live.
  std::int64_t passesOf(const FrozenPart& part) const;
  /// What the cell decodes for a model that is shown images in it.
  CropPart cropsOf(const PlannedCell& cell, std::size_t model) const;
  /// Passes in which all cells of the study would decode what this one does for its student.
  std::int64_t cropPassesOf(const PlannedCell& cell) const;

 private:
  struct TransferSet {
    std::int64_t samples = 0;
    std::string hash;
  };
  const TransferSet& transferSetOf(const TransferOptions& options) const;
  FrozenPart partOf(const PlannedCell& cell, std::size_t model, const std::string& weights) const;

  const PreparedStudy& prepared_;
  bool cuda_;
  int threads_;
  std::vector<std::vector<std::int64_t>> arrangements_;  ///< By model.
  mutable std::map<std::string, TransferSet> sets_;      ///< By rule and seed.
  std::map<std::string, std::int64_t> passes_;           ///< By the key of a last view.
  std::map<std::string, std::int64_t> cropPasses_;       ///< By the key of a student's crops.
};

}  // namespace gf
