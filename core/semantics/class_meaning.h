// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/control.h"
#include "semantics/class_map.h"
#include "semantics/class_tree.h"
#include "semantics/semantics.h"

namespace gf {

/// Everything about the classes of a data set that depends on their meaning alone, not on any model's answers.
struct ClassMeaning {
  ClassSemantics semantics;
  ClassTree tree;
  ClassGroups groups;  ///< Hypernyms where the provider is WordNet, else clusters.
  ClassMap map;
};

/// Asks the provider (semantics.h: "wordnet", "wordnet:SENSES.json", "clip:FOLDER", "text:FOLDER", "file:PATH") about
/// the classes; see classSemantics(). Throws Error, Stopped.
ClassMeaning classMeaning(const SemanticsSpec& spec, const std::vector<std::string>& names,
                          const std::vector<std::string>& wnids, const Control& control);
/// Of what a provider said already ("head": rows of a classifier); groups are clusters.
ClassMeaning classMeaning(ClassSemantics semantics);

}  // namespace gf
