// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "models/label_fit.h"
#include "options/fit_options.h"

namespace gf {
class Classifier;

/// What a fit does with a model's head and the data's classes.
struct FitPlan {
  bool newHead = false;
  std::vector<std::int64_t>
      places;            ///< Of each class of the data the logit that answers it; −1: its images are left out.
  std::size_t used = 0;  ///< Classes of the data whose images are used.
  std::string text;      ///< All of that in words, one sentence or two.
};

/// Decides it from the two lists of classes, matched as in models/label_fit.h. Throws Error(Usage) with conflictIn()'s
/// sentence where there is one, Error(Input) about `subject` (the model's file) when the head cannot be kept as asked.
FitPlan planFit(const std::string& subject, const NamedClasses& model, const NamedClasses& data,
                const FitOptions& options);

/// Readies both for the training: a fresh head begun from the options' seed, or labels that are the kept head's
/// positions, in both splits. Throws Error(Input) when the head cannot be replaced or a split has no image of a class
/// that is used.
void prepareFit(const FitPlan& plan, const FitOptions& options, Classifier& model, DataSource& data);

}  // namespace gf
