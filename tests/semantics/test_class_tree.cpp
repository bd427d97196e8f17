// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "meaning_golden.h"
#include "semantics/class_tree.h"

using namespace gf_test;

namespace {

using Classes = std::vector<std::size_t>;

gf::ClassTree treeOf(const gf::ClassSemantics& semantics) {
  return gf::classTree(semantics.similarity, semantics.names.size());
}

/// Leaves below every node.
std::vector<std::set<std::size_t>> leavesOf(const gf::ClassTree& tree) {
  std::vector<std::set<std::size_t>> leaves;
  for (std::size_t k = 0; k < tree.order.size(); ++k) leaves.push_back({k});
  for (const auto& merge : tree.merges) {
    auto both = leaves[merge.a];
    both.insert(leaves[merge.b].begin(), leaves[merge.b].end());
    leaves.push_back(std::move(both));
  }
  return leaves;
}

/// What holds of every tree: all leaves once, parts before wholes, heights ascend, branches do not cross.
void checkTree(const gf::ClassTree& tree, std::size_t classes) {
  REQUIRE(tree.order.size() == classes);
  Classes sorted = tree.order, all(classes);
  std::sort(sorted.begin(), sorted.end());
  std::iota(all.begin(), all.end(), std::size_t{0});
  CHECK(sorted == all);
  REQUIRE(tree.merges.size() + 1 == std::max<std::size_t>(classes, 1));
  Classes place(classes);
  for (std::size_t i = 0; i < classes; ++i) place[tree.order[i]] = i;
  std::set<std::size_t> merged;
  const auto leaves = leavesOf(tree);
  for (std::size_t i = 0; i < tree.merges.size(); ++i) {
    const auto& merge = tree.merges[i];
    CHECK(merge.a < merge.b);
    CHECK(merge.b < classes + i);
    CHECK(merged.insert(merge.a).second);
    CHECK(merged.insert(merge.b).second);
    if (i > 0) CHECK(merge.height >= tree.merges[i - 1].height);
    std::size_t low = classes, high = 0;
    for (const std::size_t k : leaves[classes + i]) low = std::min(low, place[k]), high = std::max(high, place[k]);
    CHECK(high - low + 1 == leaves[classes + i].size());
  }
}

/// Height at which each two classes come together, [C, C].
std::vector<double> cophenetic(const gf::ClassTree& tree) {
  const std::size_t classes = tree.order.size();
  std::vector<double> heights(classes * classes, 0);
  const auto leaves = leavesOf(tree);
  for (const auto& merge : tree.merges) {
    for (const std::size_t a : leaves[merge.a]) {
      for (const std::size_t b : leaves[merge.b]) heights[a * classes + b] = heights[b * classes + a] = merge.height;
    }
  }
  return heights;
}

}  // namespace

TEST_CASE("trees are those of SciPy's average linkage") {
  CHECK(meaningGolden()["trees"].size() == 8);
  for (const auto& wanted : meaningGolden()["trees"]) {
    const auto semantics = likenesses(wanted["similarity"].get<std::vector<double>>());
    const std::size_t classes = semantics.names.size();
    CAPTURE(classes);
    const gf::ClassTree tree = treeOf(semantics);
    checkTree(tree, classes);
    for (std::size_t i = 0; i < tree.merges.size(); ++i) {
      CHECK(std::abs(tree.merges[i].height - wanted["heights"][i].get<double>()) < 1e-12);
    }
    const auto seen = cophenetic(tree);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      CHECK(std::abs(seen[i] - wanted["cophenetic"][i].get<double>()) < 1e-12);
    }
    for (const auto& [count, labels] : wanted["cuts"].items()) {
      CAPTURE(count);
      std::map<int, Classes> byLabel;
      for (std::size_t k = 0; k < classes; ++k) byLabel[labels[k].get<int>()].push_back(k);
      std::set<Classes> expected;
      for (const auto& [label, members] : byLabel) expected.insert(members);
      const auto parts = gf::cutTree(tree, static_cast<std::size_t>(std::stoi(count)));
      CHECK(std::set<Classes>(parts.begin(), parts.end()) == expected);
    }
  }
}

