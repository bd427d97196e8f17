// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "semantics/semantics.h"

namespace gf {

/// Classes in the plane: near each other where they mean alike things.
struct ClassMap {
  std::string method;                         ///< "pca" of the vectors, or "mds" of the similarities.
  std::vector<std::array<double, 2>> places;  ///< [C, 2]
  /// Share (0–1) of the variance, or of the positive eigenvalues' sum, that two axes keep; 1 where all classes stand in
  /// one place, so that nothing is lost.
  double explained = 1;
};

/// PCA of centred unit vectors where the provider has some, else classical (Torgerson) scaling of the distances
/// √(2 − 2·similarity). Signs are fixed: the coordinate with the largest magnitude on each axis is positive (ties:
/// lower class). Fewer than three classes lie on a line. Throws Error(Input) when sizes do not fit or a value is not
/// finite.
ClassMap classMap(const ClassSemantics& semantics);

}  // namespace gf
