// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/control.h"
#include "data/dataset.h"
#include "models/classifier.h"
#include "predictions/predictions.h"

namespace gf {

/// Batch shape is part of an evaluation's identity (results are bit-equal only across equal shapes), so it is fixed.
inline constexpr int kEvaluationBatch = 250;

/// Evaluates in eval mode without gradients, fp32, in the data set's order; leaves the model's mode as it was. The
/// columns are as the model is arranged; -infinity throughout for a class it does not know. Throws Stopped, Error.
Predictions evaluate(Classifier& model, const std::shared_ptr<const DataSet>& data, const Control& control,
                     const std::string& stage = {});

/// Key of an evaluation: weights, preprocessing, data, precision, batch shape, device kind, and `arrangement` where the
/// model answers in another order than its own (Classifier::arrangement()).
std::string evaluationKey(const std::string& modelSha256, const Preprocess& preprocess, const DataSet& data,
                          c10::Device device, const std::vector<std::int64_t>& arrangement = {});

/// From the store, or evaluated and stored.
Predictions evaluateOnce(Classifier& model, const std::string& modelSha256, const std::shared_ptr<const DataSet>& data,
                         const PredictionStore& store, const Control& control, const std::string& stage = {});

}  // namespace gf
