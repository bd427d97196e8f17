// SPDX-License-Identifier: GPL-3.0-or-later
// `study submit`.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/slurm_script.h"
#include "app/cli/study_parts.h"
#include "app/cli/study_workers.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "report/text.h"

namespace gf {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostTasks = 1000;
constexpr std::size_t kUsualTasks = 4;

struct SubmitArguments {
  explicit SubmitArguments(CLI::App& command) : run(command) {}
  std::string plan, out, models, data, tasks, time, partition;
  std::vector<std::string> options;
  bool slurm = false, print = false, retryFailed = false, json = false;
  RunFlags run;
};

fs::path whole(const fs::path& path) {
  if (path.empty()) return path;  // refused where it is needed
  std::error_code error;
  const fs::path found = fs::weakly_canonical(fs::absolute(path), error);  // of what is not there, too
  return error ? fs::absolute(path) : found;
}

/// The script's folder gets the plan as well: what is in the queue does not change with the file it came from.
SlurmJob jobOf(const SubmitArguments& arguments, const StudyRequest& request, std::size_t missing) {
  const fs::path folder = request.out / "slurm";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) failRun(folder.string(), "the folder must be writable", error.message());
  writeAtomically(folder / "plan.json", readFile(planFile(arguments.plan), std::size_t{64} << 20));
  SlurmJob job;
  job.name = "gainfinder-" + fileNameText(request.plan.name);
  const std::size_t tasks = arguments.tasks.empty() ? kUsualTasks : countOf("--tasks", arguments.tasks, kMostTasks);
  job.tasks = std::clamp<std::size_t>(missing, 1, tasks);
  job.time = arguments.time;
  job.partition = arguments.partition;
  job.threads = request.threads;
  job.options = arguments.options;
  job.logs = folder;
  job.worker = workerWords(request, (folder / "plan.json").string());
  return job;
}

void sayNeeds(const fs::path& out, Terminal& terminal) {
  terminal.say("Needs     " + out.string() +
               ", models and data on a folder that every node sees, with locks that hold " +
               "between nodes (NFS 4, Lustre mounted with flock, BeeGFS with global locks)");
}

int submitStudy(const SubmitArguments& arguments) {
  Terminal terminal(arguments.json);
  if (!arguments.slurm) failUsage("study submit", "must name the scheduler: --slurm", "none");
  if (!arguments.print) requireSbatch();
  StudyRequest request{planOf(arguments.plan, arguments.models, arguments.data), whole(arguments.out),
                       arguments.run.device(), arguments.run.threads(), arguments.retryFailed};
  request.plan.models = whole(request.plan.models);
  request.plan.data = whole(request.plan.data);
  const PreparedStudy prepared = openStudy(request, terminal.control());
  const StudyStore store(request.out);
  const auto& cells = prepared.expansion.cells;
  const auto missing = static_cast<std::size_t>(
      std::count_if(cells.begin(), cells.end(), [&](const auto& cell) { return !store.isMarked(cell.name); }));
  const SlurmJob job = jobOf(arguments, request, missing);
  const fs::path script = request.out / "slurm" / "study.sh";
  const std::string text = slurmScript(job);
  writeAtomically(script, text);
  nlohmann::ordered_json said{{"script", script.string()},
                              {"cells", cells.size()},
                              {"missing", missing},
                              {"tasks", job.tasks},
                              {"job", nullptr}};
  terminal.say(countedText(std::ssize(cells), "cell", "cells") + ", " + std::to_string(missing) + " of them missing");
  if (missing == 0) {
    terminal.say("Nothing was submitted: no cell is missing. --retry-failed takes up those that failed.");
  } else if (arguments.print) {
    said["text"] = text;
    terminal.say("Script    " + script.string() + "; submit it with sbatch\n\n" + text);
    sayNeeds(request.out, terminal);
  } else {
    const std::string number = submitScript(script);
    said["job"] = number;
    terminal.say("Submitted job " + number + ", " + countedText(static_cast<std::int64_t>(job.tasks), "task", "tasks") +
                 ", by " + script.string());
    terminal.say("Logs      " + (request.out / "slurm" / (number + "_*.log")).string());
    terminal.say("Watch     gainfinder study status " + request.out.string());
    terminal.say("End       scancel " + number + "; submitting again goes on");
    sayNeeds(request.out, terminal);
  }
  terminal.result(said);
  return kDone;
}

}  // namespace

void addStudySubmit(CLI::App& study, Chosen& run) {
  auto* command = study.add_subcommand("submit", "Hand a study to a cluster: an array job whose tasks share the cells");
  auto arguments = std::make_shared<SubmitArguments>(*command);
  const auto option = [&](const char* name, std::string& value, const char* help, const char* placeholder) {
    return command->add_option(name, value, help)->option_text(placeholder)->group(kInputGroup);
  };
  command->add_option("PLAN", arguments->plan)->required()->option_text("PLAN.json");
  option("--out", arguments->out, "Folder of the study, on a file system that all nodes share", "FOLDER")->required();
  option("--models", arguments->models, "Folder with the checkpoints, where the plan names none", "FOLDER");
  option("--data", arguments->data, "Data with a training split, where the plan names none", "FOLDER");
  command->add_flag("--slurm", arguments->slurm, "Submit to Slurm, by sbatch")->group(kInputGroup);
  option("--tasks", arguments->tasks, "Tasks of the array, at most one for each missing cell [4]", "N");
  option("--time", arguments->time,
         "Time limit of a task, as sbatch takes it; a task whose time is up goes back into the queue", "TIME");
  option("--partition", arguments->partition, "Partition of the cluster", "NAME");
  command
      ->add_option("--sbatch-option", arguments->options,
                   "A further option of sbatch: --sbatch-option=--gres=gpu:1; may be repeated")
      ->option_text("OPTION")
      ->group(kInputGroup);
  command->add_flag("--print", arguments->print, "Write and show the job script, and submit nothing")
      ->group(kInputGroup);
  command->add_flag("--retry-failed", arguments->retryFailed, "Take up cells that failed as well")->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return submitStudy(*arguments); }; });
}

}  // namespace gf
