// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iterator>

#include "base/error.h"
#include "base/files.h"
#include "models/child_process.h"
#include "models/inspection.h"
#include "models/inspection_cache.h"

namespace gf {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr std::size_t kFilesPerChild = 256;         // keeps the command line short
constexpr std::size_t kLongestArgument = 64 << 10;  // bytes; the system allows 128 KiB
constexpr double kSecondsToStart = 120;             // LibTorch from a cold disk

std::string programToRun() {
  if (const char* set = std::getenv("GAINFINDER_PROGRAM"); set && *set) return set;
  return programFile().string();
}

/// Overrides as a command-line argument; long ones lie in memory that the child inherits.
class OverridesArgument {
 public:
  explicit OverridesArgument(const json& overrides) {
    if (overrides.is_null()) return;
    text_ = overrides.dump(-1, ' ', true, json::error_handler_t::replace);
    if (text_.size() <= kLongestArgument) return;
    descriptor_ = ::memfd_create("model-meta", 0);
    if (descriptor_ < 0 || ::write(descriptor_, text_.data(), text_.size()) != static_cast<ssize_t>(text_.size())) {
      failRun("gainfinder inspect", "the metadata must reach the child process", std::strerror(errno));
    }
    text_ = json("/proc/self/fd/" + std::to_string(descriptor_)).dump();
  }
  ~OverridesArgument() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OverridesArgument(const OverridesArgument&) = delete;
  OverridesArgument& operator=(const OverridesArgument&) = delete;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  int descriptor_ = -1;
};

/// A running `inspect --child` that looks at `files`.
ChildProcess childFor(const std::vector<fs::path>& files, const std::string& overrides,
                      const InspectionLimits& limits) {
  std::vector<std::string> arguments{programToRun(), "inspect", "--child"};
  if (!overrides.empty()) arguments.insert(arguments.end(), {"--model-meta-json", overrides});
  std::uint64_t largest = 0;
  for (const fs::path& file : files) {
    std::error_code error;
    const fs::path absolute = fs::absolute(file, error);  // never begins with a dash
    arguments.push_back((error ? file : absolute).string());
    const auto bytes = fs::file_size(file, error);
    if (!error) largest = std::max<std::uint64_t>(largest, bytes);
  }
  const double seconds = std::ceil(limits.seconds) * static_cast<double>(files.size()) + kSecondsToStart;
  return {std::move(arguments),
          {"OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1", "CUDA_VISIBLE_DEVICES="},
          {limits.bytes + largest, 0, seconds},
          "the process that looks at checkpoints"};
}

Inspection blamed(const fs::path& path, std::string rule, std::string observed) {
  Inspection result;
  result.path = path;
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  if (!error) result.fileBytes = static_cast<std::int64_t>(bytes);
  result.rule = std::move(rule);
  result.observed = std::move(observed);
  result.remedy = "Leave this file out, or export the model again";
  return result;
}

std::string secondsText(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", seconds);
  return text;
}

/// One child's work: files from the front of `files` until all are done or the child failed on one. Results of files
/// that the child itself judged can be remembered (second argument of `take`).
using Take = std::function<void(Inspection, bool)>;
void runChild(const std::vector<fs::path>& files, const std::string& overrides, const InspectionLimits& limits,
              const Take& take, const Control& control) {
  ChildProcess child = childFor(files, overrides, limits);
  std::string line;
  if (child.next(monotonicSeconds() + kSecondsToStart, control, line) != ChildProcess::Event::Line) {
    failRun(programToRun(), "the process that looks at checkpoints must start", child.end(),
            "Free some memory and try again");
  }
  for (const fs::path& file : files) {
    switch (child.next(monotonicSeconds() + limits.seconds, control, line)) {
      case ChildProcess::Event::Line:
        try {
          Inspection result = inspectionFromJson(json::parse(line));
          result.path = file;
          const bool lasting = result.rule != kMemoryRule;  // depends on the limit, not on the file alone
          take(std::move(result), lasting);
          continue;
        } catch (const std::exception& failure) {
          return take(blamed(file, "the checkpoint must open without a fault", failure.what()), false);
        }
      case ChildProcess::Event::TimeOut:
        return take(blamed(file, "the checkpoint must open within " + secondsText(limits.seconds), "it took longer"),
                    false);
      case ChildProcess::Event::TooLong:
        return take(blamed(file, "the checkpoint's description must be short", "more than 64 MiB"), false);
      case ChildProcess::Event::Closed:
        return take(
            blamed(file, "the checkpoint must open without a crash", "the process that opened it " + child.end()),
            false);
    }
  }
}

}  // namespace

std::vector<Inspection> inspectInChild(const std::vector<fs::path>& paths, const json& overrides,
                                       const InspectionLimits& limits,
                                       const std::function<void(const Inspection&)>& onEach, const Control& control) {
  std::vector<Inspection> results(paths.size());
  std::vector<InspectionMemory> memories;
  std::vector<std::size_t> open;  // indices still to look at
  std::size_t done = 0;
  Meter meter(control, "Looking at models", static_cast<double>(paths.size()));
  const auto finish = [&](std::size_t index, Inspection result) {
    results[index] = std::move(result);
    if (onEach) onEach(results[index]);
    meter.update(static_cast<double>(++done));
  };
  for (std::size_t i = 0; i < paths.size(); ++i) {
    control.checkpoint();
    memories.emplace_back(paths[i], overrides);
    if (auto kept = memories.back().find()) {
      kept->path = paths[i];
      finish(i, *std::move(kept));
    } else {
      open.push_back(i);
    }
  }
  if (open.empty()) return results;
  const OverridesArgument argument(overrides);
  std::size_t next = 0;
  while (next < open.size()) {
    control.checkpoint();
    std::vector<fs::path> files;
    const std::size_t last = std::min(open.size(), next + kFilesPerChild);
    for (std::size_t k = next; k < last; ++k) files.push_back(paths[open[k]]);
    runChild(
        files, argument.text(), limits,
        [&](Inspection result, bool lasting) {
          const std::size_t index = open[next++];
          if (lasting) memories[index].put(result);
          finish(index, std::move(result));
        },
        control);
  }
  return results;
}

Inspection inspectInChild(const fs::path& path, const json& overrides, const InspectionLimits& limits,
                          const Control& control) {
  return inspectInChild(std::vector{path}, overrides, limits, {}, control).front();
}

}  // namespace gf
