// SPDX-License-Identifier: Apache-2.0
#include "semantics/class_meaning.h"

#include <utility>

namespace gf {
namespace {

ClassMeaning ungrouped(ClassSemantics semantics) {
  ClassMeaning meaning;
  meaning.tree = classTree(semantics.similarity, semantics.names.size());
  meaning.map = classMap(semantics);
  meaning.semantics = std::move(semantics);
  return meaning;
}

}  // namespace

ClassMeaning classMeaning(const SemanticsSpec& spec, const std::vector<std::string>& names,
                          const std::vector<std::string>& wnids, const Control& control) {
  if (spec.kind != "wordnet") {
    ClassSemantics semantics = classSemantics(spec, names, wnids, control);
    control.checkpoint();
    return classMeaning(std::move(semantics));
  }
  // Its hypernyms are asked too: the files are opened once.
  const WordNetSettings settings = wordNetSettings(spec);
  const WordNet net = WordNet::open(WordNet::findFolder());
  control.checkpoint();
  ClassMeaning meaning = ungrouped(wordNetSemantics(net, names, wnids, settings));
  control.checkpoint();
  meaning.groups = hypernymClassGroups(net, names, wnids, settings);
  return meaning;
}

ClassMeaning classMeaning(ClassSemantics semantics) {
  ClassMeaning meaning = ungrouped(std::move(semantics));
  meaning.groups = clusterGroups(meaning.tree, meaning.semantics);
  return meaning;
}

}  // namespace gf
