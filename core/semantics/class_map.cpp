// SPDX-License-Identifier: Apache-2.0
#include "semantics/class_map.h"

#include <cmath>

#include "base/error.h"

namespace gf {
namespace {

/// Inner products of the classes about their centre, [C, C]: of the vectors, or of those that the distances
/// √(2 − 2·similarity) come from, where −½ J D² J is J S J.
at::Tensor centredProducts(const ClassSemantics& semantics) {
  const auto count = static_cast<std::int64_t>(semantics.names.size());
  if (semantics.dimensions > 0) {
    const auto width = static_cast<std::int64_t>(semantics.dimensions);
    // from_blob wants a pointer that may be written through; nothing does.
    const at::Tensor rows =
        torch::from_blob(const_cast<float*>(semantics.vectors.data()), {count, width}, at::kFloat).to(at::kDouble);
    const at::Tensor centred = rows - rows.mean(0, true);
    return centred.matmul(centred.t());
  }
  const at::Tensor all =
      torch::from_blob(const_cast<double*>(semantics.similarity.data()), {count, count}, at::kDouble);
  const at::Tensor half = all - all.mean(0, true);
  return half - half.mean(1, true);
}

/// One axis: an eigenvector scaled to its length, its sign fixed. Rounding makes no winner among equally far classes.
void putAxis(ClassMap& map, std::size_t axis, const at::Tensor& values) {
  constexpr double kTie = 1 + 1e-9;
  const at::Tensor column = values.contiguous();
  const double* at = column.const_data_ptr<double>();
  double farthest = 0;
  for (std::size_t k = 0; k < map.places.size(); ++k) {
    if (std::abs(at[k]) > std::abs(farthest) * kTie) farthest = at[k];
  }
  const double sign = farthest < 0 ? -1 : 1;
  for (std::size_t k = 0; k < map.places.size(); ++k) map.places[k][axis] = at[k] == 0 ? 0 : sign * at[k];
}

void check(const ClassSemantics& semantics) {
  const std::size_t count = semantics.names.size();
  const bool fits =
      semantics.similarity.size() == count * count && semantics.vectors.size() == count * semantics.dimensions;
  if (!fits) {
    failInput("class semantics", "there must be a similarity for each two classes and a vector for each or for none",
              std::to_string(semantics.similarity.size()) + " similarities and " +
                  std::to_string(semantics.vectors.size()) + " numbers for " + std::to_string(count) + " classes");
  }
}

}  // namespace

ClassMap classMap(const ClassSemantics& semantics) {
  constexpr double kRounding = 1e-12;  // of the largest eigenvalue: what is below is none
  check(semantics);
  ClassMap map{semantics.dimensions > 0 ? "pca" : "mds", {}, 1};
  map.places.assign(semantics.names.size(), {0, 0});
  if (map.places.size() < 2) return map;
  const at::NoGradGuard noGradients;
  const at::Tensor products = centredProducts(semantics);
  if (!products.isfinite().all().item<bool>()) {
    failInput("class semantics", "must be finite numbers", "another value");
  }
  const auto [values, vectors] = at::linalg_eigh((products + products.t()) / 2);
  const std::int64_t last = values.size(0) - 1;
  const double largest = values[last].item<double>();
  if (largest <= kRounding) return map;
  double kept = 0;
  for (const std::int64_t axis : {0, 1}) {
    const double value = values[last - axis].item<double>();
    if (value <= largest * kRounding) break;
    putAxis(map, static_cast<std::size_t>(axis), vectors.select(1, last - axis) * std::sqrt(value));
    kept += value;
  }
  map.explained = std::min(1.0, kept / values.clamp_min(0).sum().item<double>());
  return map;
}

}  // namespace gf
