// SPDX-License-Identifier: Apache-2.0
#include "jobs/caches.h"

#include "base/error.h"
#include "base/files.h"
#include "base/kept_files.h"
#include "data/crop_cache.h"
#include "transfer/frozen_cache.h"

namespace gf {

std::vector<Cache> caches() {
  const std::filesystem::path root = cacheFolder();
  std::vector<Cache> all{{"evaluations", "Evaluations of models", root / "predictions"},
                         {"frozen", "Answers of frozen models in training", frozenFolder()},
                         {"crops", "Decoded images of training", cropFolder()},
                         {"inspections", "What was found in checkpoints", root / "inspections"},
                         {"unreadable", "Which images cannot be read", root / "unreadable"}};
  all[0].limit = evaluationLimit(all[0].folder);
  all[1].limit = frozenLimit();
  all[2].limit = cropLimit();
  for (Cache& cache : all) {
    const auto files = keptFiles(cache.folder);
    cache.files = files.size();
    cache.bytes = bytesOf(files);
  }
  return all;
}

void clearCaches() {
  for (const Cache& cache : caches()) evictTo(cache.folder, 0);
}

void limitCache(const std::string& id, std::optional<std::uint64_t> bytes) {
  for (const Cache& cache : caches()) {
    if (cache.id != id || !cache.limit) continue;
    evictTo(cache.folder, bytes.value_or(cache.limit->usual));  // before, as the disk may be full
    chooseLimit(cache.folder, bytes);
    return;
  }
  failRun("the cache", "must have a kind of that name that is limited", id);
}

}  // namespace gf
