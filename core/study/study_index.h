// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/control.h"
#include "study/index_file.h"
#include "study/study_store.h"

namespace gf {

/// A cell of a study as it stands.
struct IndexedCell : ListedCell {
  CellState state = CellState::Missing;
  /// Why a cell failed, as Error::what(); of one that is done, why its report cannot be used.
  std::string error;
  std::optional<double> delta, gain, loss;  ///< Of a cell that is done, shares 0–1; delta = gain − loss.
  std::optional<double> seconds;            ///< That its last run took.
  bool operator==(const IndexedCell&) const = default;
};

/// How a study's cells stand, for thousands of them. The folders and marks are the truth: what was read of them is kept
/// beside study.json in index.sqlite, so that only what is new has to be read again, by whichever program looks next.
/// An index that is absent, damaged or another program's is made anew; where it cannot be written, as in a folder of
/// somebody else's, all of it is in memory. For one thread at a time.
class StudyIndex {
 public:
  explicit StudyIndex(std::filesystem::path root);

  /// Looks at the study again; true when anything changed. One look at the list, the two folders and each mark; the
  /// locks of cells that are not done; reports of cells done since. Throws Error(Input) when there is no study in the
  /// folder, Stopped: cells() are then as before, and what was read is kept.
  bool refresh(const Control& control = {});
  /// In the order of the plan.
  const std::vector<IndexedCell>& cells() const { return cells_; }

 private:
  /// The file study.json as it was when the list was read.
  struct Stamp {
    std::uint64_t node = 0;
    std::int64_t time = 0, size = 0;
    bool operator==(const Stamp&) const = default;
  };
  void readList(const Control& control);
  void readMarks(std::vector<IndexedCell>& cells, const std::vector<std::size_t>& unknown, const Control& control);
  void save();

  StudyStore store_;
  IndexFile file_;
  Stamp listed_;
  std::vector<ListedCell> list_;
  KnownMarks known_, unsaved_;
  std::vector<IndexedCell> cells_;
};

}  // namespace gf
