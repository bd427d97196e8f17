// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <map>
#include <utility>

#include "report/figure.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

std::string numberCell(double value) {
  return std::isfinite(value) ? Json(value).dump() : std::string();
}

/// RFC 4180: quoted when it holds a comma, a quote or a line break. A leading '=', '+', '-' or '@' would be run as a
/// formula by spreadsheets and gets an apostrophe; only text comes here, never numbers.
std::string textCell(std::string text) {
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string lineOf(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i ? "," : "") + cells[i];
  return line + "\r\n";
}

/// One row per x that any series has; a series without a value there leaves its cell empty. A place that a series
/// visits again (a soup beside the end of its last branch) gets another row.
std::string linesCsv(const Figure& figure) {
  std::vector<std::string> header{textCell(figure.xTitle)};
  std::map<std::pair<double, std::size_t>, std::vector<std::string>> rows;  // by x and visit
  for (std::size_t s = 0; s < figure.series.size(); ++s) {
    const auto& series = figure.series[s];
    header.push_back(textCell(series.name));
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

/// A row per label; `unit` is added to the name of each series.
std::string labelsCsv(const Figure& figure, const std::string& title, const std::string& unit) {
  std::vector<std::string> header{textCell(title)};
  for (const auto& series : figure.series) header.push_back(textCell(series.name + unit));
  if (!figure.details.empty()) header.emplace_back("Detail");
  std::string text = lineOf(header);
  for (std::size_t i = 0; i < figure.labels.size(); ++i) {
    std::vector<std::string> cells{textCell(figure.labels[i])};
    for (const auto& series : figure.series) cells.push_back(numberCell(series.y.at(i)));
    if (!figure.details.empty()) cells.push_back(textCell(figure.details[i]));
    text += lineOf(cells);
  }
  return text;
}

std::string stackCsv(const Figure& figure) {
  std::vector<std::string> header{"Part", textCell(figure.xTitle)};
  if (!figure.details.empty()) header.emplace_back("Detail");
  std::string text = lineOf(header);
  for (std::size_t i = 0; i < figure.labels.size(); ++i) {
    std::vector<std::string> cells{textCell(figure.labels[i]), numberCell(figure.series.at(i).y.at(0))};
    if (!figure.details.empty()) cells.push_back(textCell(figure.details[i]));
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
    case FigureKind::Lines:
      break;
  }
  return "lines";
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
      return labelsCsv(figure, figure.xTitle, " (%)");
    case FigureKind::Heat:
      return labelsCsv(figure, figure.yTitle, "");
    case FigureKind::Stack:
      return stackCsv(figure);
    case FigureKind::Lines:
      break;
  }
  return linesCsv(figure);
}

nlohmann::ordered_json toJson(const Figure& figure) {
  Json json{{"id", figure.id},           {"title", figure.title},    {"sentence", figure.sentence},
            {"kind", idOf(figure.kind)}, {"x_title", figure.xTitle}, {"y_title", figure.yTitle}};
  if (figure.kind != FigureKind::Lines) {
    json["labels"] = figure.labels;
    json["details"] = figure.details;
  }
  if (figure.zeroLine) {
    json["zero_line"] = *figure.zeroLine;
    json["zero_line_label"] = figure.zeroLineLabel;
  }
  if (!figure.valueTitle.empty()) json["value_title"] = figure.valueTitle;
  for (const auto& mark : figure.marks) json["marks"].push_back({{"x", mark.x}, {"label", mark.label}});
  json["series"] = Json::array();
  for (const auto& series : figure.series) {
    Json entry{{"name", series.name}, {"role", idOf(series.role)}};
    if (figure.kind == FigureKind::Lines || figure.kind == FigureKind::Heat) entry["x"] = series.x;
    entry["y"] = series.y;
    if (series.faint) entry["faint"] = true;
    if (series.dashed) entry["dashed"] = true;
    if (!series.notes.empty()) entry["notes"] = series.notes;
    json["series"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace gf
