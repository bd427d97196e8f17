// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iterator>

#include "base/error.h"
#include "base/files.h"
#include "models/inspection.h"
#include "models/inspection_cache.h"

extern char** environ;

namespace gf {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr std::size_t kFilesPerChild = 256;         // keeps the command line short
constexpr std::size_t kLongestArgument = 64 << 10;  // bytes; the system allows 128 KiB
constexpr std::size_t kLongestAnswer = std::size_t{64} << 20;
constexpr double kSecondsToStart = 120;  // LibTorch from a cold disk
constexpr int kPollMilliseconds = 50;
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitsMemory = false;  // the sanitizer reserves terabytes of address space, which count as data
#else
constexpr bool kLimitsMemory = true;
#endif

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

std::vector<std::string> lightEnvironment() {
  const std::vector<std::string> ours{"OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1", "CUDA_VISIBLE_DEVICES="};
  std::vector<std::string> result = ours;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string text = *entry;
    const auto same = [&](const std::string& own) { return text.rfind(own.substr(0, own.find('=') + 1), 0) == 0; };
    if (std::none_of(ours.begin(), ours.end(), same)) result.push_back(text);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// A running `inspect --child`; killed when this object dies.
class Child {
 public:
  Child(const std::vector<fs::path>& files, const std::string& overrides, const InspectionLimits& limits) {
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
    std::vector<std::string> environment = lightEnvironment();
    const std::vector<char*> argv = pointers(arguments), envp = pointers(environment);
    const double seconds = std::ceil(limits.seconds) * static_cast<double>(files.size()) + kSecondsToStart;
    start(argv, envp, limits.bytes + largest, static_cast<rlim_t>(seconds));
  }
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  enum class Event { Line, Closed, TimeOut, TooLong };
  /// Waits for the next line until `deadline` (monotonic seconds). Throws Stopped.
  Event next(double deadline, const Control& control, std::string& line) {
    while (true) {
      if (const auto cut = pending_.find('\n'); cut != std::string::npos) {
        line = pending_.substr(0, cut);
        pending_.erase(0, cut + 1);
        return Event::Line;
      }
      if (pending_.size() > kLongestAnswer) return Event::TooLong;
      if (control.stopRequested()) throw Stopped();
      const double left = deadline - monotonicSeconds();
      if (left <= 0) return Event::TimeOut;
      pollfd waiting{pipe_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, std::min(kPollMilliseconds, static_cast<int>(left * 1000) + 1));
      if (ready > 0 && !readMore()) return Event::Closed;
    }
  }
  /// How it ended, in words; ends it if it still runs.
  std::string end() {
    if (pipe_ >= 0) ::close(std::exchange(pipe_, -1));
    if (pid_ <= 0) return {};
    int status = 0;
    // A child that closed its pipe is on its way out by itself: its own end is the interesting one.
    if (!closed_) ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (WIFSIGNALED(status)) {
      return "crashed with signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")";
    }
    return "ended early with exit code " + std::to_string(WEXITSTATUS(status));
  }

 private:
  void start(const std::vector<char*>& argv, const std::vector<char*>& envp, std::uint64_t bytes, rlim_t seconds) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) cannotStart(std::strerror(errno));
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    pid_ = ::fork();
    if (pid_ == 0) {  // only calls that are safe between fork and exec of a threaded process
      const auto limit = [](auto resource, rlim_t most) {
        const rlimit value{most, most};
        ::setrlimit(resource, &value);
      };
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      limit(RLIMIT_CORE, 0);
      limit(RLIMIT_FSIZE, 0);  // a model may not write files while it is looked at
      limit(RLIMIT_CPU, seconds);
      if (kLimitsMemory) limit(RLIMIT_DATA, bytes);
      ::dup2(nowhere, STDIN_FILENO);
      ::dup2(nowhere, STDERR_FILENO);
      ::dup2(ends[1], STDOUT_FILENO);
      ::execve(argv[0], argv.data(), envp.data());
      ::_exit(127);
    }
    const int failure = errno;
    ::close(ends[1]);
    if (nowhere >= 0) ::close(nowhere);
    pipe_ = ends[0];
    if (pid_ < 0) cannotStart(std::strerror(failure));
  }
  [[noreturn]] static void cannotStart(const std::string& why) {
    failRun(programToRun(), "the process that looks at checkpoints must start", why, "Free some memory and try again");
  }
  bool readMore() {
    char bytes[1 << 16];
    const ssize_t count = ::read(pipe_, bytes, sizeof bytes);
    if (count < 0) return errno == EINTR;
    if (count == 0) closed_ = true;
    pending_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  pid_t pid_ = -1;
  int pipe_ = -1;
  bool closed_ = false;
  std::string pending_;
};

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
  Child child(files, overrides, limits);
  std::string line;
  if (child.next(monotonicSeconds() + kSecondsToStart, control, line) != Child::Event::Line) {
    failRun(programToRun(), "the process that looks at checkpoints must start", child.end(),
            "Free some memory and try again");
  }
  for (const fs::path& file : files) {
    switch (child.next(monotonicSeconds() + limits.seconds, control, line)) {
      case Child::Event::Line:
        try {
          Inspection result = inspectionFromJson(json::parse(line));
          result.path = file;
          const bool lasting = result.rule != kMemoryRule;  // depends on the limit, not on the file alone
          take(std::move(result), lasting);
          continue;
        } catch (const std::exception& failure) {
          return take(blamed(file, "the checkpoint must open without a fault", failure.what()), false);
        }
      case Child::Event::TimeOut:
        return take(blamed(file, "the checkpoint must open within " + secondsText(limits.seconds), "it took longer"),
                    false);
      case Child::Event::TooLong:
        return take(blamed(file, "the checkpoint's description must be short", "more than 64 MiB"), false);
      case Child::Event::Closed:
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
