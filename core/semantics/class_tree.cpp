// SPDX-License-Identifier: Apache-2.0
#include "semantics/class_tree.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/error.h"

namespace gf {
namespace {

/// Average linkage over a matrix of distances that shrinks in place. A cluster lives in the row of its lowest class.
class Linkage {
 public:
  Linkage(std::span<const double> similarity, std::size_t classes)
      : count_(classes), distance_(classes * classes), sizes_(classes, 1), height_(classes, 0), alive_(classes, true) {
    for (std::size_t a = 0; a < classes; ++a) {
      for (std::size_t b = a + 1; b < classes; ++b) {
        distance_[a * classes + b] = distance_[b * classes + a] = 1 - similarity[a * classes + b];
      }
    }
  }

  struct Join {
    std::size_t low = 0, high = 0;  ///< Rows.
    double height = 0;
  };
  /// All merges in the order in which the chain finds them: parts before wholes, heights in any order.
  std::vector<Join> run() {
    std::vector<Join> joins;
    std::vector<std::size_t> chain;
    while (joins.size() + 1 < count_) {
      if (chain.empty()) chain.push_back(firstAlive());
      const std::size_t top = chain.back();
      const std::size_t before = chain.size() > 1 ? chain[chain.size() - 2] : count_;
      const std::size_t next = nearest(top, before);
      if (next != before) {
        chain.push_back(next);
        continue;
      }
      chain.resize(chain.size() - 2);
      joins.push_back(join(std::min(top, next), std::max(top, next)));
    }
    return joins;
  }

 private:
  std::size_t firstAlive() const {
    return static_cast<std::size_t>(std::find(alive_.begin(), alive_.end(), true) - alive_.begin());
  }
  /// Of equally near rows `before`, else the lowest.
  std::size_t nearest(std::size_t row, std::size_t before) const {
    const double* distances = distance_.data() + row * count_;
    double least = before < count_ ? distances[before] : std::numeric_limits<double>::infinity();
    std::size_t best = before;
    for (std::size_t k = 0; k < count_; ++k) {
      if (distances[k] < least && alive_[k] && k != row) {
        least = distances[k];
        best = k;
      }
    }
    return best;
  }
  Join join(std::size_t low, std::size_t high) {
    // Rounding must not put a whole below its parts.
    const double height = std::max({distance_[low * count_ + high], height_[low], height_[high]});
    const double a = sizes_[low], b = sizes_[high];
    alive_[high] = false;
    for (std::size_t k = 0; k < count_; ++k) {
      if (!alive_[k] || k == low) continue;
      const double one = distance_[low * count_ + k], other = distance_[high * count_ + k];
      // Nor may it bring a row nearer than both of what it is the mean of: the chain relies on that to end.
      const double mean = std::clamp((a * one + b * other) / (a + b), std::min(one, other), std::max(one, other));
      distance_[low * count_ + k] = distance_[k * count_ + low] = mean;
    }
    sizes_[low] = a + b;
    height_[low] = height;
    return {low, high, height};
  }

  std::size_t count_;
  std::vector<double> distance_, sizes_, height_;
  std::vector<bool> alive_;
};

std::vector<ClassTree::Merge> numbered(std::vector<Linkage::Join> joins, std::size_t classes) {
  std::stable_sort(joins.begin(), joins.end(), [](const auto& a, const auto& b) { return a.height < b.height; });
  std::vector<std::size_t> node(classes);  // what the cluster in this row is called by now
  std::iota(node.begin(), node.end(), std::size_t{0});
  std::vector<ClassTree::Merge> merges;
  for (const auto& [low, high, height] : joins) {
    merges.push_back({std::min(node[low], node[high]), std::max(node[low], node[high]), height});
    node[low] = classes + merges.size() - 1;
  }
  return merges;
}

std::vector<std::size_t> leafOrder(const std::vector<ClassTree::Merge>& merges, std::span<const double> similarity,
                                   std::size_t classes) {
  std::vector<std::vector<std::size_t>> leaves(classes + merges.size());
  for (std::size_t k = 0; k < classes; ++k) leaves[k] = {k};
  for (std::size_t i = 0; i < merges.size(); ++i) {
    auto left = std::move(leaves[merges[i].a]), right = std::move(leaves[merges[i].b]);
    const auto alike = [&](std::size_t a, std::size_t b) {
      return similarity[std::min(a, b) * classes + std::max(a, b)];
    };
    // As they are; the left one turned; the right one turned; both turned.
    const std::array<double, 4> touching{alike(left.back(), right.front()), alike(left.front(), right.front()),
                                         alike(left.back(), right.back()), alike(left.front(), right.back())};
    const auto best = std::max_element(touching.begin(), touching.end()) - touching.begin();
    if (best & 1) std::reverse(left.begin(), left.end());
    if (best & 2) std::reverse(right.begin(), right.end());
    left.insert(left.end(), right.begin(), right.end());
    leaves[classes + i] = std::move(left);
  }
  auto order = leaves.empty() ? std::vector<std::size_t>{} : std::move(leaves.back());
  if (!order.empty() && order.front() > order.back()) std::reverse(order.begin(), order.end());
  return order;
}

}  // namespace

ClassTree classTree(std::span<const double> similarity, std::size_t classes) {
  if (similarity.size() != classes * classes) {
    failInput("class similarities", "there must be one for each two classes",
              std::to_string(similarity.size()) + " for " + std::to_string(classes) + " classes");
  }
  for (const double value : similarity) {
    if (!std::isfinite(value)) failInput("class similarities", "must be finite numbers", std::to_string(value));
  }
  ClassTree tree;
  tree.merges = numbered(Linkage(similarity, classes).run(), classes);
  tree.order = leafOrder(tree.merges, similarity, classes);
  return tree;
}

}  // namespace gf
