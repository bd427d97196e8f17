// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/meaning_figures.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "report/meaning_report.h"
#include "ui/compare/sample_text.h"

namespace gf {

namespace {

const char* idOf(MeaningView view) {
  switch (view) {
    case MeaningView::Groups:
      return "groups";
    case MeaningView::ClassMap:
      return "class-map";
    case MeaningView::Similarity:
      return "similarity";
    case MeaningView::Map:
      return "meaning-map";
    case MeaningView::TopClasses:
      break;
  }
  return "top-similarity";
}

}  // namespace

MeaningFigures::MeaningFigures(const Comparison& comparison, const PairMeaning& meaning)
    : comparison_(&comparison), meaning_(&meaning) {
  nlohmann::ordered_json report = comparison.report;
  report["meaning"] = meaning.json;
  figures_ = meaningFigures(report, meaning.similarity);
}

const Figure* MeaningFigures::find(MeaningView view) const {
  // With several teachers each has its own; they stand in the report's order.
  const std::string id = idOf(view);
  for (const Figure& figure : figures_)
    if (figure.id == id || figure.id.starts_with(id + "-")) return &figure;
  return nullptr;
}

std::vector<std::set<int>> MeaningFigures::classesOf(MeaningView view) const {
  const Figure* figure = find(view);
  if (!figure) return {};
  std::vector<std::set<int>> classes(figure->labels.size());
  if (view == MeaningView::TopClasses) {
    for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = topClasses(figure->labels[i]);
    return classes;
  }
  const std::vector<std::string>& names = comparison_->data.eval->classNames();
  const std::vector<std::size_t>& order = meaning_->classes.tree.order;
  // Two classes may bear one name, so the place in the order tells more than the name does.
  const auto matches = [&](auto&& classAt) {
    if (figure->labels.size() != names.size()) return false;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (figure->labels[i] != names[classAt(i)]) return false;
    return true;
  };
  const auto take = [&](auto&& classAt) {
    for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = {static_cast<int>(classAt(i))};
  };
  const auto byTree = [&](std::size_t i) { return order[i]; };
  const auto byIndex = [](std::size_t i) { return i; };
  if (order.size() == names.size() && matches(byTree)) {
    take(byTree);
  } else if (matches(byIndex)) {
    take(byIndex);
  } else {
    std::unordered_map<std::string, int> indices;
    for (std::size_t k = 0; k < names.size(); ++k) indices.emplace(names[k], static_cast<int>(k));
    for (std::size_t i = 0; i < classes.size(); ++i)
      if (const auto found = indices.find(figure->labels[i]); found != indices.end()) classes[i] = {found->second};
  }
  return classes;
}

/// The labels name the percentage: "5 %".
std::set<int> MeaningFigures::topClasses(const std::string& label) const {
  const auto digit = std::find_if(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digit == label.end()) return {};
  const double percent = std::atof(&*digit);
  const auto top = comparison_->knowledge[kTeacher].topClasses(percent);
  return {top.begin(), top.end()};
}

std::set<int> labelsOf(const std::vector<std::set<int>>& classes, const std::set<int>& chosen) {
  std::set<int> labels;
  if (chosen.empty()) return labels;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const bool single = classes[i].size() == 1 && chosen.contains(*classes[i].begin());
    if (single || classes[i] == chosen) labels.insert(static_cast<int>(i));
  }
  return labels;
}

std::set<int> toggled(const std::set<int>& chosen, const std::set<int>& classes, bool more) {
  if (!more) return chosen == classes ? std::set<int>{} : classes;
  std::set<int> result = chosen;
  const bool all = std::includes(chosen.begin(), chosen.end(), classes.begin(), classes.end());
  for (const int k : classes) {
    if (all) {
      result.erase(k);
    } else {
      result.insert(k);
    }
  }
  return result;
}

}  // namespace gf
