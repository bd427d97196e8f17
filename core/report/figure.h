// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gf {

/// What a mark means; colour, marker and line style follow from it everywhere.
enum class Role { Neutral, Teacher, Student, Gain, Loss, Net, BothRight, BothWrong };

enum class FigureKind {
  Bars,   ///< Per label one value of each series, side by side, in the order given (sorted flip chart).
  Stack,  ///< One horizontal bar: series i is the part labels[i] and holds one value; parts sum to 100 % (outcome bar).
  Lines,  ///< Values over a numeric axis (gain, loss, delta over epochs).
  Heat,   ///< A table of values: labels[i] is row i from the top, each series one column, left to right.
  Columns,  ///< A few upright columns per label, in the order given, with intervals where they have some (Fig. 2b, 5a).
  Scatter,  ///< Points on two numeric axes (Fig. 1a, 1b, 3, 7, the map of classes).
  Grid      ///< A cell per label, wrapped into rows: the class map. One series holds the values.
};

/// What the colours of a Heat or Grid figure stand for.
enum class FigureScale {
  Diverging,  ///< Symmetric around 0: above is gain, below is loss.
  Sequential  ///< Magnitudes from the smallest to the largest value, viridis.
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
  /// Of a Heat column, per label what lies behind the cell, for tooltips; may be empty. Of a Columns or Scatter series
  /// the same per value.
  std::vector<std::string> notes{};
  /// Ends of an interval around each value (Columns: a whisker or, where `band`, a plate behind the column); NaN where
  /// there is none. Empty, or as many as y.
  std::vector<double> low{}, high{};
  bool band = false;
  /// Of Columns: the least and the greatest of the values whose median is y and whose quartiles are low and high: drawn
  /// as a box with whiskers in place of a column. Empty, or as many as y.
  std::vector<double> least{}, most{};
  /// Of Scatter, how large each point is drawn: area relative to the others, 0 and up. Empty: all alike.
  std::vector<double> size{};
};

/// A straight line that values of a Lines, Columns or Scatter figure are read against.
struct FigureGuide {
  enum class Kind { Horizontal, Vertical, Diagonal };  ///< y = from; x = from; y = x.
  Kind kind = Kind::Horizontal;
  double from = 0, to = 0;  ///< A plate between the two where they differ (the noise floor of several students).
  std::string label;        ///< "Equal accuracy", "Noise floor of a random teacher".
  bool isPlate() const { return kind != Kind::Diagonal && from != to; }
};

/// Two rows of a Heat figure, or what they were merged into, that join at a height: a dendrogram beside the rows. Nodes
/// 0 … n−1 are the rows from the top; merge i makes node n + i.
struct FigureMerge {
  std::size_t a = 0, b = 0;
  double height = 0;
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
/// `yTitle` names what the rows are ("Class"); `details` say each row's end in words, as for bars. With `namedColumns`
/// (teacher × student, similarity of classes) the columns are places without numbers: series[s].name heads the column,
/// x is empty, and details are about the row.
///
/// Scatter: `labels` names the points of all series, one series after the other ("tops-resnet → student-mlp"), so that
/// a point can be chosen like a bar; `details` likewise. It may hold 100,000 points.
struct Figure {
  std::string id;     ///< File stem: "flips", "outcomes", "gain-loss".
  std::string paper;  ///< What it corresponds to in the paper: "Fig. 1a"; empty for what the paper does not show.
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
  /// Of the cells of Heat and Grid, with unit: "Net change (points of the class)". Of Scatter, what sizes stand for.
  std::string valueTitle;
  FigureScale scale = FigureScale::Diverging;  ///< Of Heat and Grid.
  bool namedColumns = false;                   ///< Heat: columns are named, not placed on a numeric axis.
  std::vector<FigureMerge> merges;             ///< Heat: the dendrogram of the rows; may be empty.
  std::vector<FigureGuide> guides;             ///< Lines, Columns, Scatter.
  bool logarithmic = false;                    ///< Lines, Scatter: the x axis grows by factors; every x is above 0.
};

/// The figures that a result holds, in the order in which they are read. Of a report of a pair or a run: "outcomes",
/// "flips", "said-instead" and "partition" per teacher ("flips-<teacher>" with several); what meaningFigures() gives;
/// after a transfer "class-changes", "gain-against-loss", "transfer-rate", "routing" when a partition was used (per
/// teacher with several), "interpolation" for a soup and, with `metrics` (the lines of metrics.jsonl), "gain-loss",
/// "classes-over-time", "objective", "routing-live" (likewise per teacher), "weight-distance", "speed" and "memory". Of
/// a shelf: shelfFigures(). What was not recorded and undefined values are left out. `report` has passed readReport()
/// or readShelfReport(), or was built here. `similarity`: [C, C] of similarity.npy, where it is at hand.
std::vector<Figure> figuresOf(const nlohmann::ordered_json& report, const std::vector<nlohmann::json>& metrics,
                              std::span<const float> similarity = {});

/// RFC 4180, C locale, one header row.
std::string toCsv(const Figure& figure);
nlohmann::ordered_json toJson(const Figure& figure);

}  // namespace gf
