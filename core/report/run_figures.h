// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/figure.h"
#include "transfer/record.h"

namespace gf {

// Figures of one run while it goes on and afterwards, from what it reports. Each says in words how things stand; each
// is without series (and without a sentence) as long as there is nothing to draw.

/// Where each stage of a run began, in epochs: none with one stage. `names` are the stages' teachers in the order they
/// came ("Stage 2" where there are none).
std::vector<FigureMark> stageMarks(std::span<const EvaluationRecord> evaluations,
                                   std::span<const std::string> names = {});

/// Knowledge gain, loss and delta of one run over its epochs (in percent and points), with the student's start as the
/// zero line and a mark where each of several stages begins (Fig. 11).
Figure gainLossFigure(std::span<const EvaluationRecord> evaluations, std::span<const std::string> stageNames = {});

/// The objective and its terms over epochs: faint raw values under a running mean; one line when there is one term. No
/// series before the first step. The distillation term bears the method's name for it when `method` is given.
Figure objectiveFigure(std::span<const StepRecord> steps, std::optional<Method> method = std::nullopt);
/// "KL", "Soft cross-entropy", "CD" or "CRD".
std::string distillationName(Method method);

/// Share of each batch that the partition sent to the teacher (%); no series for runs without a partition.
Figure teacherShareFigure(std::span<const StepRecord> steps);

/// "routing-live": of the positive flips, the negative flips and the rest of the transfer set, the shares (%) that
/// follow the teacher, over epochs. Solid against the frozen student, which is what trains; dashed by the same rule
/// against the student as it now is. A point pools an epoch (the last may be unfinished). One figure; with several
/// teachers at once one for each ("routing-live-<teacher>"). `names` are theirs, or those of the stages' teachers
/// ("Teacher 2" where there are none). None without a partition.
std::vector<Figure> routingLiveFigures(std::span<const StepRecord> steps, std::span<const std::string> names = {});

/// "weight-distance": how far the weights are from the original student's, ‖θ − θ₀‖ / ‖θ₀‖ in percent.
Figure weightDistanceFigure(std::span<const EvaluationRecord> evaluations,
                            std::span<const std::string> stageNames = {});
/// "speed": training samples a second.
Figure speedFigure(std::span<const StepRecord> steps);
/// "memory": of the process and, where one is used, of the GPU, in MiB.
Figure memoryFigure(std::span<const StepRecord> steps);

/// "classes-over-time" (Heat): when each class was gained and forgotten: net change of the class at each evaluation
/// but the first, in points of the class's samples. Rows are the classes with the largest change at any time, largest
/// first, at most 40 of them; columns at most 240, evenly chosen, the last among them. `samples` of each class.
Figure classesOverTimeFigure(std::span<const EvaluationRecord> evaluations, std::span<const std::string> classNames,
                             std::span<const std::int64_t> samples, std::span<const std::string> stageNames = {});

/// "interpolation": transfer delta (points) between two students' weights, one line for each pair; position 0 is the
/// first of the pair, 1 the second.
Figure interpolationFigure(std::span<const CurvePoint> curve);

/// Transfer delta of several runs over epochs, one line each.
struct NamedEvaluations {
  std::string name;
  std::span<const EvaluationRecord> evaluations;
};
Figure deltaFigure(std::span<const NamedEvaluations> runs);

}  // namespace gf
