// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "jobs/fit_job.h"

namespace gf {
class Workspace;

/// Ready-made ways to fit a model.
enum class FitRecipe {
  OwnData,     ///< Whatever the form says.
  OtherData,   ///< A new head for a data set of its own: the first step of Fig. 9.
  DomainShift  ///< All layers on the classes that model and data share, then teaching elsewhere: Fig. 10.
};

/// `options` with what the recipe asks for; the rest stays.
FitOptions withRecipe(FitOptions options, FitRecipe recipe);
/// What the recipe is for and what to do next, in a few sentences.
QString recipeText(FitRecipe recipe);

/// What a model of the shelf and the open data make: a request without its result folder.
FitRequest fitOf(Workspace& workspace, const QString& model, const FitOptions& options);
/// Why this model cannot be fitted so, as a sentence; empty when it can, and then `plan` says what it does and in how
/// many steps.
QString fitBlocked(Workspace& workspace, const QString& model, const FitOptions& options, QString& plan);
/// A folder that is not there yet, named after model and data, in the user's data folder.
QString freshFitFolder(const FitRequest& request);
/// The command that does the same in a terminal. Throws Error(Run) when supplied metadata cannot be written beside it.
QString fitCommand(const FitRequest& request);

}  // namespace gf
