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
  Bars,   ///< Per label one value of each series, side by side, in the order given (sorted flip chart).
  Stack,  ///< One horizontal bar: series i is the part labels[i] and holds one value; parts sum to 100 % (outcome bar).
  Lines   ///< Values over a numeric axis (gain, loss, delta over epochs).
};

struct FigureSeries {
  std::string name;
  Role role = Role::Neutral;
  std::vector<double> x;  ///< For Lines; empty otherwise.
  std::vector<double> y;  ///< Shares are given in percent here: figures are for reading.
  bool faint = false;     ///< Raw values behind a smoothed line: drawn pale and thin, without marker or label.
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

/// The figures that a report holds: "outcomes" and "flips" per teacher ("flips-<teacher>" with several); after a
/// transfer "class-changes", "routing" when a partition was used and, with `metrics` (the lines of metrics.jsonl),
/// "gain-loss" and "objective". Undefined values are left out. `report` has passed readReport() or comes from
/// buildReport().
std::vector<Figure> figuresOf(const nlohmann::ordered_json& report, const std::vector<nlohmann::json>& metrics);

/// RFC 4180, C locale, one header row.
std::string toCsv(const Figure& figure);
nlohmann::ordered_json toJson(const Figure& figure);

}  // namespace gf
