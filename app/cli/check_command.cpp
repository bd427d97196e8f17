// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "jobs/check_job.h"
#include "report/text.h"

namespace gf {
namespace {

constexpr std::size_t kNamed = 3, kBadShown = 20;

struct CheckArguments {
  std::string data, threads;
  bool json = false;
};

std::string countOf(std::size_t images) {
  return groupedText(static_cast<std::int64_t>(images));
}

std::string firstNames(const std::vector<std::string>& names, std::size_t all) {
  std::vector<std::string> shown(names.begin(),
                                 names.begin() + static_cast<std::ptrdiff_t>(std::min(kNamed, names.size())));
  if (all > shown.size()) shown.push_back(countOf(all - shown.size()) + " more");
  return listText(shown);
}

void sayOdd(const DataCheck& check, Terminal& terminal) {
  std::vector<std::vector<std::string>> rows{{"what", "images"}};
  for (std::size_t o = 0; o < kOddities; ++o) {
    if (check.counts[o] > 0) rows.push_back({nameOf(static_cast<Oddity>(o)), countOf(check.counts[o])});
  }
  if (rows.size() == 1) return terminal.say("Nothing had to be treated in any way.");
  terminal.say(tableText(rows));
  terminal.say("");
  for (std::size_t o = 0; o < kOddities; ++o) {
    if (check.counts[o] == 0) continue;
    const auto oddity = static_cast<Oddity>(o);
    terminal.say(nameOf(oddity) + ": " + treatmentOf(oddity));
    terminal.say("  " + onOneLine(firstNames(check.names[o], check.counts[o])));
  }
}

void sayBad(const DataCheck& check, Terminal& terminal) {
  if (check.bad.empty()) return terminal.say("Every image can be read.");
  terminal.say(countedText(std::ssize(check.bad), "image", "images") + " cannot be read:");
  for (std::size_t i = 0; i < std::min(kBadShown, check.bad.size()); ++i) {
    const auto& bad = check.bad[i];
    terminal.say("  " +
                 onOneLine(bad.name + ": " + bad.rule + (bad.observed.empty() ? "" : "; found " + bad.observed)));
  }
  if (check.bad.size() > kBadShown)
    terminal.say("  and " + countOf(check.bad.size() - kBadShown) + " more (--json lists all)");
}

int checkData(const CheckArguments& arguments) {
  const int threads = threadsOf(arguments.threads);
  Terminal terminal(arguments.json);
  CheckJob job({arguments.data, threads});
  job.run(terminal.control());
  const DataCheck& check = *job.result();
  terminal.say(countedText(static_cast<std::int64_t>(check.images), "image", "images") + " (" + check.kind + ")");
  terminal.say("");
  sayOdd(check, terminal);
  terminal.say("");
  sayBad(check, terminal);
  terminal.result(toJson(check));
  return check.bad.empty() ? kDone : kUnreadableInput;
}

}  // namespace

void addCheck(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand(
      "check",
      "Read every image of some data once: what is odd and how it is treated, and what cannot be read. The exit "
      "code is 3 when an image cannot be read");
  auto arguments = std::make_shared<CheckArguments>();
  command->add_option("--data", arguments->data, "The data, as for compare")
      ->required()
      ->option_text("DATA")
      ->group(kInputGroup);
  command->add_option("--threads", arguments->threads, "Decoding threads; 0: all cores but one")
      ->option_text("N")
      ->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print counts and names as one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return checkData(*arguments); }; });
}

}  // namespace gf
