// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "models/classifier.h"
#include "semantics/semantics.h"

namespace gf {

/// What classes mean to a model: the rows of its classifier, weight [C, D] without the bias, in the order of `wanted`,
/// which are matched as in models/label_fit. Distilled models have two heads; their rows stand side by side. A class
/// that the model does not know gets a row of zeros, is noted, and has similarity 0 to all others. Throws Error(Input)
/// when the model has no linear head, its weights are no parameters of one matrix, or it knows none of the classes.
ClassSemantics headSemantics(const Classifier& model, const NamedClasses& wanted);
ClassSemantics headSemantics(const Classifier& model, const std::vector<std::string>& names);  ///< Without ids.
/// The same for the model's own classes.
ClassSemantics headSemantics(const Classifier& model);

}  // namespace gf
