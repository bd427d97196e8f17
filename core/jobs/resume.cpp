// SPDX-License-Identifier: Apache-2.0
#include "jobs/resume.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "options/option_table.h"
#include "report/json_text.h"
#include "transfer/transfer_set.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLargestIdentity = std::size_t{16} << 20;

fs::path identityFile(const fs::path& out) {
  return stateFolderOf(out) / "run.json";
}

/// Whether a state saved by a program without this option was made as with it.
bool isNewDefault(const std::string& option, const nlohmann::ordered_json& now, const nlohmann::ordered_json& then) {
  return then.is_null() && option == "bad-images" && now == "stop";
}

/// Options that change when a run looks up or where it works, not what it computes.
bool isFree(const std::string& option) {
  return option == "save-every" || option == "cache";
}
bool mayDiffer(const std::string& option) {
  return option == "device" || option == "threads";
}

[[noreturn]] void failDifferent(const fs::path& out, const std::string& what, const std::string& now,
                                const std::string& then) {
  failUsage(out.string(), "a run goes on only as it was begun",
            what + " is " + now + ", the saved state was made with " + then,
            "Give the same settings, or start anew with --overwrite");
}

bool isFinishedResult(const fs::path& out) {
  std::error_code ignored;
  if (!fs::is_regular_file(out / "report.json", ignored)) return false;
  const auto report = parseJsonFile(out / "report.json", kLargestIdentity * 16);
  return report.contains("transfer") && report["transfer"].value("finished", false);
}

}  // namespace

fs::path stateFolderOf(const fs::path& out) {
  return out / "state";
}

bool canGoOn(const fs::path& out) {
  std::error_code ignored;
  return fs::is_regular_file(identityFile(out), ignored);
}

Beginning beginningOf(const RunPlace& place, const std::function<bool()>& isFinished) {
  std::error_code ignored;
  const bool used = fs::is_directory(place.out, ignored) && !fs::is_empty(place.out, ignored);
  if (!place.resume || !used) {
    checkResultFolder(place.out, place.overwrite, place.inputs);
    return Beginning::Fresh;
  }
  if (canGoOn(place.out)) return Beginning::GoOn;
  if (isFinished()) return Beginning::Finished;
  failUsage(place.out.string(), "must hold a saved state to go on from", "none",
            "Start the run anew with --overwrite, or in another folder");
}

Beginning beginningOf(const TransferRequest& request) {
  requireConsistent(request.options, request.teachers.size());
  RunPlace place{request.out, request.overwrite, request.resume, {request.student.path, request.data}};
  for (const auto& teacher : request.teachers) place.inputs.push_back(teacher.path);
  return beginningOf(place, [&] { return isFinishedResult(request.out); });
}

nlohmann::ordered_json identityOf(const TransferRequest& request, const Comparison& comparison,
                                  const std::vector<Unreadable>& leftOut) {
  nlohmann::ordered_json teachers = nlohmann::ordered_json::array();
  for (const auto& teacher : comparison.teachers) teachers.push_back(teacher.sha256);
  return {{"options", toJson(request.options)},
          {"models", {{"student", comparison.student.sha256}, {"teachers", teachers}}},
          {"data",
           {{"train", withoutSamples(comparison.data.train, leftOut)->identity()},
            {"eval", comparison.data.eval->identity()}}}};
}

void writeIdentity(const fs::path& out, const nlohmann::ordered_json& identity) {
  std::error_code error;
  fs::create_directories(stateFolderOf(out), error);
  if (error) failRun(stateFolderOf(out).string(), "the folder must be writable", error.message());
  writeAtomically(identityFile(out), identity.dump(1) + "\n");
}

void requireSameIdentity(const fs::path& out, const nlohmann::ordered_json& identity) {
  const auto then = parseJsonFile(identityFile(out), kLargestIdentity);
  const nlohmann::ordered_json nothing;
  for (const auto& [section, entries] : identity.items()) {
    const auto& earlier = then.contains(section) ? then[section] : nothing;
    for (const auto& [key, value] : entries.items()) {
      const auto& before = earlier.contains(key) ? earlier[key] : nothing;
      if (value == before || (section == "options" && (isFree(key) || isNewDefault(key, value, before)))) continue;
      const std::string what = section == "options" ? "--" + key : "the " + section.substr(0, 5) + " (" + key + ")";
      if (section != "options" || !mayDiffer(key)) failDifferent(out, what, shortText(value), shortText(before));
      logLine(LogLevel::Warning, what + " is " + shortText(value) + " and was " + shortText(before) +
                                     ": the run goes on, but its last bits may differ from an uninterrupted one.");
    }
  }
}

FolderLock::FolderLock(const fs::path& out) {
  const fs::path path = out / "state" / "lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) failRun(path.string(), "the folder must be writable", std::generic_category().message(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(descriptor_);
  failRun(out.string(), "only one run may work in a result folder", "another program is running in it",
          "Wait until it has ended, or choose another --out");
}

FolderLock::~FolderLock() {
  ::close(descriptor_);
}

}  // namespace gf
