// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "report/figure.h"
#include "transfer/record.h"

namespace gf {

/// Knowledge gain, loss and delta of one run over its epochs (in percent and points), with the student's start as the
/// zero line.
Figure gainLossFigure(std::span<const EvaluationRecord> evaluations);

/// The objective and its terms over epochs: faint raw values under a running mean; one line when there is one term. No
/// series before the first step.
Figure objectiveFigure(std::span<const StepRecord> steps);

/// Share of each batch that the partition sent to the teacher (%); no series for runs without a partition.
Figure teacherShareFigure(std::span<const StepRecord> steps);

/// Transfer delta of several runs over epochs, one line each.
struct NamedEvaluations {
  std::string name;
  std::span<const EvaluationRecord> evaluations;
};
Figure deltaFigure(std::span<const NamedEvaluations> runs);

}  // namespace gf
