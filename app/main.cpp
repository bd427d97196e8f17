// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "app/window.h"
#include "models/inspection.h"
#include "models/tensor_memory.h"

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

/// A closed standard stream would hand its number to the next file that is opened, and what is said would end up in it.
void fillStandardStreams() {
  for (int stream = 0; stream < 3; ++stream) {
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDONLY);  // writing stays an error
  }
}

}  // namespace

int main(int count, char** arguments) {
  fillStandardStreams();
  // A reader of our output that leaves early must not end a run: writing fails and is reported at the end.
  std::signal(SIGPIPE, SIG_IGN);
  if (count >= 3 && std::strcmp(arguments[1], "inspect") == 0 && std::strcmp(arguments[2], "--child") == 0) {
    return runChild(count, arguments);
  }
  gf::keepTensorMemory();
  if (gf::wantsWindow(count, arguments)) return gf::runWindow(count, arguments);
  gf::blockInterrupts();
  return gf::runCommandLine(count, arguments);
}
