// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "report/csv.h"
#include "report/figure.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

std::string numberCell(double value) {
  return std::isfinite(value) ? Json(value).dump() : std::string();
}

std::string lineOf(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i ? "," : "") + cells[i];
  return line + "\r\n";
}

/// One row per x that any series has; a series without a value there leaves its cell empty. A place that a series
/// visits again (a soup beside the end of its last branch) gets another row.
std::string linesCsv(const Figure& figure) {
  std::vector<std::string> header{csvCell(figure.xTitle)};
  std::map<std::pair<double, std::size_t>, std::vector<std::string>> rows;  // by x and visit
  for (std::size_t s = 0; s < figure.series.size(); ++s) {
    const auto& series = figure.series[s];
    header.push_back(csvCell(series.name));
    std::map<double, std::size_t> visits;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      auto& cells = rows[{series.x[i], visits[series.x[i]]++}];
      cells.resize(figure.series.size());
      cells[s] = numberCell(series.y[i]);
    }
  }
  std::string text = lineOf(header);
  for (auto& [place, cells] : rows) {
    cells.insert(cells.begin(), numberCell(place.first));
    text += lineOf(cells);
  }
  return text;
}

/// " (images)" of "Positive flips (images)"; " (%)" where the title of the values says none.
std::string unitOf(const Figure& figure) {
  const std::size_t at = figure.yTitle.rfind(" (");
  return at == std::string::npos || figure.yTitle.back() != ')' ? " (%)" : figure.yTitle.substr(at);
}

/// A row per label; `unit` is added to the name of each series.
std::string labelsCsv(const Figure& figure, const std::string& title, const std::string& unit) {
  std::vector<std::string> header{csvCell(title)};
  for (const auto& series : figure.series) header.push_back(csvCell(series.name + unit));
  if (!figure.details.empty()) header.emplace_back("Detail");
  std::string text = lineOf(header);
  for (std::size_t i = 0; i < figure.labels.size(); ++i) {
    std::vector<std::string> cells{csvCell(figure.labels[i])};
    for (const auto& series : figure.series) cells.push_back(numberCell(series.y.at(i)));
    if (!figure.details.empty()) cells.push_back(csvCell(figure.details[i]));
    text += lineOf(cells);
  }
  return text;
}

/// Whether any value of a series has an end of an interval.
bool hasIntervals(const FigureSeries& series) {
  const auto finite = [](double value) { return std::isfinite(value); };
  return std::any_of(series.low.begin(), series.low.end(), finite) ||
         std::any_of(series.high.begin(), series.high.end(), finite);
}

/// The ends of a series' intervals by name; of boxes those of the whiskers too.
std::vector<std::pair<std::string, const std::vector<double>*>> endsOf(const FigureSeries& series) {
  std::vector<std::pair<std::string, const std::vector<double>*>> ends{{"low", &series.low}, {"high", &series.high}};
  if (!series.least.empty()) ends.insert(ends.begin(), {"least", &series.least});
  if (!series.most.empty()) ends.emplace_back("most", &series.most);
  return ends;
}

std::string cellAt(const std::vector<double>& values, std::size_t index) {
  return index < values.size() ? numberCell(values[index]) : std::string();
}

/// A row per label; a series with intervals has their ends in two columns of its own.
std::string columnsCsv(const Figure& figure) {
  std::vector<std::string> header{csvCell(figure.xTitle.empty() ? "Name" : figure.xTitle)};
  for (const auto& series : figure.series) {
    header.push_back(csvCell(series.name));
    if (!hasIntervals(series)) continue;
    for (const auto& [name, values] : endsOf(series)) header.push_back(csvCell(series.name + " (" + name + ")"));
  }
  if (!figure.details.empty()) header.emplace_back("Detail");
  std::string text = lineOf(header);
  for (std::size_t i = 0; i < figure.labels.size(); ++i) {
    std::vector<std::string> cells{csvCell(figure.labels[i])};
    for (const auto& series : figure.series) {
      cells.push_back(cellAt(series.y, i));
      if (!hasIntervals(series)) continue;
      for (const auto& [name, values] : endsOf(series)) cells.push_back(cellAt(*values, i));
    }
    if (!figure.details.empty()) cells.push_back(i < figure.details.size() ? csvCell(figure.details[i]) : "");
    text += lineOf(cells);
  }
  return text;
}

