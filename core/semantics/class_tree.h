// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "semantics/semantics.h"
#include "semantics/word_senses.h"

namespace gf {

/// Agglomerative clustering of classes: which two join, and how unlike they are.
struct ClassTree {
  struct Merge {
    std::size_t a = 0, b = 0;  ///< Nodes: 0 … C−1 are the classes, C + i is what merge i made. a < b.
    double height = 0;         ///< Mean of 1 − similarity over the pairs between both sides; ascending.
  };
  std::vector<Merge> merges;       ///< C − 1 of them.
  std::vector<std::size_t> order;  ///< The classes as leaves from top to bottom: relatives stand beside each other.
};

/// Average linkage (UPGMA) on 1 − similarity by the chain of nearest neighbours, O(C²) in time and memory. Where
/// several neighbours are equally near, the one before in the chain is taken, then the one with the lowest class; so
/// the answer depends on the similarities alone. Leaves: each merge puts its sides `a`, `b` beside each other in that
/// one of the four ways (each side as it is or turned round) in which the two classes that touch are most alike; ties:
/// the fewest turns, `a` before `b`. At last the whole is turned so that its first leaf is the lower class of its two
/// ends. `similarity`: [C, C], symmetric. Throws Error(Input) when it is not square or not finite.
ClassTree classTree(std::span<const double> similarity, std::size_t classes);

/// The classes of the `count` subtrees that remain when the last merges are undone; each ascending, in leaf order. At
/// most C of them, at least one; none without classes.
std::vector<std::vector<std::size_t>> cutTree(const ClassTree& tree, std::size_t count);

/// A set of classes that belong together, and what it is part of.
struct ClassGroup {
  static constexpr int kTop = -1;
  std::string name;  ///< "dog"; of clusters "around tabby": the class most like all others of the group; "tabby" alone.
  int parent = kTop;                 ///< Index into the list of groups: of one at the top.
  std::vector<std::size_t> classes;  ///< Ascending, those of its parts included.
};

/// Groups on two levels, each group at the top followed by its parts; together the groups at the top hold every class
/// once, and so do a group's parts its classes. A group of more than kSplitAbove classes has parts, unless nothing
/// tells its classes apart.
struct ClassGroups {
  static constexpr std::size_t kMostTop = 20, kMostParts = 8, kSplitAbove = 12;
  std::string method;  ///< "hypernyms" or "clusters".
  std::vector<ClassGroup> groups;
};
/// How many groups are asked for: √C rounded up, at most `most`: as many groups as classes in a group.
std::size_t groupCount(std::size_t classes, std::size_t most);
/// From the tree: its last merges undone; names by the class most like the others (ties: the lower class).
ClassGroups clusterGroups(const ClassTree& tree, const ClassSemantics& semantics);
/// From WordNet's hypernyms, with the senses that wordNetSemantics() gives the classes; classes that WordNet does not
/// know are one more group.
ClassGroups hypernymClassGroups(const WordNet& net, const std::vector<std::string>& names,
                                const std::vector<std::string>& wnids, const WordNetSettings& settings);

}  // namespace gf
