// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "jobs/transfer_job.h"

namespace gf {

/// How a transfer begins.
enum class Beginning {
  Fresh,    ///< In a folder of its own.
  GoOn,     ///< Where an earlier one was interrupted.
  Finished  ///< Not at all: the folder holds the finished result.
};

/// Where a run works, how it is to begin there, and what it reads.
struct RunPlace {
  std::filesystem::path out;
  bool overwrite = false, resume = false;
  std::vector<std::filesystem::path> inputs;
};
/// What the folder calls for; `isFinished` tells whether it holds the finished result. Throws Error(Usage) when the
/// folder cannot be used so.
Beginning beginningOf(const RunPlace& place, const std::function<bool()>& isFinished);
/// The same of a transfer. Throws Error(Usage) also, before anything is opened, when the options do not go together.
Beginning beginningOf(const TransferRequest& request);

/// Below a result folder, what an interrupted run goes on from.
std::filesystem::path stateFolderOf(const std::filesystem::path& out);
/// Whether an interrupted, stopped or failed run in that folder can go on.
bool canGoOn(const std::filesystem::path& out);

/// What a run's states depend on, by name: "options", "models", and "data" without what was left out of it.
nlohmann::ordered_json identityOf(const TransferRequest& request, const Comparison& comparison,
                                  const std::vector<Unreadable>& leftOut);
/// Writes it beside the states of the folder `out`.
void writeIdentity(const std::filesystem::path& out, const nlohmann::ordered_json& identity);
/// Throws Error(Usage) naming the first thing that differs from what the folder's states were made with. Device and
/// threads may differ: that is logged, as the last bits may then differ too.
void requireSameIdentity(const std::filesystem::path& out, const nlohmann::ordered_json& identity);

/// No second program works in this result folder while it lives. Throws Error(Run) when one does already.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& out);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace gf
