// SPDX-License-Identifier: Apache-2.0
#include "study/study_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/files.h"
#include "report/json_text.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kStudySchema = "gainfinder-study/1";
constexpr std::size_t kLargestList = std::size_t{256} << 20;
constexpr std::size_t kLargestMark = std::size_t{1} << 20;

bool isThere(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// An exclusive lock on all of a file; it goes with the descriptor, and so with the process.
struct flock wholeFile() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

void makeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) failRun(folder.string(), "the folder must be writable", error.message());
}

Json cellJson(const PlannedCell& cell, std::span<const PlanModel> models) {
  Json teachers = Json::array();
  for (const std::size_t teacher : cell.teachers) teachers.push_back(models[teacher].name);
  return {{"name", cell.name},
          {"id", cell.id},
          {"student", models[cell.student].name},
          {"teachers", teachers},
          {"method", idOf(cell.options.method)},
          {"seed", cell.options.seed}};
}

/// A name from study.json becomes part of a path: it must be one of ours.
std::string plainName(const JsonReader& cell) {
  std::string name = cell.text("name");
  if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos) {
    cell.fail("name", "must be a plain file name", name);
  }
  return name;
}

std::string errorText(const fs::path& file) {
  try {
    const Json json = parseJsonFile(file, kLargestMark);
    return JsonReader(json, file.string()).text("what");
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

StudyStore::Claim::~Claim() {
  ::close(descriptor_);
}

fs::path StudyStore::mark(const std::string& cell, const char* suffix) const {
  return root_ / "marks" / (cell + suffix);
}

void StudyStore::open(const StudyPlan& plan, std::span<const PlanModel> models, const StudyExpansion& expansion) const {
  std::error_code ignored;
  const bool used = fs::exists(root_, ignored) && !(fs::is_directory(root_, ignored) && fs::is_empty(root_, ignored));
  if (used && !isThere(root_ / "study.json")) {
    failUsage(root_.string(), "must be a new or empty folder, or one that holds a study", "something else");
  }
  makeFolder(root_ / "cells");
  makeFolder(root_ / "marks");
  Json study{{"schema", kStudySchema},
             {"name", plan.name},
             {"self_pairs", expansion.selfPairs},
             {"notes", expansion.notes},
             {"cells", Json::array()}};
  for (const auto& cell : expansion.cells) study["cells"].push_back(cellJson(cell, models));
  writeAtomically(root_ / "study.json", fileText(study));
}

std::vector<ListedCell> StudyStore::list() const {
  const fs::path file = root_ / "study.json";
  const Json json = parseJsonFile(file, kLargestList);
  const JsonReader study(json, file.string());
  if (const std::string schema = study.text("schema"); schema != kStudySchema) {
    study.fail("schema", "must be " + std::string(kStudySchema), schema);
  }
  std::vector<ListedCell> cells;
  for (std::size_t i = 0; i < study.array("cells").size(); ++i) {
    const auto cell = study.element("cells", i);
    ListedCell listed{plainName(cell), cell.text("id"), cell.text("student"), cell.text("method"), {}, 0, {}, {}};
    for (const auto& teacher : cell.array("teachers")) {
      if (!teacher.is_string()) cell.fail("teachers", "must hold text", shortText(teacher));
      listed.teachers.push_back(teacher.get<std::string>());
    }
    listed.seed = static_cast<std::uint64_t>(cell.whole("seed", 0, std::numeric_limits<std::int64_t>::max()));
    listed.state = stateOf(listed.name);
    if (listed.state == CellState::Failed) listed.error = errorText(mark(listed.name, ".error"));
    cells.push_back(std::move(listed));
  }
  return cells;
}

CellState StudyStore::stateOf(const std::string& cell) const {
  if (isThere(mark(cell, ".done"))) return CellState::Done;
  const int lock = ::open(mark(cell, ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (lock >= 0) {
    // Asked, not tried: a look must not keep anybody from the cell.
    struct flock whole = wholeFile();
    const bool held = ::fcntl(lock, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
    ::close(lock);
    if (held) return CellState::Running;
  }
  return isThere(mark(cell, ".error")) ? CellState::Failed : CellState::Missing;
}

bool StudyStore::isMarked(const std::string& cell) const {
  return isThere(mark(cell, ".done")) || isThere(mark(cell, ".error"));
}

std::unique_ptr<StudyStore::Claim> StudyStore::claim(const std::string& cell) const {
  const fs::path path = mark(cell, ".lock");
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) failRun(path.string(), "the folder must be writable", std::generic_category().message(errno));
  struct flock whole = wholeFile();
  if (::fcntl(lock, F_OFD_SETLK, &whole) == 0) return std::make_unique<Claim>(lock);
  ::close(lock);
  return nullptr;
}

void StudyStore::markDone(const std::string& cell, double seconds) const {
  clearFailure(cell);
  writeAtomically(mark(cell, ".done"), fileText(Json{{"seconds", seconds}}));
}

void StudyStore::markFailed(const std::string& cell, const Error& error) const {
  writeAtomically(mark(cell, ".error"), fileText(Json{{"what", error.what()},
                                                      {"subject", error.subject()},
                                                      {"rule", error.rule()},
                                                      {"observed", error.observed()},
                                                      {"remedy", error.remedy()}}));
}

void StudyStore::clearFailure(const std::string& cell) const {
  std::error_code error;
  fs::remove(mark(cell, ".error"), error);
  if (error) failRun(mark(cell, ".error").string(), "the file must be removable", error.message());
}

std::vector<double> StudyStore::secondsOfDone() const {
  std::vector<double> seconds;
  std::error_code error;
  for (fs::directory_iterator each(root_ / "marks", error), end; !error && each != end; each.increment(error)) {
    if (each->path().extension() != ".done") continue;
    try {
      const Json json = parseJsonFile(each->path(), kLargestMark);
      seconds.push_back(JsonReader(json, each->path().string()).number("seconds", 0, 1e12));
    } catch (const Error&) {  // a mark that says nothing of time is still a mark
      continue;
    }
  }
  return seconds;
}

}  // namespace gf
