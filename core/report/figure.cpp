// SPDX-License-Identifier: Apache-2.0
#include "report/figure.h"

#include <iterator>
#include <set>

#include "report/figure_parts.h"
#include "report/meaning_report.h"
#include "report/report.h"
#include "report/shelf_report.h"
#include "report/text.h"

namespace gf {
namespace {

void append(std::vector<Figure>& figures, std::vector<Figure> more) {
  figures.insert(figures.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::vector<Figure> figuresOf(const nlohmann::ordered_json& report, const std::vector<nlohmann::json>& metrics,
                              std::span<const float> similarity) {
  if (report.at("schema") == kShelfSchema) return shelfFigures(report);
  std::vector<Figure> figures;
  const auto& teachers = report.at("before").at("teachers");
  std::set<std::string> suffixes;
  for (std::size_t t = 0; t < teachers.size(); ++t) {
    std::string suffix;
    if (teachers.size() > 1) suffix = uniqueId("-" + fileNameText(teachers[t].at("name").get<std::string>()), suffixes);
    std::vector<Figure> pair = pairFigures(report, t);
    for (auto& figure : pair) figure.id += suffix;
    append(figures, std::move(pair));
  }
  append(figures, meaningFigures(report, similarity));
  if (report.contains("transfer")) {
    append(figures, changeFigures(report));
    append(figures, courseFigures(report, metrics));
  }
  std::set<std::string> used;  // a teacher's name may end another figure's id
  for (auto& figure : figures) figure.id = uniqueId(figure.id, used);
  return figures;
}

}  // namespace gf
