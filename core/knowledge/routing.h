// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "knowledge/flips.h"

namespace gf {

/// The rule that gives each sample its target (Eq. 4): who is surer of the label, or who is surer of its own answer.
enum class PartitionRule { Supervised, Unsupervised };

/// Per sample 1 where the teacher is the target, else 0 (frozen student). Confidences are probabilities at T = 1; ties
/// go to the student.
std::vector<std::uint8_t> partitionByConfidence(std::span<const double> teacher, std::span<const double> frozenStudent);

/// Where a partition sends the samples of each outcome (§5.1: 72 % of positive and 9 % of negative flips to the
/// teacher).
struct Routing {
  OutcomeCounts total;                     ///< All samples by outcome against the frozen student.
  OutcomeCounts toTeacher;                 ///< Those of them that follow the teacher.
  std::optional<double> positive() const;  ///< Share of positive flips sent to the teacher; nothing without any.
  std::optional<double> negative() const;  ///< Share of negative flips sent to the teacher.
  double overall() const;                  ///< Share of all samples.
};
/// `toTeacher`: a partition's mask. Throws Error(Input) when lengths differ.
Routing routingOf(std::span<const Outcome> outcomes, std::span<const std::uint8_t> toTeacher);

}  // namespace gf
