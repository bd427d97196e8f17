// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/study_reading.h"

#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "study/paper.h"
#include "study/read_cells.h"
#include "study/study_figures.h"
#include "study/study_page.h"

namespace gf {

StudyNow studyNow(std::vector<IndexedCell> cells) {
  StudyNow now;
  now.cells = std::move(cells);
  double seconds = 0;
  std::size_t timed = 0;
  for (const IndexedCell& cell : now.cells) {
    StateCounts& counts = now.counts;
    ++(cell.state == CellState::Done      ? counts.done
       : cell.state == CellState::Failed  ? counts.failed
       : cell.state == CellState::Running ? counts.running
                                          : counts.missing);
    if (!cell.seconds) continue;
    seconds += *cell.seconds;
    ++timed;
  }
  if (timed > 0) now.meanSeconds = seconds / static_cast<double>(timed);
  return now;
}

StudyCell* ResultReader::cellOf(const std::string& name) {
  const auto [place, isNew] = read_.emplace(name, std::nullopt);
  if (isNew) {
    try {
      place->second = readStudyCell(root_ / "cells" / name / "report.json");
    } catch (const Error& error) {  // the list of cells says so as well
      logLine(LogLevel::Warning, error.what());
    }
  }
  return place->second ? &*place->second : nullptr;
}

std::shared_ptr<const StudyResults> ResultReader::read(const std::vector<IndexedCell>& cells, const Control& control) {
  auto results = std::make_shared<StudyResults>();
  for (const IndexedCell& cell : cells) {
    control.checkpoint();
    if (cell.state != CellState::Done) continue;
    if (const StudyCell* read = cellOf(cell.name)) results->cells.push_back(*read);
  }
  if (results->cells.empty()) return nullptr;
  results->table = studyTable(results->cells, root_.string());
  results->headline = studyHeadline(results->table);
  const PaperTables paper = readPaperTables(paperTablesFile());
  results->figures = studyFigures(results->table);
  results->figuresWithPaper = studyFigures(results->table, &paper);
  results->tables = studyTables(results->table);
  results->tablesWithPaper = studyTables(results->table, &paper);
  return results;
}

}  // namespace gf
