// SPDX-License-Identifier: Apache-2.0
// Groups of classes: what class_tree.h says of them.
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "semantics/class_tree.h"

namespace gf {
namespace {

using Classes = std::vector<std::size_t>;

/// Cuts subtrees of a tree whose leaves stand in its order.
class TreeCutter {
 public:
  explicit TreeCutter(const ClassTree& tree) : tree_(tree), spans_(tree.order.size() + tree.merges.size()) {
    const std::size_t classes = tree.order.size();
    for (std::size_t i = 0; i < classes; ++i) spans_[tree.order[i]] = {i, i + 1};
    for (std::size_t i = 0; i < tree.merges.size(); ++i) {
      const auto& [a, b, height] = tree.merges[i];
      spans_[classes + i] = {std::min(spans_[a].first, spans_[b].first), std::max(spans_[a].second, spans_[b].second)};
    }
  }
  std::size_t root() const { return spans_.size() - 1; }
  /// Up to `count` nodes below `node`, in leaf order: its last merges undone.
  std::vector<std::size_t> below(std::size_t node, std::size_t count) const {
    std::set<std::size_t> nodes{node};  // later merges have higher numbers
    while (nodes.size() < count && *nodes.rbegin() >= tree_.order.size()) {
      const auto& merge = tree_.merges[*nodes.rbegin() - tree_.order.size()];
      nodes.erase(std::prev(nodes.end()));
      nodes.insert({merge.a, merge.b});
    }
    std::vector<std::size_t> result(nodes.begin(), nodes.end());
    std::sort(result.begin(), result.end(),
              [&](std::size_t a, std::size_t b) { return spans_[a].first < spans_[b].first; });
    return result;
  }
  Classes classes(std::size_t node) const {
    const auto begin = tree_.order.begin();
    Classes result(begin + static_cast<std::ptrdiff_t>(spans_[node].first),
                   begin + static_cast<std::ptrdiff_t>(spans_[node].second));
    std::sort(result.begin(), result.end());
    return result;
  }

 private:
  const ClassTree& tree_;
  std::vector<std::pair<std::size_t, std::size_t>> spans_;  ///< Of each node, its leaves' places.
};

std::string clusterName(const Classes& classes, const ClassSemantics& semantics) {
  if (classes.size() == 1) return semantics.names[classes.front()];
  std::size_t best = classes.front();
  double most = 0;
  for (const std::size_t k : classes) {
    double sum = 0;
    for (const std::size_t other : classes) sum += k == other ? 0 : semantics.between(k, other);
    if (k != classes.front() && sum <= most) continue;
    best = k;
    most = sum;
  }
  return "around " + semantics.names[best];
}

}  // namespace

std::vector<std::vector<std::size_t>> cutTree(const ClassTree& tree, std::size_t count) {
  std::vector<Classes> result;
  if (tree.order.empty()) return result;
  const TreeCutter cutter(tree);
  for (const std::size_t node : cutter.below(cutter.root(), count)) result.push_back(cutter.classes(node));
  return result;
}

std::size_t groupCount(std::size_t classes, std::size_t most) {
  std::size_t count = 0;
  while (count < most && count * count < classes) ++count;
  return count;
}

ClassGroups clusterGroups(const ClassTree& tree, const ClassSemantics& semantics) {
  ClassGroups result{"clusters", {}};
  if (tree.order.empty()) return result;
  const TreeCutter cutter(tree);
  const auto add = [&](std::size_t node, int parent) {
    Classes classes = cutter.classes(node);
    result.groups.push_back({clusterName(classes, semantics), parent, std::move(classes)});
  };
  for (const std::size_t node : cutter.below(cutter.root(), groupCount(tree.order.size(), ClassGroups::kMostTop))) {
    add(node, ClassGroup::kTop);
    const std::size_t size = result.groups.back().classes.size();
    if (size <= ClassGroups::kSplitAbove) continue;
    const int parent = static_cast<int>(result.groups.size()) - 1;
    for (const std::size_t part : cutter.below(node, groupCount(size, ClassGroups::kMostParts))) add(part, parent);
  }
  return result;
}

ClassGroups hypernymClassGroups(const WordNet& net, const std::vector<std::string>& names,
                                const std::vector<std::string>& wnids, const WordNetSettings& settings) {
  ClassGroups result{"hypernyms", {}};
  const auto synsets = classSynsets(net, names, wnids, settings);
  for (auto& group : hypernymGroupsOf(net, synsets, {groupCount(names.size(), ClassGroups::kMostTop), {}})) {
    const auto parent = static_cast<int>(result.groups.size());
    const Classes classes = std::move(group.classes);
    result.groups.push_back({group.name, ClassGroup::kTop, classes});
    if (classes.size() <= ClassGroups::kSplitAbove) continue;
    std::vector<std::optional<WordNet::Synset>> own;
    for (const std::size_t k : classes) own.push_back(synsets[k]);
    auto parts = hypernymGroupsOf(net, own, {groupCount(classes.size(), ClassGroups::kMostParts), {}});
    if (parts.size() < 2) continue;
    for (auto& part : parts) {
      for (std::size_t& k : part.classes) k = classes[k];
      result.groups.push_back({std::move(part.name), parent, std::move(part.classes)});
    }
  }
  return result;
}

}  // namespace gf
