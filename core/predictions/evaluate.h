// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
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

/// A Preprocess as the keys of what is kept name it: every number in full.
std::string keyText(const Preprocess& preprocess);
/// Numbers, each followed by a blank.
std::string keyText(const std::vector<std::int64_t>& numbers);

/// Key of an evaluation: weights, preprocessing, data, precision, batch shape, device kind, and `arrangement` where the
/// model answers in another order than its own (Classifier::arrangement()).
std::string evaluationKey(const std::string& modelSha256, const Preprocess& preprocess, const DataSet& data,
                          c10::Device device, const std::vector<std::int64_t>& arrangement = {});

/// From the store, or evaluated and stored.
Predictions evaluateOnce(Classifier& model, const std::string& modelSha256, const std::shared_ptr<const DataSet>& data,
                         const PredictionStore& store, const Control& control, const std::string& stage = {});

/// The answers alone, [N], of a model that answers among `classes` classes: from the store by `key`, or evaluated and
/// stored. `open` is called only when the model has to run. Logits are let go, and kept in the store only where they
/// are small (64 MiB): those of 300 models would fill a disk.
std::vector<std::int32_t> answersOnce(const std::string& key, std::size_t classes,
                                      const std::function<Classifier()>& open,
                                      const std::shared_ptr<const DataSet>& data, const PredictionStore& store,
                                      const Control& control, const std::string& stage = {});

}  // namespace gf
