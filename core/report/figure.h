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
  Lines,  ///< Values over a numeric axis (gain, loss, delta over epochs).
  Heat    ///< A table of signed values: labels[i] is row i from the top, each series one column, left to right.
};

struct FigureSeries {
  std::string name;
  Role role = Role::Neutral;
  std::vector<double> x;  ///< For Lines; of a Heat column its one position ("at epoch 3"); empty otherwise.
  /// Shares are given in percent here: figures are for reading. NaN in a Heat column: no value.
  std::vector<double> y;
  bool faint = false;  ///< Raw values behind a smoothed line: drawn pale and thin, without marker or label.
  /// A second reading of the quantity of the same role: drawn dashed in its colour, with marker and label.
  bool dashed = false;
  /// Of a Heat column, per label what lies behind the cell, for tooltips; may be empty.
  std::vector<std::string> notes{};
};

/// A named place on the numeric axis of Lines, or between the columns of a Heat figure: a thin vertical line.
struct FigureMark {
  double x = 0;  ///< In the units of the series' x. In a Heat figure it lies left of the first column beyond x.
  std::string label;
};

/// A figure as data: drawn by the window and by exports alike, and written as CSV and JSON beside them.
///
/// Heat ("classes-over-time"): cell (row i, column s) is series[s].y[i], in the unit of `valueTitle`, on a diverging
/// scale that is symmetric around 0: above 0 is gain, below 0 is loss, NaN is no value (left blank). The number of
/// labels and of every y (and notes, where there are any) is the same. series[s].name heads the column in tables and
/// CSV ("Epoch 3"), series[s].x = {3} places it on the axis named `xTitle` ("Epochs"); columns are equally wide.
/// `yTitle` names what the rows are ("Class"); `details` say each row's end in words, as for bars.
struct Figure {
  std::string id;  ///< File stem: "flips", "outcomes", "gain-loss".
  std::string title;
  std::string sentence;  ///< The key result in words; also what a screen reader says.
  FigureKind kind = FigureKind::Lines;
  std::string xTitle, yTitle;        ///< With unit: "Share of the class (%)".
  std::vector<std::string> labels;   ///< Of bars, stack parts or Heat rows.
  std::vector<std::string> details;  ///< Per label, for tooltips and tables: "87 of 1,000 images"; may be empty.
  std::vector<FigureSeries> series;
  std::optional<double> zeroLine;  ///< A horizontal reference line.
  std::string zeroLineLabel;
  std::vector<FigureMark> marks;  ///< Where the stages of a run begin; empty with one stage.
  std::string valueTitle;         ///< Of a Heat figure's cells, with unit: "Net change (points of the class)".
};

/// The figures that a report holds: "outcomes" and "flips" per teacher ("flips-<teacher>" with several); after a
/// transfer "class-changes", "routing" when a partition was used (per teacher with several), "interpolation" for a
/// soup and, with `metrics` (the lines of metrics.jsonl), "gain-loss", "classes-over-time", "objective",
/// "routing-live" (likewise per teacher), "weight-distance", "speed" and "memory". What the run did not record and
/// undefined values are left out. `report` has passed readReport() or comes from buildReport().
std::vector<Figure> figuresOf(const nlohmann::ordered_json& report, const std::vector<nlohmann::json>& metrics);

/// RFC 4180, C locale, one header row.
std::string toCsv(const Figure& figure);
nlohmann::ordered_json toJson(const Figure& figure);

}  // namespace gf
