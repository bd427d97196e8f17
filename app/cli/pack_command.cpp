// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/sizes.h"
#include "jobs/pack_job.h"
#include "report/text.h"

namespace gf {
namespace {

struct PackArguments {
  std::string data, out, side, quality, threads;
  std::optional<BadImagesFlag> badImages;  ///< Made where it stands in the help.
  bool overwrite = false, json = false;
};

int numberOf(const std::string& text, const char* option, int otherwise, const std::string& rule) {
  if (text.empty()) return otherwise;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) failUsage(option, rule, text);
  return value;
}

PackRequest requestOf(const PackArguments& arguments) {
  PackRequest request;
  request.data = arguments.data;
  request.out = arguments.out;
  request.overwrite = arguments.overwrite;
  request.side = numberOf(arguments.side, "--side", request.side, "must be a whole number of pixels");
  request.threads = threadsOf(arguments.threads);
  if (arguments.quality == "raw") {
    request.quality = 0;
  } else {
    const std::string rule = "must be a number from 1 to 100, or raw";
    request.quality = numberOf(arguments.quality, "--quality", request.quality, rule);
    if (request.quality < 1 || request.quality > 100) failUsage("--quality", rule, arguments.quality);
  }
  request.badImages = arguments.badImages->rule();
  return request;
}

void describe(Terminal& terminal, const PackRequest& request, const PackSummary& summary) {
  constexpr std::size_t kShown = 20;
  const auto grouped = [](std::size_t count) { return groupedText(static_cast<std::int64_t>(count)); };
  terminal.say(tableText({{"training images", grouped(summary.train)},
                          {"evaluation images", grouped(summary.eval)},
                          {"left out", grouped(summary.leftOut.size())},
                          {"done before", grouped(summary.resumedAt)},
                          {"size", bytesText(summary.bytes)},
                          {"time", durationText(summary.seconds)}}));
  for (std::size_t i = 0; i < summary.leftOut.size() && i < kShown; ++i) {
    terminal.say((i == 0 ? "\nLeft out, as they cannot be read:\n  " : "  ") + onOneLine(summary.leftOut[i]));
  }
  if (summary.leftOut.size() > kShown) terminal.say("  and " + grouped(summary.leftOut.size() - kShown) + " more");
  terminal.say("\nPacked  " + request.out.string());
}

int packData(const PackArguments& arguments) {
  const PackRequest request = requestOf(arguments);
  Terminal terminal(arguments.json);
  PackJob job(request);
  try {
    job.run(terminal.control());
  } catch (const Stopped&) {
    const std::string remedy = "Repeat the same command to go on: what was packed is kept";
    terminal.remark("gainfinder: stopped before the end. " + remedy);
    terminal.result({{"error",
                      {{"subject", request.out.string()},
                       {"rule", "stopped before the end"},
                       {"observed", ""},
                       {"remedy", remedy},
                       {"exit_code", static_cast<int>(kStopped)}}}});
    return kStopped;
  }
  const PackSummary& summary = *job.result();
  describe(terminal, request, summary);
  terminal.result({{"file", request.out.string()},
                   {"train", summary.train},
                   {"eval", summary.eval},
                   {"bytes", summary.bytes},
                   {"seconds", summary.seconds},
                   {"resumed_at", summary.resumedAt},
                   {"left_out", summary.leftOut}});
  return kDone;
}

}  // namespace

void addPack(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("pack", "Pack data into one file that opens at once and reads fast");
  auto arguments = std::make_shared<PackArguments>();
  const auto option = [&](const char* name, std::string& value, const char* help, const char* placeholder) {
    return command->add_option(name, value, help)->option_text(placeholder)->group(kInputGroup);
  };
  option("--data", arguments->data, "Data in any layout that is known", "DATA")->required();
  option("--out", arguments->out, "The packed file", "FILE.gfpack")->required();
  option("--side", arguments->side, "Shorter edge of every image in pixels; smaller ones stay, 0 leaves all [256]",
         "N");
  option("--quality", arguments->quality, "Of JPEG, 1 to 100, or raw pixels [95]", "N|raw");
  arguments->badImages.emplace(*command);
  option("--threads", arguments->threads, "Threads that decode; 0: all cores but one [0]", "N");
  command->add_flag("--overwrite", arguments->overwrite, "Replace an earlier packed file")->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return packData(*arguments); }; });
}

}  // namespace gf
