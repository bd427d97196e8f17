// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "app/window.h"
#include "models/inspection.h"

namespace {

/// The child process that opens foreign checkpoints: `inspect --child [--model-meta-json TEXT] FILE…`.
int runChild(int count, char** arguments) {
  nlohmann::json overrides;
  std::vector<std::filesystem::path> files;
  for (int i = 3; i < count; ++i) {
    if (std::strcmp(arguments[i], "--model-meta-json") == 0 && i + 1 < count) {
      overrides = nlohmann::json::parse(arguments[++i], nullptr, false);
    } else {
      files.emplace_back(arguments[i]);
    }
  }
  return gf::runInspectionChild(files, overrides);
}

}  // namespace

int main(int count, char** arguments) {
  if (count >= 3 && std::strcmp(arguments[1], "inspect") == 0 && std::strcmp(arguments[2], "--child") == 0) {
    return runChild(count, arguments);
  }
  if (gf::wantsWindow(count, arguments)) return gf::runWindow(count, arguments);
  gf::blockInterrupts();
  return gf::runCommandLine(count, arguments);
}
