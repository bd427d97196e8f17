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
  return option == "save-every";
}
bool mayDiffer(const std::string& option) {
  return option == "device" || option == "threads";
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

[[noreturn]] void failDifferent(const TransferRequest& request, const std::string& what, const std::string& now,
                                const std::string& then) {
  failUsage(request.out.string(), "a run goes on only as it was begun",
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

Beginning beginningOf(const TransferRequest& request) {
  requireConsistent(request.options, request.teachers.size());
  std::vector<fs::path> inputs{request.student.path, request.data};
  for (const auto& teacher : request.teachers) inputs.push_back(teacher.path);
  std::error_code ignored;
  const bool used = fs::is_directory(request.out, ignored) && !fs::is_empty(request.out, ignored);
  if (!request.resume || !used) {
    checkResultFolder(request.out, request.overwrite, inputs);
    return Beginning::Fresh;
  }
  if (canGoOn(request.out)) return Beginning::GoOn;
  if (isFinishedResult(request.out)) return Beginning::Finished;
  failUsage(request.out.string(), "must hold a saved state to go on from", "none",
            "Start the run anew with --overwrite, or in another folder");
}

void writeIdentity(const TransferRequest& request, const Comparison& comparison,
                   const std::vector<Unreadable>& leftOut) {
  std::error_code error;
  fs::create_directories(stateFolderOf(request.out), error);
  if (error) failRun(stateFolderOf(request.out).string(), "the folder must be writable", error.message());
  writeAtomically(identityFile(request.out), identityOf(request, comparison, leftOut).dump(1) + "\n");
}

void requireSameIdentity(const TransferRequest& request, const Comparison& comparison,
                         const std::vector<Unreadable>& leftOut) {
  const auto then = parseJsonFile(identityFile(request.out), kLargestIdentity);
  const auto now = identityOf(request, comparison, leftOut);
  const nlohmann::ordered_json nothing;
  for (const auto& [section, entries] : now.items()) {
    const auto& earlier = then.contains(section) ? then[section] : nothing;
    for (const auto& [key, value] : entries.items()) {
      const auto& before = earlier.contains(key) ? earlier[key] : nothing;
      if (value == before || (section == "options" && (isFree(key) || isNewDefault(key, value, before)))) continue;
      const std::string what = section == "options" ? "--" + key : "the " + section.substr(0, 5) + " (" + key + ")";
      if (section != "options" || !mayDiffer(key)) {
        failDifferent(request, what, shortText(value), shortText(before));
      }
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
