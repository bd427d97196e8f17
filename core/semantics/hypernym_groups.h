// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "semantics/wordnet.h"

namespace gf {

/// Classes under one hypernym.
struct HypernymGroup {
  std::string name;                       ///< "dog"; "other artifact" where parts of it are groups of their own.
  std::optional<WordNet::Synset> synset;  ///< The lowest synset above all its classes; nothing for unknown classes.
  std::vector<std::size_t> classes;       ///< Indices, ascending, at least one.
};

/// Where the tree of hypernyms is cut: at most `count` groups, or at `depth` steps below the top where that is set.
struct HypernymCut {
  std::size_t count = 10;
  std::optional<int> depth;
};

/// Each class in exactly one group; groups by size, the largest first, then by their first class; classes without a
/// synset are a last group, "not in WordNet", beside the `count`. The answer depends on the arguments alone.
///
/// A synset with several hypernyms hangs in the tree under the one that has most of the classes below it (then the
/// deeper, then the earlier one), so that groups become large. By count: beginning with all classes together, again and
/// again that subtree becomes a group of its own which adds most to the entropy of the group sizes, which splits large
/// groups evenly before it takes small things apart.
std::vector<HypernymGroup> hypernymGroupsOf(const WordNet& net,
                                            const std::vector<std::optional<WordNet::Synset>>& classes,
                                            const HypernymCut& cut);

}  // namespace gf
