// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "semantics/hypernym_groups.h"
#include "semantics/semantics.h"

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

/// Average linkage (UPGMA) on 1 − similarity by the chain of nearest neighbours, O(C²) in time; ties: the lower
/// classes. The sides of each merge are turned so that the neighbours across it are as alike as they can be.
/// `similarity`: [C, C], symmetric. Throws Error(Input) when it is not square or not finite.
ClassTree classTree(std::span<const double> similarity, std::size_t classes);

/// The classes of the `count` subtrees that remain when the last merges are undone; each ascending, in leaf order.
std::vector<std::vector<std::size_t>> cutTree(const ClassTree& tree, std::size_t count);

/// A set of classes that belong together, and what it is part of.
struct ClassGroup {
  static constexpr int kTop = -1;
  std::string name;   ///< "dog"; of clusters "around tabby": the class most like all others of the group.
  int parent = kTop;  ///< Index into the list of groups.
  std::vector<std::size_t> classes;  ///< Ascending, those of its parts included.
};

/// A hierarchy of groups, parents before their parts; together the groups without a parent hold every class once.
/// Groups of more than `kSplitAbove` classes have parts.
struct ClassGroups {
  static constexpr std::size_t kMostTop = 20, kMostParts = 8, kSplitAbove = 12;
  std::string method;  ///< "hypernyms" or "clusters".
  std::vector<ClassGroup> groups;
};
/// From the tree; names by the class most like the others.
ClassGroups clusterGroups(const ClassTree& tree, const ClassSemantics& semantics);

}  // namespace gf
