// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/control.h"
#include "report/figure.h"
#include "study/cell.h"
#include "study/study_index.h"
#include "study/study_table.h"
#include "study/study_tables.h"

namespace gf {

/// How many cells stand how.
struct StateCounts {
  std::size_t done = 0, failed = 0, running = 0, missing = 0;
  std::size_t all() const { return done + failed + running + missing; }
  bool operator==(const StateCounts&) const = default;
};

/// A study's cells at one moment.
struct StudyNow {
  std::vector<IndexedCell> cells;
  StateCounts counts;
  double meanSeconds = 0;  ///< Of the finished cells; 0 while there is none.
};
StudyNow studyNow(std::vector<IndexedCell> cells);

/// What the finished cells of a study amount to.
struct StudyResults {
  std::vector<StudyCell> cells;
  StudyTable table;
  std::string headline;
  std::vector<Figure> figures, figuresWithPaper;
  std::vector<StudyTableText> tables, tablesWithPaper;
};

/// Reads the reports of a study's cells that are done; what was read once is kept. For one thread.
class ResultReader {
 public:
  explicit ResultReader(std::filesystem::path root) : root_(std::move(root)) {}
  /// Null while there is none. Throws Stopped.
  std::shared_ptr<const StudyResults> read(const std::vector<IndexedCell>& cells, const Control& control);

 private:
  StudyCell* cellOf(const std::string& name);

  std::filesystem::path root_;
  std::map<std::string, std::optional<StudyCell>> read_;  ///< By the cell's name; nothing for one that is unusable.
};

}  // namespace gf
