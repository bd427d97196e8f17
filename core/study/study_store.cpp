// SPDX-License-Identifier: Apache-2.0
#include "study/study_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/files.h"
#include "report/json_text.h"
#include "study/cell.h"

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

/// What each cell is called among the others of the study.
std::vector<std::string> settingTexts(const std::vector<PlannedCell>& cells) {
  std::vector<TransferOptions> settings;
  std::vector<std::size_t> settingAt;
  for (const auto& cell : cells) {
    const auto found = std::find(settings.begin(), settings.end(), settingOf(cell.options));
    settingAt.push_back(static_cast<std::size_t>(found - settings.begin()));
    if (found == settings.end()) settings.push_back(settingOf(cell.options));
  }
  const auto names = settingNames(settings);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool team = cells[i].teachers.size() > 1;
    texts.push_back(names[settingAt[i]] + (team ? ", " + std::string(idOf(cells[i].options.teachers)) : ""));
  }
  return texts;
}

/// The plan with the models and data it was opened with, wherever it is read from later.
Json filled(const StudyPlan& plan) {
  Json json = plan.source;
  std::error_code ignored;
  if (!plan.models.empty()) json["models"] = fs::absolute(plan.models, ignored).lexically_normal().string();
  if (!plan.data.empty()) json["data"] = fs::absolute(plan.data, ignored).lexically_normal().string();
  return json;
}

Json cellJson(const PlannedCell& cell, const std::string& setting, std::span<const PlanModel> models) {
  Json teachers = Json::array();
  for (const std::size_t teacher : cell.teachers) teachers.push_back(models[teacher].name);
  return {{"name", cell.name},
          {"id", cell.id},
          {"student", models[cell.student].name},
          {"teachers", teachers},
          {"method", idOf(cell.options.method)},
          {"setting", setting},
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
  const auto settings = settingTexts(expansion.cells);
  for (std::size_t i = 0; i < settings.size(); ++i) {
    study["cells"].push_back(cellJson(expansion.cells[i], settings[i], models));
  }
  writeAtomically(root_ / "study.json", fileText(study));
  if (!plan.source.is_null()) writeAtomically(root_ / "plan.json", fileText(filled(plan)));
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
    const std::string method = cell.text("method");
    // A study of an earlier program does not say its settings until it is run again.
    const std::string setting = cell.has("setting") ? cell.text("setting") : method;
    ListedCell listed{plainName(cell), cell.text("id"), cell.text("student"), method, setting, {}, 0};
    for (const auto& teacher : cell.array("teachers")) {
      if (!teacher.is_string()) cell.fail("teachers", "must hold text", shortText(teacher));
      listed.teachers.push_back(teacher.get<std::string>());
    }
    listed.seed = static_cast<std::uint64_t>(cell.whole("seed", 0, std::numeric_limits<std::int64_t>::max()));
    cells.push_back(std::move(listed));
  }
  return cells;
}

bool StudyStore::isHeld(const std::string& cell) const {
  const int lock = ::open(mark(cell, ".lock").c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (lock < 0) return false;
  // Asked, not tried: a look must not keep anybody from the cell.
  struct flock whole = wholeFile();
  const bool held = ::fcntl(lock, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
  ::close(lock);
  return held;
}

CellState StudyStore::stateOf(const std::string& cell) const {
  if (isThere(mark(cell, ".done"))) return CellState::Done;
  if (isHeld(cell)) return CellState::Running;
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
  const int why = errno;
  ::close(lock);
  if (why == EAGAIN || why == EACCES) return nullptr;
  failRun(path.string(), "the file system must know locks, by which those who work at a study keep apart",
          std::generic_category().message(why), "Put the study on another, or let the mount know locks");
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

std::optional<double> StudyStore::secondsOf(const std::string& cell) const {
  try {
    const Json json = parseJsonFile(mark(cell, ".done"), kLargestMark);
    return JsonReader(json, cell).number("seconds", 0, 1e12);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string StudyStore::errorOf(const std::string& cell) const {
  try {
    const Json json = parseJsonFile(mark(cell, ".error"), kLargestMark);
    return JsonReader(json, mark(cell, ".error").string()).text("what");
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace gf
