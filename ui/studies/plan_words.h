// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <nlohmann/json.hpp>

#include "jobs/study_estimate.h"
#include "ui/studies/pair_grid.h"
#include "ui/studies/plan_draft.h"

namespace gf {

/// The pairs that a plan amounts to; what its students and teachers have and it leaves out is off.
PairGridData plannedPairs(const PreparedStudy& prepared);
/// "6 pairs × 2 methods × 3 seeds: 36 cells. 1 pair of a model with itself is left out."
QString planSizeText(const PreparedStudy& prepared);
/// Passes of images and bytes on the disk.
QString planCostText(const StudyCost& cost, int workers);
QString planTimeText(double seconds, int workers);
/// Selectors that fit nothing, models that cannot be used, where answers are not kept and why; the first few.
QString planNotesText(const StudyExpansion& expansion, const StudyCost& cost);
/// What a plan from a file says; `filled`: the same with its models and data, null while they are not known.
QString planSummary(const StudyPlan& plan, const nlohmann::ordered_json& filled);
/// Models that the plan's names mean although nobody ticked them, as a sentence; empty when there is none.
QString strangersIn(const PreparedStudy& prepared, const PlanDraft& draft);

}  // namespace gf
