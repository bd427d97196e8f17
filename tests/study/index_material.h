// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <stdexcept>

#include "base/error.h"
#include "base/files.h"
#include "report/json_text.h"
#include "report/report_material.h"
#include "study/cell_result.h"
#include "study/read_cells.h"
#include "study/store_material.h"
#include "study/study_index.h"

namespace gf::test {

namespace fs = std::filesystem;

inline std::string reportText(const std::string& plan) {
  for (const auto& each : allPlans()) {
    if (each.name != plan) continue;
    Material material;
    makeMaterial(each, material);
    return fileText(buildReport(material.input));
  }
  throw std::logic_error("no such plan");
}

/// A store of twelve cells, and what may happen to one.
struct Bench {
  ScratchFolder scratch;
  fs::path root = scratch / "study";
  StudyStore store{root};
  MadeStore made{store, R"(["kl"])", 4};
  std::string report = reportText("kl");

  std::string name(std::size_t cell) const { return made.expansion.cells.at(cell).name; }
  void finish(std::size_t cell, double seconds = 2) const {
    fs::create_directories(store.folderOf(name(cell)));
    writeAtomically(store.folderOf(name(cell)) / "report.json", report);
    store.markDone(name(cell), seconds);
  }
  void fail(std::size_t cell, const std::string& rule) const {
    store.markFailed(name(cell), Error(ErrorKind::Run, name(cell), rule, "nothing"));
  }
  /// All marks as if they were an hour old, which is when an index may believe in them.
  void age() const {
    for (const auto& mark : fs::directory_iterator(root / "marks")) {
      fs::last_write_time(mark, fs::file_time_type::clock::now() - std::chrono::hours(1));
    }
  }
  /// One of each kind.
  void fill() const {
    for (std::size_t cell = 0; cell < 6; ++cell) finish(cell, 1.5 + static_cast<double>(cell));
    fail(6, "must fit");
    fail(7, "must be there");
    writeAtomically(store.folderOf(name(5)) / "report.json", report.substr(0, report.size() / 3));
    age();
  }
  fs::path file() const { return root / "index.sqlite"; }
};

/// What the folders say, read without any index.
inline std::vector<IndexedCell> truth(const StudyStore& store) {
  std::vector<IndexedCell> cells;
  for (const auto& listed : store.list()) {
    IndexedCell cell{listed, store.stateOf(listed.name), {}, {}, {}, {}, {}};
    if (cell.state == CellState::Failed) cell.error = store.errorOf(cell.name);
    if (cell.state == CellState::Done) {
      cell.seconds = store.secondsOf(cell.name);
      const fs::path report = store.folderOf(cell.name) / "report.json";
      try {
        const StudyCell whole = readStudyCell(report);
        cell.delta = whole.delta;
        cell.gain = whole.gain;
        cell.loss = whole.loss;
      } catch (const Error&) {
        try {
          readCellResult(report);
        } catch (const Error& error) {
          cell.error = error.what();
        }
      }
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace gf::test
