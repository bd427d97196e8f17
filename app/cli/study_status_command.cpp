// SPDX-License-Identifier: GPL-3.0-or-later
// `study status`.
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/study_parts.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "knowledge/statistics.h"
#include "report/text.h"
#include "study/study_index.h"

namespace gf {
namespace {

struct StateCounts {
  std::size_t done = 0, failed = 0, running = 0, missing = 0;
};

StateCounts countsOf(const std::vector<IndexedCell>& cells) {
  StateCounts counts;
  for (const auto& cell : cells) {
    ++(cell.state == CellState::Done      ? counts.done
       : cell.state == CellState::Failed  ? counts.failed
       : cell.state == CellState::Running ? counts.running
                                          : counts.missing);
  }
  return counts;
}

nlohmann::ordered_json cellJson(const IndexedCell& cell) {
  nlohmann::ordered_json entry{{"name", cell.name},         {"state", stateWord(cell.state)}, {"student", cell.student},
                               {"teachers", cell.teachers}, {"setting", cell.setting},        {"seed", cell.seed}};
  const auto put = [&entry](const char* key, const std::optional<double>& value) {
    if (value) entry[key] = *value;
  };
  put("delta", cell.delta);
  put("gain", cell.gain);
  put("loss", cell.loss);
  put("seconds", cell.seconds);
  if (!cell.error.empty()) entry["error"] = cell.error;
  return entry;
}

nlohmann::ordered_json statusJson(const std::vector<IndexedCell>& cells, const StateCounts& counts) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& cell : cells) list.push_back(cellJson(cell));
  return {{"done", counts.done},
          {"failed", counts.failed},
          {"running", counts.running},
          {"missing", counts.missing},
          {"cells", list}};
}

/// Cells that failed, and those whose result cannot be used, with their reasons.
void sayErrors(const std::vector<IndexedCell>& cells, CellState state, const char* word, Terminal& terminal) {
  constexpr std::size_t kShown = 10;
  std::size_t count = 0;
  for (const auto& cell : cells) {
    if (cell.state != state || cell.error.empty() || ++count > kShown) continue;
    terminal.say(word + cell.name + ": " + cell.error);
  }
  if (count > kShown) terminal.say(word + std::to_string(count - kShown) + " more, see --json");
}

}  // namespace

std::string stateWord(CellState state) {
  return state == CellState::Done      ? "done"
         : state == CellState::Failed  ? "failed"
         : state == CellState::Running ? "running"
                                       : "missing";
}

std::size_t sayStatus(const std::string& folder, const Control& control, Terminal& terminal) {
  StudyIndex index(folder);
  index.refresh(control);
  const auto& cells = index.cells();
  const StateCounts counts = countsOf(cells);
  terminal.say(countedText(std::ssize(cells), "cell", "cells") + ": " + std::to_string(counts.done) + " done, " +
               std::to_string(counts.failed) + " failed, " + std::to_string(counts.running) + " running, " +
               std::to_string(counts.missing) + " missing");
  sayErrors(cells, CellState::Failed, "Failed    ", terminal);
  sayErrors(cells, CellState::Done, "No result ", terminal);
  std::vector<double> seconds;
  for (const auto& cell : cells) {
    if (cell.seconds) seconds.push_back(*cell.seconds);
  }
  if (!seconds.empty() && counts.missing > 0) {
    terminal.say("Left      about " + durationText(mean(seconds) * static_cast<double>(counts.missing)) +
                 " on one worker, at the mean of the cells that are done");
  }
  if (counts.done > 0) terminal.say("Figures   gainfinder study figures " + folder + " --out FOLDER");
  terminal.result(statusJson(cells, counts));
  return counts.failed;
}

void addStudyStatus(CLI::App& study, Chosen& run) {
  struct Arguments {
    std::string folder;
    bool json = false;
  };
  auto* command = study.add_subcommand("status", "How a study stands");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FOLDER", arguments->folder)->required()->option_text("FOLDER");
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] {
    run = [arguments] {
      Terminal terminal(arguments->json);
      sayStatus(arguments->folder, terminal.control(), terminal);
      return static_cast<int>(kDone);
    };
  });
}

}  // namespace gf
