// SPDX-License-Identifier: Apache-2.0
// What the files that build, read and draw a shelf's report share; for nobody else.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/figure.h"

namespace gf {

/// What draws the intervals of a shelf's report: nothing else in it is random.
inline constexpr std::uint64_t kShelfSeed = 0;
/// Pairs in the ranking at most.
inline constexpr std::size_t kMostRanked = 200;

/// A report of a shelf as its figures need it.
struct ShelfTable {
  struct Model {
    std::string name, family;
    double accuracy = 0;
    std::vector<std::int64_t> classRight;  ///< [C]
  };
  explicit ShelfTable(const nlohmann::ordered_json& report);

  std::size_t count() const { return models.size(); }
  std::int64_t flips(std::size_t teacher, std::size_t student) const {
    return onlyTeacher[teacher * count() + student];
  }
  double share(std::int64_t images) const { return static_cast<double>(images) / static_cast<double>(samples); }
  /// acc(t) − acc(s) from whole counts, share.
  double deltaAccuracy(std::size_t teacher, std::size_t student) const {
    return share(flips(teacher, student) - flips(student, teacher));
  }
  /// Model numbers, the most accurate first; ties: lower number.
  std::vector<std::size_t> byAccuracy() const;
  /// "tops-resnet → student-mlp"
  std::string pairName(std::size_t teacher, std::size_t student) const;
  /// "alone right on 515 of 10,000 images, the student alone on 912; Δacc −3.97 points, p < 0.0001"
  std::string pairNote(std::size_t teacher, std::size_t student) const;

  std::int64_t samples = 0;
  std::string dataName;
  std::vector<std::string> classNames;
  std::vector<std::int64_t> classSamples;
  std::vector<Model> models;
  std::vector<std::int64_t> onlyTeacher;  ///< [M, M]
  std::vector<double> entropy;            ///< [M, M], NaN without flips.
};

/// "p = 0.031", "p < 0.0001".
std::string pValueText(double p);

Figure shelfFlipsFigure(const ShelfTable& table);
Figure shelfEntropyFigure(const ShelfTable& table);
Figure shelfMatrixFigure(const ShelfTable& table);
Figure shelfExpertiseFigure(const ShelfTable& table);
Figure shelfRankingFigure(const nlohmann::ordered_json& report);

}  // namespace gf
