// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "jobs/transfer_job.h"

namespace gf {

/// How a transfer begins.
enum class Beginning {
  Fresh,    ///< In a folder of its own.
  GoOn,     ///< Where an earlier one was interrupted.
  Finished  ///< Not at all: the folder holds the finished result.
};

/// What the request's folder calls for. Throws Error(Usage) when the folder cannot be used so, and, before anything is
/// opened, when the options do not go together.
Beginning beginningOf(const TransferRequest& request);

/// Below a result folder, what an interrupted run goes on from.
std::filesystem::path stateFolderOf(const std::filesystem::path& out);
/// Whether an interrupted, stopped or failed run in that folder can go on.
bool canGoOn(const std::filesystem::path& out);

/// Writes beside the states what they depend on: options, models, data without what was left out of it.
void writeIdentity(const TransferRequest& request, const Comparison& comparison,
                   const std::vector<Unreadable>& leftOut);
/// Throws Error(Usage) naming the first thing that differs from what the folder's states were made with. Device and
/// threads may differ: that is logged, as the last bits may then differ too.
void requireSameIdentity(const TransferRequest& request, const Comparison& comparison,
                         const std::vector<Unreadable>& leftOut);

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
