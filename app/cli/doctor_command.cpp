// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtGlobal>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "jobs/sample.h"
#include "jobs/self_check.h"
#include "report/text.h"

namespace gf {
namespace {

std::string memoryText(double bytes) {
  return fixedText(bytes / (1024.0 * 1024 * 1024), 1) + " GiB";
}

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", value);
  return text;
}

nlohmann::ordered_json sayDevices(Terminal& terminal) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  const auto devices = computeDevices();
  for (const auto& device : devices) {
    terminal.say("Device        " + device.id + ": " + device.name + ", " + memoryText(device.memoryBytes));
    list.push_back({{"id", device.id}, {"name", device.name}, {"memory_bytes", device.memoryBytes}});
  }
  if (devices.size() == 1) terminal.say("              No CUDA device: everything runs on the CPU.");
  return list;
}

int examine(bool json) {
  Terminal terminal(json);
  const std::string cuda = cudaVersion();
  terminal.say("Gainfinder    " GAINFINDER_VERSION);
  terminal.say("LibTorch      " + torchVersion() + (cuda.empty() ? ", without CUDA" : ", CUDA " + cuda));
  terminal.say("Qt            " + std::string(qVersion()));
  nlohmann::ordered_json result{
      {"gainfinder", GAINFINDER_VERSION}, {"torch", torchVersion()}, {"cuda", cuda}, {"qt", qVersion()}};
  result["devices"] = sayDevices(terminal);
  const std::filesystem::path data = installedFashionMnist();
  terminal.say("Fashion-MNIST " +
               (data.empty() ? "not installed (Debian package dataset-fashion-mnist); the sample's slice is used"
                             : data.string()));
  terminal.say("Cache         " + cacheFolder().string());
  bool healthy = true;
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const auto& check : selfCheck()) {
    healthy = healthy && check.passed();
    terminal.say(std::string(check.passed() ? "ok            " : "WRONG         ") + check.name + ", error " +
                 scientific(check.error) + " (at most " + scientific(check.allowed) + ")");
    checks.push_back(
        {{"name", check.name}, {"error", check.error}, {"allowed", check.allowed}, {"passed", check.passed()}});
  }
  result["checks"] = checks;
  result["healthy"] = healthy;
  terminal.result(result);
  if (healthy) return kDone;
  terminal.remark("A device does not compute what double precision on the CPU does: do not trust results made on it.");
  return kRunFailed;
}

}  // namespace

void addDoctor(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("doctor", "Versions, devices, and a numeric self-check");
  auto json = std::make_shared<bool>(false);
  addJsonFlag(*command, *json, "Print one JSON object on stdout, and nothing else there");
  command->callback([json, &run] { run = [json] { return examine(*json); }; });
}

}  // namespace gf