TEST_CASE("a tree worked by hand") {
  // 0 and 2 are one pair (0.9), 1 and 3 another (0.8); 2 and 1 are the most alike across (0.5).
  const auto semantics = likenesses({1, 0.1, 0.9, 0.2,  //
                                     0.1, 1, 0.5, 0.8,  //
                                     0.9, 0.5, 1, 0.3,  //
                                     0.2, 0.8, 0.3, 1});
  const gf::ClassTree tree = treeOf(semantics);
  CHECK(tree.order == Classes{0, 2, 1, 3});
  REQUIRE(tree.merges.size() == 3);
  CHECK(tree.merges[0].a == 0);
  CHECK(tree.merges[0].b == 2);
  CHECK(tree.merges[0].height == doctest::Approx(0.1));
  CHECK(tree.merges[1].a == 1);
  CHECK(tree.merges[1].b == 3);
  CHECK(tree.merges[2].a == 4);
  CHECK(tree.merges[2].b == 5);
  CHECK(tree.merges[2].height == doctest::Approx(1 - (0.1 + 0.2 + 0.5 + 0.3) / 4));
  CHECK(gf::cutTree(tree, 2) == std::vector<Classes>{{0, 2}, {1, 3}});
  CHECK(gf::cutTree(tree, 3) == std::vector<Classes>{{0, 2}, {1}, {3}});
  CHECK(gf::cutTree(tree, 9).size() == 4);
  CHECK(gf::cutTree(tree, 0).size() == 1);
}

TEST_CASE("each part is turned so that its most alike end touches the other") {
  // Pairs 0, 1 and 2, 3; the most alike across are named in turn.
  const auto orderWith = [](std::size_t a, std::size_t b) {
    std::vector<double> similarity{1, 0.9, 0.1, 0.1, 0.9, 1, 0.1, 0.1, 0.1, 0.1, 1, 0.8, 0.1, 0.1, 0.8, 1};
    similarity[a * 4 + b] = similarity[b * 4 + a] = 0.4;
    return treeOf(likenesses(similarity)).order;
  };
  CHECK(orderWith(1, 2) == Classes{0, 1, 2, 3});
  CHECK(orderWith(0, 2) == Classes{1, 0, 2, 3});
  CHECK(orderWith(1, 3) == Classes{0, 1, 3, 2});
  CHECK(orderWith(0, 3) == Classes{1, 0, 3, 2});
}

TEST_CASE("few classes, equal classes, classes like no other, opposite classes") {
  CHECK(treeOf(likenesses({})).order.empty());
  CHECK(gf::cutTree(treeOf(likenesses({})), 3).empty());
  CHECK(treeOf(likenesses({1})).order == Classes{0});
  CHECK(treeOf(likenesses({1})).merges.empty());
  CHECK(gf::cutTree(treeOf(likenesses({1})), 3) == std::vector<Classes>{{0}});
  CHECK(treeOf(likenesses({1, -1, -1, 1})).merges[0].height == 2);
  for (const double value : {1.0, 0.3, 0.0, -0.7, 1.0 / 3}) {
    for (const std::size_t classes : {2, 3, 10, 61}) {
      CAPTURE(value);
      CAPTURE(classes);
      const auto semantics = allAlike(classes, value);
      const gf::ClassTree tree = treeOf(semantics);
      checkTree(tree, classes);
      for (const auto& merge : tree.merges) CHECK(merge.height == doctest::Approx(1 - value).epsilon(1e-12));
      const gf::ClassTree again = treeOf(semantics);
      CHECK(again.order == tree.order);
    }
  }
  // One class like no other joins last.
  auto lonely = allAlike(6, 0.5);
  for (std::size_t k = 0; k < 6; ++k) lonely.similarity[2 * 6 + k] = lonely.similarity[k * 6 + 2] = k == 2 ? 1 : 0;
  const gf::ClassTree tree = treeOf(lonely);
  checkTree(tree, 6);
  CHECK(tree.merges.back().a == 2);
  CHECK(tree.merges.back().height == 1);
}

TEST_CASE("many ties keep the tree whole") {
  gf::Random random(3);
  for (int round = 0; round < 40; ++round) {
    const std::size_t classes = 5 + random.below(40);
    auto semantics = allAlike(classes, 0);
    for (std::size_t a = 0; a < classes; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        const double value = static_cast<double>(random.below(4)) / 3;
        semantics.similarity[a * classes + b] = semantics.similarity[b * classes + a] = value;
      }
    }
    checkTree(treeOf(semantics), classes);
  }
}

TEST_CASE("the order puts relatives beside each other: four families of five") {
  constexpr std::size_t kClasses = 20;
  auto semantics = allAlike(kClasses, 0.1);
  for (std::size_t a = 0; a < kClasses; ++a) {
    for (std::size_t b = 0; b < kClasses; ++b) {
      if (a != b && a % 4 == b % 4) semantics.similarity[a * kClasses + b] = 0.8;
    }
  }
  const gf::ClassTree tree = treeOf(semantics);
  for (std::size_t i = 0; i < kClasses; ++i) CHECK(tree.order[i] % 4 == tree.order[i / 5 * 5] % 4);
  CHECK(tree.order.front() < tree.order.back());
}

TEST_CASE("what is no matrix of similarities is refused") {
  CHECK_THROWS_AS(gf::classTree(std::vector<double>(8, 1), 3), gf::Error);
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    auto semantics = allAlike(4, 0.5);
    semantics.similarity[6] = bad;
    CHECK_THROWS_AS(treeOf(semantics), gf::Error);
  }
}
