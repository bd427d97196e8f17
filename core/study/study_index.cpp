// SPDX-License-Identifier: Apache-2.0
#include "study/study_index.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "study/cell_result.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kRowsAtOnce = 500;

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * kSecond + time.tv_nsec;
}

/// A folder whose entries are looked at without a path lookup each.
class Folder {
 public:
  explicit Folder(const fs::path& path) : stream_(::opendir(path.c_str())) {}
  ~Folder() {
    if (stream_) ::closedir(stream_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// The next name; empty at the end, and where there is no folder.
  std::string_view next() {
    const dirent* entry = stream_ ? ::readdir(stream_) : nullptr;
    return entry ? std::string_view(entry->d_name) : std::string_view();
  }
  /// Time and size of a file in it.
  bool look(const std::string& name, std::int64_t& time, std::int64_t& size) const {
    struct stat facts {};
    if (!stream_ || ::fstatat(::dirfd(stream_), name.c_str(), &facts, 0) != 0 || !S_ISREG(facts.st_mode)) return false;
    time = nanoseconds(facts.st_mtim);
    size = facts.st_size;
    return true;
  }

 private:
  DIR* stream_;
};

struct Marks {
  bool done = false, failed = false, lock = false;
};

std::unordered_map<std::string, Marks> marksIn(Folder& folder) {
  std::unordered_map<std::string, Marks> marks;
  for (auto name = folder.next(); !name.empty(); name = folder.next()) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) continue;
    const auto ending = name.substr(dot);
    if (ending != ".done" && ending != ".error" && ending != ".lock") continue;
    Marks& of = marks[std::string(name.substr(0, dot))];
    (ending == ".done" ? of.done : ending == ".error" ? of.failed : of.lock) = true;
  }
  return marks;
}

std::unordered_set<std::string> namesIn(const fs::path& path) {
  Folder folder(path);
  std::unordered_set<std::string> names;
  for (auto name = folder.next(); !name.empty(); name = folder.next()) names.emplace(name);
  return names;
}

/// A file written within the last two seconds may be replaced without its time telling (clocks tick every few
/// milliseconds, on some file systems every second or two).
bool isYoung(std::int64_t time) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return time > nanoseconds(now) - 2 * kSecond;
}

void show(IndexedCell& cell, const MarkFacts& facts) {
  cell.error = facts.error;
  cell.delta = facts.delta;
  cell.gain = facts.gain;
  cell.loss = facts.loss;
  cell.seconds = facts.seconds;
}

/// What a mark and the report beside it say; time 0 where that may be otherwise at the next look.
MarkFacts readFacts(const StudyStore& store, const IndexedCell& cell, std::int64_t time, std::int64_t size) {
  MarkFacts facts;
  facts.failed = cell.state == CellState::Failed;
  facts.time = isYoung(time) ? 0 : time;
  facts.size = size;
  if (facts.failed) {
    facts.error = store.errorOf(cell.name);
    return facts;
  }
  facts.seconds = store.secondsOf(cell.name);
  try {
    const CellResult result = readCellResult(store.folderOf(cell.name) / "report.json");
    facts.delta = result.delta;
    facts.gain = result.gain;
    facts.loss = result.loss;
  } catch (const Error& error) {
    facts.error = error.what();
    facts.time = 0;
  }
  return facts;
}

}  // namespace

StudyIndex::StudyIndex(fs::path root) : store_(std::move(root)), file_(store_.root() / "index.sqlite") {}

void StudyIndex::readList(const Control& control) {
  struct stat facts {};
  Stamp stamp;
  if (::stat((store_.root() / "study.json").c_str(), &facts) == 0) {
    stamp = {facts.st_ino, nanoseconds(facts.st_mtim), facts.st_size};
  }
  if (!list_.empty() && stamp == listed_) return;
  auto list = store_.list();
  std::unordered_set<std::string> unknown;
  for (const auto& cell : list) {
    if (!known_.contains(cell.name)) unknown.insert(cell.name);
  }
  known_.merge(file_.load(unknown, control));
  list_ = std::move(list);
  listed_ = stamp;
}

void StudyIndex::save() {
  if (!unsaved_.empty() && file_.save(unsaved_)) unsaved_.clear();
}

void StudyIndex::readMarks(std::vector<IndexedCell>& cells, const std::vector<std::size_t>& unknown,
                           const Control& control) {
  const Folder folder(store_.root() / "marks");
  Meter meter(control, "Reading results", static_cast<double>(unknown.size()));
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    control.checkpoint();
    IndexedCell& cell = cells[unknown[i]];
    std::int64_t time = 0, size = 0;
    folder.look(cell.name + (cell.state == CellState::Done ? ".done" : ".error"), time, size);
    MarkFacts facts = readFacts(store_, cell, time, size);
    show(cell, facts);
    if (facts.time != 0) unsaved_[cell.name] = facts;
    known_[cell.name] = std::move(facts);
    if ((i + 1) % kRowsAtOnce == 0) save();
    meter.update(static_cast<double>(i + 1));
  }
}

bool StudyIndex::refresh(const Control& control) {
  readList(control);
  Folder folder(store_.root() / "marks");
  const auto marks = marksIn(folder);
  const auto results = namesIn(store_.root() / "cells");
  std::vector<IndexedCell> cells;
  std::vector<std::size_t> unknown;
  cells.reserve(list_.size());
  for (const auto& listed : list_) {
    IndexedCell& cell = cells.emplace_back(IndexedCell{listed, {}, {}, {}, {}, {}, {}});
    const auto found = marks.find(cell.name);
    if (found == marks.end()) continue;
    const Marks& mark = found->second;
    cell.state = mark.done                               ? CellState::Done
                 : mark.lock && store_.isHeld(cell.name) ? CellState::Running
                 : mark.failed                           ? CellState::Failed
                                                         : CellState::Missing;
    if (cell.state != CellState::Done && cell.state != CellState::Failed) continue;
    std::int64_t time = 0, size = 0;
    const bool there = folder.look(cell.name + (mark.done ? ".done" : ".error"), time, size);
    const auto known = known_.find(cell.name);
    const bool same = there && known != known_.end() && known->second.failed == !mark.done &&
                      known->second.time == time && known->second.size == size &&
                      (!mark.done || results.contains(cell.name));
    if (same) {
      show(cell, known->second);
    } else {
      unknown.push_back(cells.size() - 1);
    }
  }
  try {
    readMarks(cells, unknown, control);
  } catch (...) {
    save();  // what thousands of reports said is not read again
    throw;
  }
  save();
  if (cells == cells_) return false;
  cells_ = std::move(cells);
  return true;
}

}  // namespace gf
