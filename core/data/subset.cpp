// SPDX-License-Identifier: Apache-2.0
#include "data/subset.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"

namespace gf {
namespace {

void check(const SubsetRule& rule) {
  if (rule.perClass ? rule.amount >= 1 : rule.amount > 0 && rule.amount <= 1) return;
  failUsage("subset", rule.perClass ? "must take at least 1 sample of each class" : "a share must be in (0, 1]",
            std::to_string(rule.amount));
}

/// How many of a class of `size` samples are taken; halves are rounded up.
std::size_t countOf(const SubsetRule& rule, std::size_t size) {
  const double wanted =
      rule.perClass ? std::floor(rule.amount) : std::floor(rule.amount * static_cast<double>(size) + 0.5);
  return static_cast<std::size_t>(std::clamp(wanted, 1.0, static_cast<double>(size)));
}

}  // namespace

std::vector<std::uint32_t> stratifiedSubset(std::span<const std::int32_t> labels, int classes, const SubsetRule& rule,
                                            std::uint64_t seed) {
  check(rule);
  std::vector<std::vector<std::uint32_t>> byClass(static_cast<std::size_t>(classes));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= classes) {
      failInput("labels", "every label must be below " + std::to_string(classes),
                std::to_string(labels[i]) + " at sample " + std::to_string(i));
    }
    byClass[static_cast<std::size_t>(labels[i])].push_back(static_cast<std::uint32_t>(i));
  }
  std::vector<std::uint32_t> chosen;
  for (std::size_t k = 0; k < byClass.size(); ++k) {
    auto& members = byClass[k];
    if (members.empty()) continue;
    // A generator per class: what one class gives does not depend on the others, and a larger share contains a smaller
    // one of the same seed.
    Random(mix(seed, k)).shuffle(members);
    const auto count = static_cast<std::ptrdiff_t>(countOf(rule, members.size()));
    chosen.insert(chosen.end(), members.begin(), members.begin() + count);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::string samplesHash(const std::vector<std::uint32_t>& samples) {
  return sha256({reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(std::uint32_t)});
}

}  // namespace gf
