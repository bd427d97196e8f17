// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/sizes.h"
#include "jobs/caches.h"
#include "report/text.h"

namespace gf {
namespace {

constexpr const char* kUsual = "auto";

struct CacheArguments {
  std::optional<std::string> evaluations, frozen, crops;
  bool clear = false, json = false;
};

/// Nothing: the usual one.
std::optional<std::uint64_t> limitFrom(const char* flag, const std::string& text) {
  if (text == kUsual) return std::nullopt;
  return parseBytes(flag, text);
}

void change(const CacheArguments& arguments) {
  struct Wanted {
    const char* id;
    std::optional<std::uint64_t> bytes;
  };
  std::vector<Wanted> limits;  // all of them are understood before anything is done
  if (arguments.evaluations) {
    limits.push_back({"evaluations", limitFrom("--limit", *arguments.evaluations)});
  }
  if (arguments.frozen) limits.push_back({"frozen", limitFrom("--frozen-limit", *arguments.frozen)});
  if (arguments.crops) limits.push_back({"crops", limitFrom("--crops-limit", *arguments.crops)});
  for (const Wanted& limit : limits) limitCache(limit.id, limit.bytes);
  if (arguments.clear) clearCaches();
}

std::string limitText(const Cache& cache) {
  if (!cache.limit) return "";
  return bytesText(cache.limit->bytes()) + (cache.limit->chosen ? ", chosen" : "");
}

int sayCaches(const CacheArguments& arguments) {
  Terminal terminal(arguments.json);
  change(arguments);
  const auto all = caches();
  std::vector<std::vector<std::string>> rows{{"Kept", "Files", "Size", "At most"}};
  auto kinds = nlohmann::ordered_json::array();
  std::uint64_t bytes = 0;
  for (const Cache& cache : all) {
    rows.push_back(
        {cache.what, groupedText(static_cast<std::int64_t>(cache.files)), bytesText(cache.bytes), limitText(cache)});
    nlohmann::ordered_json kind{
        {"kind", cache.id}, {"files", cache.files}, {"bytes", cache.bytes}, {"folder", cache.folder.string()}};
    if (cache.limit) kind["limit"] = cache.limit->bytes();
    kinds.push_back(std::move(kind));
    bytes += cache.bytes;
  }
  rows.push_back({"All together", "", bytesText(bytes), ""});
  const std::string folder = all.front().folder.parent_path().string();
  terminal.say(tableText(rows));
  terminal.say("\nFolder    " + folder);
  terminal.say(
      "What was used longest ago goes first. All of it can be made again: --clear removes what no running work "
      "uses.");
  terminal.result({{"folder", folder}, {"bytes", bytes}, {"kinds", kinds}});
  return kDone;
}

}  // namespace

void addCache(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("cache", "What is kept so that it need not be computed again, and its size");
  auto arguments = std::make_shared<CacheArguments>();
  command->add_flag("--clear", arguments->clear, "Remove all of it but what running work uses")->group(kInputGroup);
  command
      ->add_option("--limit", arguments->evaluations,
                   "What evaluations may take from now on: 500MB, 20GB, or auto (10 GB, or a tenth of the disk's room)")
      ->option_text("SIZE")
      ->group(kInputGroup);
  command
      ->add_option("--frozen-limit", arguments->frozen,
                   "The same for answers of frozen models; auto: 64 GB, or half of the disk's room")
      ->option_text("SIZE")
      ->group(kInputGroup);
  command
      ->add_option("--crops-limit", arguments->crops,
                   "The same for decoded images of training; auto: 32 GB, or a quarter of the disk's room")
      ->option_text("SIZE")
      ->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return sayCaches(*arguments); }; });
}

}  // namespace gf
