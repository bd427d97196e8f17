// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/figure_files.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "jobs/sample.h"
#include "jobs/transfer_job.h"
#include "knowledge/statistics.h"
#include "report/result_folder.h"
#include "report/text.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

struct DemoArguments {
  explicit DemoArguments(CLI::App& command) : flags(command) {}
  RunFlags flags;
  std::string out;
  bool overwrite = false, json = false;
};

/// One finished transfer, as the closing table needs it; shares 0–1.
struct DemoRun {
  fs::path folder;
  double before = 0, after = 0, gain = 0, loss = 0, delta = 0;
};

/// One pair of the demo: its comparison, and a run for each method and seed.
struct DemoPair {
  SamplePair models;
  fs::path folder;
  std::string comparison;                            ///< Its headline.
  std::string student;                               ///< Its name for people.
  std::vector<std::string> methods;                  ///< Display names, in order.
  std::map<std::string, std::vector<DemoRun>> runs;  ///< By display name, one per seed.
};

struct DemoResult {
  fs::path out;
  DemoPair good, bad;
};

/// ./gainfinder-demo, or the first free name after it.
fs::path freshFolder() {
  fs::path folder = "gainfinder-demo";
  for (int i = 2; fs::exists(folder); ++i) folder = "gainfinder-demo-" + std::to_string(i);
  return folder;
}

void comparePair(const DemoArguments& arguments, const fs::path& data, const Control& control, DemoPair& pair) {
  CompareJob job({{pair.models.student, nullptr},
                  {{pair.models.teacher, nullptr}},
                  data,
                  arguments.flags.device(),
                  arguments.flags.threads()});
  job.run(control);
  const fs::path folder = pair.folder / "compare";
  makeResultFolder(folder, arguments.overwrite);
  const auto& report = job.result()->report;
  writeResult({folder, report, {}, {}, figuresOf(report, {})});
  pair.comparison = headline(report);
  pair.student = report.at("student").at("name");
}

DemoRun transferPair(const DemoPair& pair, const fs::path& data, const TransferOptions& options, const fs::path& folder,
                     bool overwrite, const Control& control) {
  TransferJob job({{pair.models.student, nullptr}, {{pair.models.teacher, nullptr}}, data, options, folder, overwrite});
  job.run(control);
  writeResult(openResult(folder));
  const auto& report = *job.report();
  const auto& transfer = report.at("transfer");
  return {folder,
          report.at("before").at("accuracy"),
          report.at("after").at("accuracy"),
          transfer.at("gain"),
          transfer.at("loss"),
          transfer.at("delta")};
}

/// "+2.83 ± 0.12" in points, over seeds.
std::string spreadText(const std::vector<DemoRun>& runs, double DemoRun::*value, bool sign) {
  std::vector<double> points;
  for (const auto& run : runs) points.push_back(100 * (run.*value));
  const double middle = mean(points);
  const std::string text = sign ? signedString(middle, 2) : fixedText(middle, 2);
  return points.size() < 2 ? text : text + " ± " + fixedText(populationDeviation(points), 2);
}

std::string pairTable(const DemoPair& pair) {
  std::vector<std::vector<std::string>> rows{
      {"method", "before (%)", "after (%)", "gain (%)", "loss (%)", "delta (points)"}};
  for (const auto& method : pair.methods) {
    const auto& runs = pair.runs.at(method);
    rows.push_back({method, fixedText(100 * runs.front().before, 2), spreadText(runs, &DemoRun::after, false),
                    spreadText(runs, &DemoRun::gain, false), spreadText(runs, &DemoRun::loss, false),
                    spreadText(runs, &DemoRun::delta, true)});
  }
  return tableText(rows);
}

nlohmann::ordered_json pairJson(const DemoPair& pair) {
  nlohmann::ordered_json methods = nlohmann::ordered_json::array();
  for (const auto& method : pair.methods) {
    nlohmann::ordered_json runs = nlohmann::ordered_json::array();
    for (const auto& run : pair.runs.at(method)) {
      runs.push_back({{"folder", run.folder.string()},
                      {"before", run.before},
                      {"after", run.after},
                      {"gain", run.gain},
                      {"loss", run.loss},
                      {"delta", run.delta}});
    }
    methods.push_back({{"method", method}, {"runs", runs}});
  }
  return {{"student", pair.student}, {"comparison", pair.comparison}, {"methods", methods}};
}

nlohmann::ordered_json resultJson(const DemoResult& result) {
  auto object = pairJson(result.good);
  object["bad_choice"] = pairJson(result.bad);
  return object;
}

