// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/kept_limit.h"

namespace gf {

/// One kind of what is kept in the user's cache so that it need not be computed again. All of it may be removed at any
/// time: it costs the time to make it anew, nothing else.
struct Cache {
  std::string id;    ///< "evaluations"
  std::string what;  ///< For people: "Evaluations of models".
  std::filesystem::path folder;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::optional<KeptLimit> limit{};  ///< None for kinds that stay small.
};
/// All kinds, with what they hold now.
std::vector<Cache> caches();
/// Removes all of it but what is in use by some process.
void clearCaches();
/// Sets the limit of a kind (nothing: the usual one), and keeps to it at once: what was used longest ago goes. `id` is
/// "evaluations", "frozen" or "crops". Throws Error(Run).
void limitCache(const std::string& id, std::optional<std::uint64_t> bytes);

}  // namespace gf