/// A row per point, one series after the other.
std::string scatterCsv(const Figure& figure) {
  const bool sized = std::any_of(figure.series.begin(), figure.series.end(),
                                 [](const FigureSeries& series) { return !series.size.empty(); });
  std::vector<std::string> header;
  if (!figure.labels.empty()) header.emplace_back("Name");
  header.insert(header.end(), {"Series", csvCell(figure.xTitle), csvCell(figure.yTitle)});
  if (sized) header.push_back(figure.valueTitle.empty() ? "Size" : csvCell(figure.valueTitle));
  if (!figure.details.empty()) header.emplace_back("Detail");
  std::string text = lineOf(header);
  std::size_t point = 0;
  for (const auto& series : figure.series) {
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i, ++point) {
      std::vector<std::string> cells;
      if (!figure.labels.empty()) cells.push_back(point < figure.labels.size() ? csvCell(figure.labels[point]) : "");
      cells.insert(cells.end(), {csvCell(series.name), numberCell(series.x[i]), numberCell(series.y[i])});
      if (sized) cells.push_back(cellAt(series.size, i));
      if (!figure.details.empty()) cells.push_back(point < figure.details.size() ? csvCell(figure.details[point]) : "");
      text += lineOf(cells);
    }
  }
  return text;
}

std::string gridCsv(const Figure& figure) {
  std::vector<std::string> header{csvCell(figure.yTitle.empty() ? "Name" : figure.yTitle),
                                  csvCell(figure.valueTitle.empty() ? "Value" : figure.valueTitle)};
  if (!figure.details.empty()) header.emplace_back("Detail");
  std::string text = lineOf(header);
  for (std::size_t i = 0; i < figure.labels.size(); ++i) {
    std::vector<std::string> cells{csvCell(figure.labels[i]),
                                   figure.series.empty() ? std::string() : cellAt(figure.series.front().y, i)};
    if (!figure.details.empty()) cells.push_back(i < figure.details.size() ? csvCell(figure.details[i]) : "");
    text += lineOf(cells);
  }
  return text;
}

std::string stackCsv(const Figure& figure) {
  std::vector<std::string> header{"Part", csvCell(figure.xTitle)};
  if (!figure.details.empty()) header.emplace_back("Detail");
  std::string text = lineOf(header);
  for (std::size_t i = 0; i < figure.labels.size(); ++i) {
    std::vector<std::string> cells{csvCell(figure.labels[i]), numberCell(figure.series.at(i).y.at(0))};
    if (!figure.details.empty()) cells.push_back(csvCell(figure.details[i]));
    text += lineOf(cells);
  }
  return text;
}

const char* idOf(FigureKind kind) {
  switch (kind) {
    case FigureKind::Bars:
      return "bars";
    case FigureKind::Stack:
      return "stack";
    case FigureKind::Heat:
      return "heat";
    case FigureKind::Columns:
      return "columns";
    case FigureKind::Scatter:
      return "scatter";
    case FigureKind::Grid:
      return "grid";
    case FigureKind::Lines:
      break;
  }
  return "lines";
}

const char* idOf(FigureGuide::Kind kind) {
  switch (kind) {
    case FigureGuide::Kind::Vertical:
      return "vertical";
    case FigureGuide::Kind::Diagonal:
      return "diagonal";
    case FigureGuide::Kind::Horizontal:
      break;
  }
  return "horizontal";
}

