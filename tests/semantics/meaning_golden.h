// SPDX-License-Identifier: Apache-2.0
#pragma once

// What SciPy and NumPy found (make_meaning_golden.py), and classes to ask about.
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "semantics/semantics.h"

namespace gf_test {

inline const nlohmann::json& meaningGolden() {
  static const nlohmann::json golden = [] {
    std::ifstream file(GF_TEST_DATA "/meaning_golden.json");
    return nlohmann::json::parse(file);
  }();
  return golden;
}

/// "k0", "k1", …
inline std::vector<std::string> namesOf(std::size_t classes) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < classes; ++k) names.emplace_back("k").append(std::to_string(k));
  return names;
}

/// Classes of which only similarities are known.
inline gf::ClassSemantics likenesses(std::vector<double> similarity) {
  gf::ClassSemantics semantics;
  semantics.names = namesOf(static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(similarity.size())))));
  semantics.similarity = std::move(similarity);
  return semantics;
}

/// Every two different classes are as alike as `value`.
inline gf::ClassSemantics allAlike(std::size_t classes, double value) {
  std::vector<double> similarity(classes * classes, value);
  for (std::size_t k = 0; k < classes; ++k) similarity[k * classes + k] = 1;
  return likenesses(std::move(similarity));
}

}  // namespace gf_test
