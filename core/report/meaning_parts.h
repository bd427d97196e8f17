// SPDX-License-Identifier: Apache-2.0
// What the files that draw meaning share; for nobody else.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/figure.h"

namespace gf {

/// A report with the key `meaning`, as its figures need it for one of its teachers.
struct MeaningTable {
  MeaningTable(const nlohmann::ordered_json& report, std::size_t teacher);

  struct Count {
    std::int64_t samples = 0, flips = 0, gained = 0, lost = 0;  ///< Images; flips are positive ones.
    Count& operator+=(const Count& more);
    /// Positive flips, percent of the samples; NaN without samples.
    double percent() const;
    std::string text() const;  ///< "87 of 1,000 images".
  };
  struct Group {
    std::string name;
    std::optional<std::size_t> parent;
    Count count;
  };

  std::string teacher;
  bool transferred = false;
  std::vector<std::string> names;  ///< [C]
  std::vector<Count> classes;      ///< [C]
  Count all;
  std::vector<std::size_t> order;  ///< [C], classes as leaves of the tree.
  std::vector<Group> groups;
};

/// "top-similarity" (Fig. 2b); without series where no set has two classes.
Figure topSimilarityFigure(const nlohmann::ordered_json& meaning, std::size_t teacher);
/// "groups": those at the top, by flip share.
Figure groupsFigure(const MeaningTable& table);
/// "class-map"
Figure classMapFigure(const MeaningTable& table);
/// "meaning-map"
Figure meaningMapFigure(const MeaningTable& table, const nlohmann::ordered_json& map);
/// "similarity"; `similarity`: [C, C], C at least 2.
Figure similarityFigure(const nlohmann::ordered_json& report, std::span<const float> similarity);

}  // namespace gf
