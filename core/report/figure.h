// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gf {

/// What a mark means; colour, marker and line style follow from it everywhere.
enum class Role { Neutral, Teacher, Student, Gain, Loss, Net, BothRight, BothWrong };

enum class FigureKind {
  Bars,   ///< One value per label, drawn in the order given (sorted flip chart).
  Stack,  ///< One horizontal bar of parts that sum to 1 (outcome bar).
  Lines   ///< Values over a numeric axis (gain, loss, delta over epochs).
};

struct FigureSeries {
  std::string name;
  Role role = Role::Neutral;
  std::vector<double> x;  ///< For Lines; empty otherwise.
  std::vector<double> y;  ///< Shares are given in percent here: figures are for reading.
};

/// A figure as data: drawn by the window and by exports alike, and written as CSV and JSON beside them.
struct Figure {
  std::string id;  ///< File stem: "flips", "outcomes", "gain-loss".
  std::string title;
  std::string sentence;  ///< The key result in words; also what a screen reader says.
  FigureKind kind = FigureKind::Lines;
  std::string xTitle, yTitle;        ///< With unit: "Share of the class (%)".
  std::vector<std::string> labels;   ///< Of bars or stack parts.
  std::vector<std::string> details;  ///< Per label, for tooltips and tables: "87 of 1,000 images"; may be empty.
  std::vector<FigureSeries> series;
  std::optional<double> zeroLine;  ///< A horizontal reference line.
  std::string zeroLineLabel;
};

/// The figures that a report holds: outcomes and flips per teacher; gained and forgotten classes and, with `metrics`
/// (the lines of metrics.jsonl), gain, loss and delta over epochs after a transfer.
std::vector<Figure> figuresOf(const nlohmann::ordered_json& report, const std::vector<nlohmann::json>& metrics);

/// RFC 4180, C locale, one header row.
std::string toCsv(const Figure& figure);
nlohmann::ordered_json toJson(const Figure& figure);

}  // namespace gf
