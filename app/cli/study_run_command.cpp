// SPDX-License-Identifier: GPL-3.0-or-later
// `study run` and `study plans`.
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/arguments.h"
#include "app/cli/study_parts.h"
#include "app/cli/study_workers.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "base/sizes.h"
#include "jobs/study_estimate.h"
#include "jobs/study_job.h"
#include "report/text.h"

namespace gf {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostJobs = 256;

struct StudyRunArguments {
  explicit StudyRunArguments(CLI::App& command) : run(command) {}
  std::string plan, out, models, data, jobs;
  bool dryRun = false, retryFailed = false, json = false;
  RunFlags run;
};

std::size_t jobsOf(const std::string& text) {
  return text.empty() ? 1 : countOf("--jobs", text, kMostJobs);
}

void sayExpansion(const StudyExpansion& expansion, Terminal& terminal) {
  for (const auto& pair : expansion.selfPairs) terminal.say("Self-pair " + pair + ", excluded");
  for (const auto& note : expansion.notes) terminal.say("Note      " + note);
}

/// What is printed before anything starts.
int sayCost(const StudyRunArguments& arguments, const StudyPlan& plan, Terminal& terminal) {
  constexpr std::size_t kShown = 20;
  const Control control = terminal.control();
  const PreparedStudy prepared = prepareStudy(plan, control);
  const std::size_t jobs = jobsOf(arguments.jobs);
  const StudyCost cost = costOf(prepared, arguments.run.device(), threadsOf(arguments.run.threads(), jobs));
  const double seconds = secondsOf(prepared, cost, arguments.run.device(), arguments.run.threads(), control);
  const StudyStore store(arguments.out);
  std::size_t done = 0;
  auto listed = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows{{"Cell", "State"}};
  for (const auto& cell : prepared.expansion.cells) {
    const CellState state = store.stateOf(cell.name);
    done += state == CellState::Done ? 1U : 0U;
    if (rows.size() <= kShown) rows.push_back({cell.name, stateWord(state)});
    listed.push_back({{"name", cell.name}, {"id", cell.id}, {"state", stateWord(state)}});
  }
  terminal.say(plan.name + ": " + countedText(static_cast<std::int64_t>(cost.cells), "cell", "cells") + ", " +
               groupedText(static_cast<std::int64_t>(done)) + " of them done\n");
  terminal.say(tableText(rows));
  if (cost.cells > kShown)
    terminal.say("and " + std::to_string(cost.cells - kShown) + " more (all of them with --json)");
  terminal.say("\nPasses of images, all cells together");
  terminal.say(tableText({{"each model evaluated once", groupedText(cost.evaluations)},
                          {"students in training", groupedText(cost.training)},
                          {"teachers and frozen students, kept", groupedText(cost.keeping)},
                          {"the same, to check what is kept", groupedText(cost.comparing)},
                          {"teachers in every step", groupedText(cost.teaching)},
                          {"frozen students in every step", groupedText(cost.retaining)},
                          {"students evaluated as they learn", groupedText(cost.checking)}}));
  terminal.say("Kept answers save " + groupedText(cost.reading - cost.keeping - cost.comparing) +
               " passes of teachers and frozen students, and take " + bytesText(cost.bytesCached) +
               " more of the cache");
  if (cost.bytesDecoded > 0) {
    terminal.say("Training images are decoded once and take " + bytesText(cost.bytesDecoded) + " more of the cache");
  }
  for (const auto& note : cost.notes) terminal.say(note);
  terminal.say("\nTime      about " + durationText(seconds) +
               " on one worker, by timing every model on random images; decoding "
               "is not in it" +
               (jobs > 1 ? "; " + std::to_string(jobs) + " workers share it" : ""));
  terminal.say("Disk      about " + bytesText(cost.bytesKept) + " for the students, and up to " +
               bytesText(cost.bytesWorking * static_cast<std::int64_t>(jobs)) + " for saved states while it runs");
  sayExpansion(prepared.expansion, terminal);
  terminal.say("Nothing was run.");
  terminal.result({{"plan", plan.name},
                   {"cells", listed},
                   {"done", done},
                   {"passes",
                    {{"evaluation", cost.evaluations},
                     {"training", cost.training},
                     {"teachers", cost.teaching},
                     {"frozen_students", cost.retaining},
                     {"kept", cost.keeping},
                     {"compared", cost.comparing},
                     {"checks", cost.checking}}},
                   {"answers_read", cost.reading},
                   {"bytes_cached", cost.bytesCached},
                   {"bytes_decoded", cost.bytesDecoded},
                   {"cache_notes", cost.notes},
                   {"seconds", seconds},
                   {"bytes_kept", cost.bytesKept},
                   {"bytes_working", cost.bytesWorking},
                   {"self_pairs", prepared.expansion.selfPairs},
                   {"notes", prepared.expansion.notes}});
  return kDone;
}

int runStudy(const StudyRunArguments& arguments) {
  Terminal terminal(arguments.json);
  const StudyPlan plan = planOf(arguments.plan, arguments.models, arguments.data);
  if (arguments.dryRun) return sayCost(arguments, plan, terminal);
  const std::size_t jobs = jobsOf(arguments.jobs);
  const StudyRequest request{plan, arguments.out, arguments.run.device(), arguments.run.threads(),
                             arguments.retryFailed};
  bool stopped = false;
  try {
    if (jobs == 1) {
      StudyJob(request).run(terminal.control());
    } else {
      runWorkers(request, arguments.plan, jobs, terminal);
    }
  } catch (const Stopped&) {
    stopped = true;
  }
  std::error_code ignored;
  if (stopped && !fs::exists(fs::path(arguments.out) / "study.json", ignored)) throw Stopped();  // nothing had begun
  // A stop that was asked for is not to stop what is said of it.
  const bool failed = sayStatus(arguments.out, stopped ? Control() : terminal.control(), terminal) > 0;
  if (stopped) {
    terminal.remark("Stopped; repeat the command to go on where it was last saved.");
    return kStopped;
  }
  if (failed) terminal.remark("Some cells failed; --retry-failed tries them again.");
  return failed ? kRunFailed : kDone;
}

int sayPlans(bool json) {
  Terminal terminal(json);
  auto list = nlohmann::ordered_json::array();
  for (const auto& file : readyPlans()) {
    const StudyPlan plan = readPlan(file);
    terminal.say(file.stem().string() + ": " + plan.name + ". " + plan.about);
    terminal.say("  " + file.string());
    list.push_back({{"id", file.stem().string()}, {"name", plan.name}, {"about", plan.about}, {"file", file.string()}});
  }
  terminal.result({{"plans", list}});
  return kDone;
}

}  // namespace

