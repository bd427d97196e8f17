// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/go_on.h"

#include <cstdio>
#include <system_error>

#include "app/cli/terminal.h"
#include "app/cli/usage.h"
#include "base/error.h"
#include "jobs/resume.h"

namespace gf {

void sayHowToGoOn(const std::filesystem::path& out, const std::vector<std::string>& words, int exitCode, bool began) {
  std::error_code ignored;
  const bool diverged = std::filesystem::exists(stateFolderOf(out) / "failed-batch.json", ignored);
  const bool interrupted = exitCode == kStopped || exitCode == kRunFailed || (exitCode == kUnreadableInput && began);
  if (!interrupted || diverged || !canGoOn(out)) return;
  std::fputs(("To go on from where it was last saved: " + harmless(resumeCommand(words)) + "\n").c_str(), stderr);
}

void checkResume(bool resume, bool overwrite) {
  if (!resume || !overwrite) return;
  failUsage("--resume", "cannot go with --overwrite: one keeps what is there, the other removes it", "both");
}

}  // namespace gf
