// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/control.h"
#include "data/dataset.h"
#include "models/classifier.h"
#include "transfer/record.h"

namespace gf {

/// A student on the way between others' weights.
struct CurveEnd {
  std::string name;
  const Classifier* model;
};

/// `into` becomes the uniform mean of the branches (§4.3), with batch-norm statistics taken anew from the transfer set
/// where the options say so.
void blendSoup(Classifier& into, const std::vector<Classifier>& branches, const TransferOptions& options,
               const DataSource& data, const std::vector<std::uint32_t>& subset, const Control& control);

/// Points between the original student and the soup, and between each two branches (at most three pairs), quarter by
/// quarter. `pass` is overwritten; `measure` evaluates it and fills a point's shares.
std::vector<CurvePoint> interpolationCurve(const CurveEnd& origin, const CurveEnd& soup,
                                           const std::vector<CurveEnd>& branches, Classifier& pass,
                                           const std::function<void(Classifier&, CurvePoint&)>& measure);
/// How many points that makes.
std::size_t curvePoints(std::size_t branches);

}  // namespace gf
