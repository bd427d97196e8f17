// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/slurm_script.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "app/cli/usage.h"
#include "base/error.h"

namespace gf {
namespace {

/// What a task does, after the lines for sbatch and `run`, a function that works at the study.
constexpr const char* kBody = R"(
# Asked to end (time limit, preemption, scancel --signal): the worker saves its state and ends with 130.
worker=
asked=
stop() {
  asked=yes
  [ -z "$worker" ] || kill -TERM "$worker" 2>/dev/null
}
trap stop TERM

for attempt in 1 2 3; do
  run &
  worker=$!
  while
    asked=
    wait "$worker"
    code=$?
    [ -n "$asked" ] # a signal ends the wait, not the worker
  do :; done
  if [ "$code" = 130 ]; then
    # What was cancelled stays so; everything else goes back into the queue and on from the saved state.
    if scontrol show job "$SLURM_JOB_ID" | grep -q 'JobState=RUNNING'; then scontrol requeue "$SLURM_JOB_ID"; fi
    exit 0
  fi
  if [ "$code" -le 128 ]; then exit "$code"; fi
  echo "The worker ended by a signal ($code), attempt $attempt of 3."
done
exit "$code"
)";

/// A value within a line of the script that sbatch reads: in quotes, which it takes off.
std::string directive(const std::string& option, const std::string& value) {
  if (value.find_first_of("\"\\\n\r") != std::string::npos) {
    failUsage(option, "may hold no quotation mark, backslash or line break in a job script", value);
  }
  const bool plain = value.find_first_of(" \t'#$") == std::string::npos;
  return "#SBATCH " + option + "=" + (plain ? value : "\"" + value + "\"") + "\n";
}

/// In the pattern of a log's name % begins a placeholder.
std::string withoutPlaceholders(const std::string& path) {
  std::string text;
  for (const char c : path) text += c == '%' ? std::string("%%") : std::string(1, c);
  return text;
}

bool isOnPath(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access(((folder.empty() ? "." : folder) + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace

std::string slurmScript(const SlurmJob& job) {
  // A minute is enough for a step and a saved state of any of the paper's models on a GPU.
  std::string text = "#!/bin/bash\n" + directive("--job-name", job.name) +
                     directive("--array", "1-" + std::to_string(job.tasks)) +
                     directive("--output", withoutPlaceholders(job.logs.string()) + "/%A_%a.log") +
                     "#SBATCH --open-mode=append\n#SBATCH --requeue\n#SBATCH --signal=TERM@60\n";
  if (!job.time.empty()) text += directive("--time", job.time);
  if (!job.partition.empty()) text += directive("--partition", job.partition);
  if (job.threads > 0) text += directive("--cpus-per-task", std::to_string(job.threads));
  for (const auto& option : job.options) {
    if (!option.starts_with("-") || option.find_first_of("\n\r") != std::string::npos) {
      failUsage("--sbatch-option", "must be an option of sbatch, such as --gres=gpu:1", option);
    }
    text += "#SBATCH " + option + "\n";
  }
  text +=
      "# Written by gainfinder study submit: each task runs cells until none is left that no other task works at.\n";
  text += "run() {\n  exec srun --ntasks=1";
  if (job.threads > 0) text += " --cpus-per-task=" + std::to_string(job.threads);
  for (const auto& word : job.worker) text += " " + shellWord(word);
  return text + " --threads " +
         (job.threads > 0 ? std::to_string(job.threads) : "\"${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}\"") +
         "\n}\n" + kBody;
}

void requireSbatch() {
  if (isOnPath("sbatch")) return;
  failRun("sbatch", "must be on the PATH to submit to Slurm", "no such program",
          "Run this on a machine that submits to the cluster, or add --print and hand the script over there");
}

std::string submitScript(const std::filesystem::path& script) {
  requireSbatch();
  FILE* said = ::popen(("sbatch --parsable " + shellWord(script.string()) + " 2>&1").c_str(), "re");
  if (!said) failRun("sbatch", "must be able to start", "an error of the system");
  std::string text;
  std::array<char, 4096> piece{};
  for (std::size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), said)) > 0;)
    text.append(piece.data(), got);
  const int status = ::pclose(said);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    failRun("sbatch", "must take the job", text.empty() ? "no answer" : text,
            "The script is " + script.string() + "; --partition, --time and --sbatch-option change it");
  }
  // JOB or JOB;CLUSTER, behind whatever the site's plug-ins say.
  const std::string last = text.substr(text.find_last_of('\n') == std::string::npos ? 0 : text.find_last_of('\n') + 1);
  const std::string job = last.substr(0, last.find(';'));
  if (job.empty() || !std::all_of(job.begin(), job.end(), [](unsigned char c) { return std::isdigit(c); })) {
    failRun("sbatch", "must answer with the job's number", text.empty() ? "nothing" : text);
  }
  return job;
}

}  // namespace gf
