// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "jobs/meaning_job.h"
#include "report/figure.h"

namespace gf {

/// Ways of looking at where the teacher's knowledge lies.
enum class MeaningView { Groups, ClassMap, Similarity, Map, TopClasses };

/// The figures of one answer, for the teacher that the page shows, and which classes stand behind their labels.
class MeaningFigures {
 public:
  MeaningFigures() = default;
  /// Builds all of them: tens of milliseconds with 1,000 classes.
  MeaningFigures(const Comparison& comparison, const PairMeaning& meaning);

  /// Null where the answer has none: too few classes, or nothing that only the teacher gets right.
  const Figure* find(MeaningView view) const;
  /// Per label of that figure, the classes behind it; empty sets where they are not known.
  std::vector<std::set<int>> classesOf(MeaningView view) const;

 private:
  std::set<int> topClasses(const std::string& label) const;

  std::vector<Figure> figures_;
  const Comparison* comparison_ = nullptr;
  const PairMeaning* meaning_ = nullptr;
};

/// The labels that stand out when `chosen` are chosen: of figures by class those, of sets of classes the one that is
/// exactly the choice.
std::set<int> labelsOf(const std::vector<std::set<int>>& classes, const std::set<int>& chosen);

/// The choice after a mark was activated: the mark's classes, nothing when they were the choice already; `more` adds
/// them to the choice or takes them out.
std::set<int> toggled(const std::set<int>& chosen, const std::set<int>& classes, bool more);

}  // namespace gf