const char* idOf(Role role) {
  switch (role) {
    case Role::Teacher:
      return "teacher";
    case Role::Student:
      return "student";
    case Role::Gain:
      return "gain";
    case Role::Loss:
      return "loss";
    case Role::Net:
      return "net";
    case Role::BothRight:
      return "both-right";
    case Role::BothWrong:
      return "both-wrong";
    case Role::Neutral:
      break;
  }
  return "neutral";
}

}  // namespace

std::string toCsv(const Figure& figure) {
  switch (figure.kind) {
    case FigureKind::Bars:
      return labelsCsv(figure, figure.xTitle, unitOf(figure));
    case FigureKind::Heat:
      return labelsCsv(figure, figure.yTitle, "");
    case FigureKind::Stack:
      return stackCsv(figure);
    case FigureKind::Columns:
      return columnsCsv(figure);
    case FigureKind::Scatter:
      return scatterCsv(figure);
    case FigureKind::Grid:
      return gridCsv(figure);
    case FigureKind::Lines:
      break;
  }
  return linesCsv(figure);
}

namespace {

Json seriesJson(const Figure& figure, const FigureSeries& series) {
  const bool placed =
      figure.kind == FigureKind::Lines || figure.kind == FigureKind::Heat || figure.kind == FigureKind::Scatter;
  Json json{{"name", series.name}, {"role", idOf(series.role)}};
  if (placed && !figure.namedColumns) json["x"] = series.x;
  json["y"] = series.y;
  if (series.faint) json["faint"] = true;
  if (series.dashed) json["dashed"] = true;
  if (!series.low.empty()) json["low"] = series.low;
  if (!series.high.empty()) json["high"] = series.high;
  if (!series.least.empty()) json["least"] = series.least;
  if (!series.most.empty()) json["most"] = series.most;
  if (series.band) json["band"] = true;
  if (!series.size.empty()) json["size"] = series.size;
  if (!series.notes.empty()) json["notes"] = series.notes;
  return json;
}

/// A line has a place, a plate two; the diagonal is where both axes are equal.
Json guideJson(const FigureGuide& guide) {
  Json json{{"kind", idOf(guide.kind)}};
  if (guide.kind != FigureGuide::Kind::Diagonal) {
    json["from"] = guide.from;
    if (guide.isPlate()) json["to"] = guide.to;
  }
  json["label"] = guide.label;
  return json;
}

}  // namespace

nlohmann::ordered_json toJson(const Figure& figure) {
  Json json{{"id", figure.id}};
  if (!figure.paper.empty()) json["paper"] = figure.paper;
  json.update({{"title", figure.title},
               {"sentence", figure.sentence},
               {"kind", idOf(figure.kind)},
               {"x_title", figure.xTitle},
               {"y_title", figure.yTitle}});
  if (figure.kind != FigureKind::Lines) {
    json["labels"] = figure.labels;
    json["details"] = figure.details;
  }
  if (figure.zeroLine) {
    json["zero_line"] = *figure.zeroLine;
    json["zero_line_label"] = figure.zeroLineLabel;
  }
  if (!figure.valueTitle.empty()) json["value_title"] = figure.valueTitle;
  if (figure.kind == FigureKind::Heat || figure.kind == FigureKind::Grid) {
    json["scale"] = figure.scale == FigureScale::Sequential ? "sequential" : "diverging";
  }
  if (figure.namedColumns) json["named_columns"] = true;
  if (figure.logarithmic) json["logarithmic"] = true;
  for (const auto& mark : figure.marks) json["marks"].push_back({{"x", mark.x}, {"label", mark.label}});
  for (const auto& guide : figure.guides) json["guides"].push_back(guideJson(guide));
  for (const auto& merge : figure.merges)
    json["merges"].push_back({{"a", merge.a}, {"b", merge.b}, {"height", merge.height}});
  json["series"] = Json::array();
  for (const auto& series : figure.series) json["series"].push_back(seriesJson(figure, series));
  return json;
}

}  // namespace gf
