// SPDX-License-Identifier: Apache-2.0
#include "knowledge/confusion.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>

#include "base/error.h"

namespace gf {

FlipConfusion flipConfusion(Labels truth, Labels teacher, Labels student, FlipKind kind) {
  if (teacher.size() != truth.size() || student.size() != truth.size()) {
    failInput("predictions", "must be one per label",
              std::to_string(teacher.size()) + " and " + std::to_string(student.size()) + " for " +
                  std::to_string(truth.size()));
  }
  const Labels knows = kind == FlipKind::Positive ? teacher : student;
  const Labels misses = kind == FlipKind::Positive ? student : teacher;
  FlipConfusion confusion;
  // Cells by truth and answer: of a million possible ones at 1,000 classes only those with flips are ever held.
  std::unordered_map<std::uint64_t, std::int64_t> cells;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] < 0 || misses[i] < 0) {
      failInput("predictions", "labels and answers must not be negative",
                std::to_string(std::min(truth[i], misses[i])) + " at sample " + std::to_string(i));
    }
    if (knows[i] != truth[i] || misses[i] == truth[i]) continue;
    ++confusion.flips;
    ++cells[static_cast<std::uint64_t>(truth[i]) << 32 | static_cast<std::uint64_t>(misses[i])];
  }
  confusion.pairs.reserve(cells.size());
  for (const auto& [cell, samples] : cells) {
    confusion.pairs.push_back(
        {static_cast<std::int32_t>(cell >> 32), static_cast<std::int32_t>(cell & 0xffffffffU), samples});
  }
  std::sort(confusion.pairs.begin(), confusion.pairs.end(), [](const FlipPair& a, const FlipPair& b) {
    return std::tuple(-a.samples, a.truth, a.said) < std::tuple(-b.samples, b.truth, b.said);
  });
  return confusion;
}

}  // namespace gf
