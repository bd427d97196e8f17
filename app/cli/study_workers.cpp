// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/study_workers.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace gf {
namespace {

namespace fs = std::filesystem;

constexpr int kMostRestarts = 3;  ///< Of one worker: what kills it again and again is no accident.

class Workers {
 public:
  Workers(std::vector<std::string> words, fs::path logs, Terminal& terminal)
      : words_(std::move(words)), logs_(std::move(logs)), terminal_(terminal) {}
  ~Workers() {
    signalAll(SIGTERM);
    for (const Worker& worker : workers_) {
      while (::waitpid(worker.pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void add() {
    const std::size_t number = workers_.size() + 1;
    workers_.push_back({number, start(number)});
  }
  /// Takes note of those that ended; one that died is started again unless all are to stop.
  bool anyLeft(bool stopping) {
    for (std::size_t i = workers_.size(); i-- > 0;) {
      int status = 0;
      const pid_t ended = ::waitpid(workers_[i].pid, &status, WNOHANG);
      if (ended == 0 || (ended < 0 && errno == EINTR)) continue;
      if (ended > 0 && WIFSIGNALED(status) && !stopping && workers_[i].restarts < kMostRestarts) {
        restart(workers_[i], WTERMSIG(status));
        continue;
      }
      if (ended > 0 && WIFSIGNALED(status)) ++killed_;
      if (ended > 0 && WIFEXITED(status) &&
          (WEXITSTATUS(status) == kWrongUsage || WEXITSTATUS(status) == kUnreadableInput)) {
        ++refused_;
      }
      workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return !workers_.empty();
  }
  void signalAll(int signal) const {
    for (const Worker& worker : workers_) ::kill(worker.pid, signal);
  }
  std::size_t killed() const { return killed_; }
  std::size_t refused() const { return refused_; }

 private:
  struct Worker {
    std::size_t number;
    pid_t pid;
    int restarts = 0;
  };

  void restart(Worker& worker, int signal) {
    worker.pid = start(worker.number);
    ++worker.restarts;
    terminal_.remark("Worker " + std::to_string(worker.number) + " was ended by signal " + std::to_string(signal) +
                     " and started again (" + std::to_string(worker.restarts) + " of " + std::to_string(kMostRestarts) +
                     ").");
  }

  /// In a process group of its own, so that Ctrl-C reaches it through us alone, and with us it stops as well.
  pid_t start(std::size_t number) const {
    std::vector<char*> arguments;
    for (const auto& word : words_) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const fs::path log = logs_ / (std::to_string(number) + ".log");
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (out < 0) failRun(log.string(), "the file must be writable", std::generic_category().message(errno));
    const pid_t parent = ::getpid(), pid = ::fork();
    if (pid == 0) {  // only calls that are safe in a copy of a process with threads
      ::setpgid(0, 0);
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);
      if (::getppid() != parent) ::_exit(kRunFailed);
      ::dup2(out, STDOUT_FILENO);
      ::dup2(out, STDERR_FILENO);
      ::execv(arguments.front(), arguments.data());
      ::_exit(kUnreadableInput);
    }
    ::close(out);
    if (pid < 0) failRun(words_.front(), "a worker must be able to start", std::generic_category().message(errno));
    return pid;
  }

  std::vector<std::string> words_;
  fs::path logs_;
  Terminal& terminal_;
  std::vector<Worker> workers_;
  std::size_t killed_ = 0, refused_ = 0;
};

}  // namespace

int threadsOf(int asked, std::size_t jobs) {
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return asked > 0 || jobs == 1 ? asked : std::max(1, cores / static_cast<int>(jobs));
}

std::vector<std::string> workerWords(const StudyRequest& request, const std::string& plan) {
  return {programFile().string(),
          "study",
          "run",
          plan,
          "--out",
          request.out.string(),
          "--models",
          request.plan.models.string(),
          "--data",
          request.plan.data.string(),
          "--device",
          request.device};
}

PreparedStudy openStudy(const StudyRequest& request, const Control& control) {
  PreparedStudy prepared = prepareStudy(request.plan, control);
  const StudyStore store(request.out);
  store.open(request.plan, prepared.models, prepared.expansion);
  for (const auto& cell : prepared.expansion.cells) {
    if (request.retryFailed && store.stateOf(cell.name) == CellState::Failed) store.clearFailure(cell.name);
  }
  return prepared;
}

void runWorkers(const StudyRequest& request, const std::string& plan, std::size_t jobs, Terminal& terminal) {
  const Control control = terminal.control();
  const PreparedStudy prepared = openStudy(request, control);
  const StudyStore store(request.out);
  const auto& cells = prepared.expansion.cells;
  const fs::path logs = request.out / "workers";
  std::error_code error;
  fs::create_directories(logs, error);
  if (error) failRun(logs.string(), "the folder must be writable", error.message());
  const int threads = threadsOf(request.threads, jobs);
  std::vector<std::string> words = workerWords(request, plan);
  words.insert(words.end(), {"--threads", std::to_string(threads)});
  Workers workers(std::move(words), logs, terminal);
  for (std::size_t i = 0; i < jobs; ++i) workers.add();
  Meter meter(control, "Running " + std::to_string(cells.size()) + " cells on " + std::to_string(jobs) + " workers",
              static_cast<double>(cells.size()));
  bool asked = false;
  while (workers.anyLeft(asked)) {
    if (control.stopRequested() && !asked) {
      workers.signalAll(SIGTERM);
      asked = true;
    }
    const auto ended =
        std::count_if(cells.begin(), cells.end(), [&](const auto& cell) { return store.isMarked(cell.name); });
    meter.update(static_cast<double>(ended));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  if (asked) throw Stopped();
  if (workers.killed() > 0) {
    failRun(request.out.string(), "every worker must end by itself",
            std::to_string(workers.killed()) + " ended by a signal, again and again",
            "Repeat the command to go on; workers/*.log say what they were doing");
  }
  if (workers.refused() > 0) {
    failRun(request.out.string(), "every worker must be able to work", std::to_string(workers.refused()) + " gave up",
            "workers/*.log say why");
  }
}

}  // namespace gf