std::size_t countOf(const std::string& option, const std::string& text, std::size_t most) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1 || count > most) {
    failUsage(option, "must be a whole number from 1 to " + std::to_string(most), text);
  }
  return count;
}

fs::path planFile(const std::string& plan) {
  const fs::path file = plan;
  std::error_code ignored;
  if (!fs::exists(file, ignored) && file == file.filename()) {
    for (const auto& ready : readyPlans()) {
      if (ready.stem() == file) return ready;
    }
  }
  return file;
}

StudyPlan planOf(const std::string& plan, const std::string& models, const std::string& data) {
  StudyPlan read = readPlan(planFile(plan));
  if (!models.empty()) read.models = models;
  if (!data.empty()) read.data = data;
  return read;
}

void addStudyRun(CLI::App& study, Chosen& run) {
  auto* command = study.add_subcommand("run", "Run what is missing of a study; several programs may run it at once");
  auto arguments = std::make_shared<StudyRunArguments>(*command);
  const auto option = [&](const char* name, std::string& value, const char* help, const char* placeholder) {
    return command->add_option(name, value, help)->option_text(placeholder)->group(kInputGroup);
  };
  command->add_option("PLAN", arguments->plan)->required()->option_text("PLAN.json");
  option("--out", arguments->out, "Folder of the study: new, empty, or one that holds a study", "FOLDER")->required();
  option("--models", arguments->models, "Folder with the checkpoints, where the plan names none", "FOLDER");
  option("--data", arguments->data, "Data with a training split, where the plan names none", "FOLDER");
  option("--jobs", arguments->jobs, "Worker processes that share the cells [1]", "N");
  command->add_flag("--dry-run", arguments->dryRun, "Say what it would take, and run nothing")->group(kInputGroup);
  command->add_flag("--retry-failed", arguments->retryFailed, "Take up cells that failed as well")->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return runStudy(*arguments); }; });
}

void addStudyPlans(CLI::App& study, Chosen& run) {
  auto* command = study.add_subcommand("plans", "The paper's grids as ready plans");
  auto json = std::make_shared<bool>(false);
  addJsonFlag(*command, *json, "Print one JSON object on stdout, and nothing else there");
  command->callback([json, &run] { run = [json] { return sayPlans(*json); }; });
}

}  // namespace gf