void sayPair(Terminal& terminal, const std::string& title, const DemoPair& pair) {
  terminal.say(title + " Student: " + pair.student + ". " + pair.comparison);
  terminal.say("");
  terminal.say(pairTable(pair));
  terminal.say("");
}

void sayResult(Terminal& terminal, const DemoResult& result, double seconds) {
  sayPair(terminal, "A teacher that knows what the student lacks.", result.good);
  sayPair(terminal, "The same teacher where there is little to learn from it.", result.bad);
  terminal.say("Mean and population standard deviation over " +
               countedText(std::ssize(result.good.runs.begin()->second), "seed", "seeds") + "; " +
               durationText(seconds) + " in all.");
  for (const DemoPair* pair : {&result.good, &result.bad}) {
    terminal.say("Report   " + (pair->folder / "compare" / "report.json").string());
    for (const auto& method : pair->methods) {
      for (const auto& run : pair->runs.at(method)) terminal.say("Report   " + (run.folder / "report.json").string());
    }
  }
  terminal.say("Figures  " + (result.out / "compare" / "figures").string() + ", and figures/ beside each report");
}

/// A demo goes into a new folder, an empty one, or with --overwrite an earlier demo's.
fs::path demoFolder(const DemoArguments& arguments) {
  if (arguments.out.empty()) return freshFolder();
  const fs::path out = arguments.out;
  std::error_code ignored;
  const bool earlier = arguments.overwrite && fs::exists(out / "compare" / "report.json", ignored);
  if (!earlier) checkResultFolder(out, arguments.overwrite);
  return out;
}

/// The comparison of a pair, then a transfer for every method and seed, each into a folder of its own.
void showPair(const DemoArguments& arguments, const fs::path& data, const SampleTransfers& transfers,
              const Control& control, DemoPair& pair) {
  comparePair(arguments, data, control, pair);
  for (TransferOptions options : transfers.methods) {
    const std::string method(displayName(options.method));
    pair.methods.push_back(method);
    pair.runs[method] = {};
    options.device = arguments.flags.device();
    options.threads = arguments.flags.threads();
    for (const auto seed : transfers.seeds) {
      options.seed = seed;
      const std::string run = pair.student + ", " + method + ", seed " + std::to_string(seed) + ": ";
      const Control named = control.withSink([&](Progress progress) {
        progress.stage = run + progress.stage;
        control.report(progress);
      });
      const fs::path folder = pair.folder / (std::string(idOf(options.method)) + "-seed" + std::to_string(seed));
      pair.runs[method].push_back(transferPair(pair, data, options, folder, arguments.overwrite, named));
    }
  }
}

int runDemo(const DemoArguments& arguments) {
  Terminal terminal(arguments.json);
  const double start = monotonicSeconds();
  const Control control = terminal.control();
  const Sample sample = readSample();
  DemoResult result;
  result.out = demoFolder(arguments);
  result.good = {sample.pair, result.out, {}, {}, {}, {}};
  result.bad = {sample.badChoice, result.out / "bad-choice", {}, {}, {}, {}};
  const fs::path full = installedFashionMnist();
  const fs::path& data = full.empty() ? sample.slice : full;
  if (full.empty()) {
    terminal.remark("Fashion-MNIST is not installed; the shipped slice is used, too small for firm numbers.");
  }
  try {
    const SampleTransfers& transfers = full.empty() ? sample.onSlice : sample.onFull;
    for (DemoPair* pair : {&result.good, &result.bad}) showPair(arguments, data, transfers, control, *pair);
  } catch (const Stopped&) {
    std::error_code ignored;
    if (!fs::exists(result.out, ignored)) throw;
    terminal.remark("Stopped early; what was finished lies in " + result.out.string() +
                    ". To begin again, repeat with " + "--out " + result.out.string() + " --overwrite.");
    auto unfinished = resultJson(result);
    unfinished["stopped"] = true;
    terminal.result(unfinished);
    return kStopped;
  }
  const auto summary = resultJson(result);
  writeAtomically(result.out / "demo.json",
                  summary.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  sayResult(terminal, result, monotonicSeconds() - start);
  terminal.result(summary);
  return kDone;
}

}  // namespace

void addDemo(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("demo", "Compare the sample's pair, then KL-Dist beside KL+DP");
  auto arguments = std::make_shared<DemoArguments>(*command);
  command->add_option("--out", arguments->out, "Folder for the results [gainfinder-demo]")
      ->option_text("FOLDER")
      ->group(kInputGroup);
  command->add_flag("--overwrite", arguments->overwrite, "Replace an earlier demo in --out")->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return runDemo(*arguments); }; });
}

}  // namespace gf
