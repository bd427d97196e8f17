// SPDX-License-Identifier: Apache-2.0
#include "semantics/hypernym_groups.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace gf {
namespace {

using Synset = WordNet::Synset;

/// The classes' part of WordNet as a tree: from the top down to each class.
class ClassTree {
 public:
  ClassTree(const WordNet& net, const std::vector<std::optional<Synset>>& classes) : net_(net) {
    for (const auto& synset : classes) {
      if (!synset) continue;
      for (const auto& above : net.ancestors(*synset)) ++covered_[above.synset];
    }
    for (std::size_t k = 0; k < classes.size(); ++k) {
      chains_.push_back(classes[k] ? chainOf(*classes[k]) : std::vector<Synset>{});
    }
  }
  /// From the top to the class's own synset; empty for a class without one.
  const std::vector<Synset>& chain(std::size_t k) const { return chains_[k]; }

  /// The lowest synset above all of `classes`; nothing when they share none.
  std::optional<Synset> common(const std::vector<std::size_t>& classes) const {
    const auto& first = chains_[classes.front()];
    std::size_t shared = first.size();
    for (const std::size_t k : classes) {
      const auto& other = chains_[k];
      const auto end = first.begin() + static_cast<std::ptrdiff_t>(std::min(shared, other.size()));
      shared = static_cast<std::size_t>(std::mismatch(first.begin(), end, other.begin()).first - first.begin());
    }
    if (shared == 0) return std::nullopt;
    return first[shared - 1];
  }

 private:
  std::vector<Synset> chainOf(Synset synset) const {
    std::vector<Synset> chain{synset};
    while (!net_.hypernyms(chain.back()).empty()) {
      const auto& parents = net_.hypernyms(chain.back());
      chain.push_back(
          *std::min_element(parents.begin(), parents.end(), [&](Synset a, Synset b) { return before(a, b); }));
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
  }
  bool before(Synset a, Synset b) const {
    const std::size_t ofA = covered_.at(a), ofB = covered_.at(b);
    if (ofA != ofB) return ofA > ofB;
    if (net_.maxDepth(a) != net_.maxDepth(b)) return net_.maxDepth(a) > net_.maxDepth(b);
    return a < b;
  }

  const WordNet& net_;
  std::map<Synset, std::size_t> covered_;
  std::vector<std::vector<Synset>> chains_;
};

using Members = std::vector<std::size_t>;

/// What taking `part` out of a group of `whole` adds to Σ −n ln n, so to the entropy of the sizes.
double gain(std::size_t part, std::size_t whole) {
  const auto term = [](std::size_t n) {
    return n == 0 ? 0.0 : static_cast<double>(n) * std::log(static_cast<double>(n));
  };
  return term(whole) - term(part) - term(whole - part);
}

struct Split {
  double gain = 0;
  std::size_t depth = 0;
  Synset top = 0;
  std::size_t group = 0;
  Members part;
};

/// Whether `one` is the better split: more entropy, then more classes that stay together under one synset, then the
/// more specific synset, then the lower one.
bool better(const Split& one, const Split& other) {
  if (std::abs(one.gain - other.gain) > 1e-9) return one.gain > other.gain;
  if (one.part.size() != other.part.size()) return one.part.size() > other.part.size();
  if (one.depth != other.depth) return one.depth > other.depth;
  return one.top < other.top;
}

/// The best subtree to take out of a group; nothing when all its classes are one synset.
std::optional<Split> bestSplit(const ClassTree& tree, const Members& members, std::size_t group) {
  std::map<Synset, Split> parts;
  for (const std::size_t k : members) {
    const auto& chain = tree.chain(k);
    for (std::size_t depth = 0; depth < chain.size(); ++depth) {
      Split& split = parts[chain[depth]];
      split.depth = depth;
      split.part.push_back(k);
    }
  }
  std::optional<Split> best;
  for (auto& [synset, split] : parts) {
    if (split.part.size() == members.size()) continue;
    split.gain = gain(split.part.size(), members.size());
    split.top = synset;
    split.group = group;
    if (!best || better(split, *best)) best = std::move(split);
  }
  return best;
}

std::vector<Members> cutByCount(const ClassTree& tree, const Members& all, std::size_t count) {
  std::vector<Members> groups{all};
  std::vector<std::optional<Split>> splits{bestSplit(tree, all, 0)};
  while (groups.size() < count) {
    const Split* best = nullptr;
    for (const auto& split : splits) {
      if (split && (!best || better(*split, *best))) best = &*split;
    }
    if (!best) break;
    const Split chosen = *best;
    Members rest;
    std::set_difference(groups[chosen.group].begin(), groups[chosen.group].end(), chosen.part.begin(),
                        chosen.part.end(), std::back_inserter(rest));
    groups[chosen.group] = std::move(rest);
    groups.push_back(chosen.part);
    splits[chosen.group] = bestSplit(tree, groups[chosen.group], chosen.group);
    splits.push_back(bestSplit(tree, chosen.part, groups.size() - 1));
  }
  return groups;
}

std::vector<Members> cutByDepth(const ClassTree& tree, const Members& all, int depth) {
  std::map<Synset, Members> groups;
  for (const std::size_t k : all) {
    const auto& chain = tree.chain(k);
    groups[chain[std::min(static_cast<std::size_t>(std::max(depth, 0)), chain.size() - 1)]].push_back(k);
  }
  std::vector<Members> result;
  for (auto& [synset, members] : groups) result.push_back(std::move(members));
  return result;
}

/// "dog"; with "other" in front where classes below the same synset are in another group.
void nameGroups(const WordNet& net, const ClassTree& tree, const Members& all, std::vector<HypernymGroup>& groups) {
  std::map<std::string, std::size_t> uses;
  for (HypernymGroup& group : groups) {
    group.synset = tree.common(group.classes);
    if (!group.synset) {
      group.name = "other";
      continue;
    }
    std::size_t below = 0;
    for (const std::size_t k : all) {
      const auto& chain = tree.chain(k);
      below += std::find(chain.begin(), chain.end(), *group.synset) != chain.end();
    }
    const bool ownName = std::all_of(group.classes.begin(), group.classes.end(),
                                     [&](std::size_t k) { return tree.chain(k).back() == *group.synset; });
    group.name = (!ownName && below > group.classes.size() ? "other " : "") + net.label(*group.synset);
    ++uses[group.name];
  }
  for (HypernymGroup& group : groups) {
    if (group.synset && uses[group.name] > 1) group.name += " (" + net.name(*group.synset) + ")";
  }
}

}  // namespace

std::vector<HypernymGroup> hypernymGroupsOf(const WordNet& net, const std::vector<std::optional<Synset>>& classes,
                                            const HypernymCut& cut) {
  Members known, unknown;
  for (std::size_t k = 0; k < classes.size(); ++k) (classes[k] ? known : unknown).push_back(k);
  std::vector<HypernymGroup> groups;
  if (!known.empty()) {
    const ClassTree tree(net, classes);
    auto parts =
        cut.depth ? cutByDepth(tree, known, *cut.depth) : cutByCount(tree, known, std::max<std::size_t>(cut.count, 1));
    std::sort(parts.begin(), parts.end(), [](const Members& a, const Members& b) {
      return a.size() != b.size() ? a.size() > b.size() : a.front() < b.front();
    });
    for (Members& part : parts) groups.push_back({"", std::nullopt, std::move(part)});
    nameGroups(net, tree, known, groups);
  }
  if (!unknown.empty()) groups.push_back({"not in WordNet", std::nullopt, std::move(unknown)});
  return groups;
}

}  // namespace gf
