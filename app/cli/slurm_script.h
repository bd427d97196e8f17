// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gf {

/// An array job of Slurm that works at a study. Paths are absolute: every node must see them.
struct SlurmJob {
  std::string name;
  std::size_t tasks = 1;
  std::string time, partition;       ///< As Slurm takes them; its own defaults where empty.
  int threads = 0;                   ///< Cores a task; 0: as many as the cluster gives.
  std::vector<std::string> options;  ///< Further ones of sbatch: "--gres=gpu:1".
  std::vector<std::string> worker;   ///< What a task runs, but for --threads: program and words.
  std::filesystem::path logs;        ///< Folder for what the tasks say, a file each.
};

/// The job script. A task that is asked to end (time limit, preemption) lets its worker save its state and puts itself
/// back into the queue, unless it was cancelled; a worker that dies is started again up to twice. Throws Error(Usage)
/// when something cannot be written into a script.
std::string slurmScript(const SlurmJob& job);

/// Hands a script to sbatch and answers the job's number. Throws Error(Run) when there is no sbatch, or with what it
/// said.
std::string submitScript(const std::filesystem::path& script);
/// Throws Error(Run) when this machine cannot submit.
void requireSbatch();

}  // namespace gf
