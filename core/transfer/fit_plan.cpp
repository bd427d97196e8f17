// SPDX-License-Identifier: Apache-2.0
#include "transfer/fit_plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "data/other_classes.h"
#include "models/classifier.h"

namespace gf {
namespace {

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " class" : " classes");
}

std::string headText(const FitPlan& plan, const NamedClasses& model, const NamedClasses& data, std::size_t known) {
  const std::string of = counted(data.names.size()) + " of " + data.owner;
  if (!plan.newHead) {
    const std::string outputs = std::to_string(model.names.size()) + " outputs are kept";
    if (plan.used == data.names.size()) {
      return model.owner + " knows the " + of + ": its " + outputs + ".";
    }
    return std::to_string(plan.used) + " of the " + of + " are among those of " + model.owner + " and are used: its " +
           outputs + "; images of the other classes are left out.";
  }
  const std::string knows = known == 0 ? "none" : known == data.names.size() ? "all" : std::to_string(known);
  return "A new head with " + std::to_string(data.names.size()) + " outputs takes the place of the " +
         counted(model.names.size()) + " of " + model.owner + "; of the " + of + " it knows " + knows + ".";
}

/// Of each class of the data its place in the model; nowhere for any where the lists cannot be matched, which `problem`
/// then says.
std::vector<std::int64_t> placesIn(const std::string& subject, const NamedClasses& model, const NamedClasses& data,
                                   std::string& problem) {
  try {
    return columnsFor(subject, model, data);
  } catch (const Error& failure) {
    problem = failure.rule() + ": " + failure.observed();
    return std::vector<std::int64_t>(data.names.size(), -1);
  }
}

}  // namespace

FitPlan planFit(const std::string& subject, const NamedClasses& model, const NamedClasses& data,
                const FitOptions& options) {
  std::string conflict = conflictIn(options);
  if (conflict.ends_with('.')) conflict.pop_back();  // an error's text ends with its own
  if (!conflict.empty()) failUsage("fit", "its options must go together", conflict);
  std::string problem;
  FitPlan plan;
  plan.places = placesIn(subject, model, data, problem);
  const auto known = data.names.size() -
                     static_cast<std::size_t>(std::count(plan.places.begin(), plan.places.end(), std::int64_t{-1}));
  const bool shared = options.classes == FitClasses::Shared;
  const bool knowsAll = known == data.names.size();
  plan.newHead = options.head == FitHead::New || (options.head == FitHead::Auto && !shared && !knowsAll);
  if (plan.newHead) {
    std::iota(plan.places.begin(), plan.places.end(), 0);
  } else if (known == 0 || (!shared && !knowsAll)) {
    failInput(subject,
              shared ? "it must know a class of the data" : "it must know every class of the data to keep its head",
              problem.empty() ? labelObstacle(model, data, shared) : problem,
              known == 0 ? "Give it a new head: --head new"
                         : "--classes shared uses the classes that it knows, --head new gives it a fresh head");
  }
  plan.used = plan.newHead ? data.names.size() : known;
  plan.text = headText(plan, model, data, known);
  return plan;
}

void prepareFit(const FitPlan& plan, const FitOptions& options, Classifier& model, DataSource& data) {
  if (plan.newHead) {
    model.replaceHead(classesOf(*data.eval), options.training.seed);
    return;
  }
  const ClassList own{model.metadata().classes, model.metadata().wnids};
  if (data.train) data.train = labelledBy(data.train, plan.places, own, data.path.string() + ", training split");
  data.eval = labelledBy(data.eval, plan.places, own, data.path.string() + ", " + data.evalName);
}

}  // namespace gf
