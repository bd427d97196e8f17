// SPDX-License-Identifier: Apache-2.0
#include "models/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

extern char** environ;

namespace gf {
namespace {

constexpr std::size_t kLongestAnswer = std::size_t{64} << 20;
constexpr int kPollMilliseconds = 50;
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitsMemory = false;  // the sanitizer reserves terabytes of address space, which count as data
#else
constexpr bool kLimitsMemory = true;
#endif

std::vector<std::string> environmentWith(const std::vector<std::string>& settings) {
  std::vector<std::string> result = settings;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string text = *entry;
    const auto same = [&](const std::string& own) { return text.rfind(own.substr(0, own.find('=') + 1), 0) == 0; };
    if (std::none_of(settings.begin(), settings.end(), same)) result.push_back(text);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> arguments, const std::vector<std::string>& settings,
                           const ChildLimits& limits, std::string purpose)
    : program_(arguments.at(0)), purpose_(std::move(purpose)) {
  std::vector<std::string> environment = environmentWith(settings);
  start(pointers(arguments), pointers(environment), limits);
}

ChildProcess::Event ChildProcess::next(double deadline, const Control& control, std::string& line) {
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

std::string ChildProcess::end() {
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

void ChildProcess::start(const std::vector<char*>& argv, const std::vector<char*>& envp, const ChildLimits& limits) {
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
    limit(RLIMIT_FSIZE, limits.fileBytes);  // a model may not write files while it is looked at
    limit(RLIMIT_CPU, static_cast<rlim_t>(limits.seconds));
    if (kLimitsMemory) limit(RLIMIT_DATA, limits.dataBytes);
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

void ChildProcess::cannotStart(const std::string& why) const {
  failRun(program_, purpose_ + " must start", why, "Free some memory and try again");
}

bool ChildProcess::readMore() {
  char bytes[1 << 16];
  const ssize_t count = ::read(pipe_, bytes, sizeof bytes);
  if (count < 0) return errno == EINTR;
  if (count == 0) closed_ = true;
  pending_.append(bytes, static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace gf
