// SPDX-License-Identifier: Apache-2.0
#include "transfer/soup.h"

#include <algorithm>

#include "data/loader.h"
#include "transfer/transfer_set.h"
#include "transfer/weights.h"

namespace gf {
namespace {

constexpr int kParts = 4;              // a point at every quarter
constexpr std::size_t kMostPairs = 3;  // of branches

std::size_t pairsOf(std::size_t branches) {
  return branches < 2 ? 0 : std::min(kMostPairs, branches * (branches - 1) / 2);
}

}  // namespace

void blendSoup(Classifier& into, const std::vector<Classifier>& branches, const TransferOptions& options,
               const DataSource& data, const std::vector<std::uint32_t>& subset, const Control& control) {
  std::vector<const Classifier*> parts;
  for (const Classifier& branch : branches) parts.push_back(&branch);
  mixWeights(into, parts, std::vector<double>(parts.size(), 1 / static_cast<double>(parts.size())));
  into.setTraining(false);
  if (!options.soupBatchNorm || !hasBatchNorm(into)) return;
  LoaderOptions loading;
  loading.batch = std::min(options.batch, static_cast<int>(subset.size()));
  loading.device = into.device();
  loading.threads = loaderThreads(loading.device);
  loading.seed = options.seed;
  loading.shuffle = true;  // the set may be sorted by class, and a batch of one class has other statistics
  Loader loader(data.train, subset, {into.preprocess()}, loading);
  loader.start(0);
  Meter meter(control, "Estimating batch-norm statistics", static_cast<double>(subset.size()));
  double done = 0;
  estimateBatchNorm(into, [&]() -> at::Tensor {
    control.checkpoint();
    const auto batch = loader.next();
    if (!batch || batch->valid < 2) return {};
    meter.update(done += static_cast<double>(batch->valid));
    return batch->inputs.front();
  });
}

std::size_t curvePoints(std::size_t branches) {
  return (1 + pairsOf(branches)) * (kParts + 1);
}

std::vector<CurvePoint> interpolationCurve(const CurveEnd& origin, const CurveEnd& soup,
                                           const std::vector<CurveEnd>& branches, Classifier& pass,
                                           const std::function<void(Classifier&, CurvePoint&)>& measure) {
  std::vector<std::pair<CurveEnd, CurveEnd>> ways{{origin, soup}};
  for (std::size_t i = 0; i < branches.size(); ++i) {
    for (std::size_t j = i + 1; j < branches.size() && ways.size() <= kMostPairs; ++j) {
      ways.emplace_back(branches[i], branches[j]);
    }
  }
  std::vector<CurvePoint> points;
  for (const auto& [from, to] : ways) {
    for (int part = 0; part <= kParts; ++part) {
      CurvePoint point;
      point.from = from.name;
      point.to = to.name;
      point.position = static_cast<double>(part) / kParts;
      mixWeights(pass, {from.model, to.model}, {1 - point.position, point.position});
      measure(pass, point);
      points.push_back(point);
    }
  }
  return points;
}

}  // namespace gf
