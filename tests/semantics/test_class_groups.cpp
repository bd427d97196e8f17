// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "meaning_golden.h"
#include "models/fixtures.h"
#include "semantics/class_meaning.h"
#include "wordnet_fixture.h"

using namespace gf_test;

namespace {

using Classes = std::vector<std::size_t>;

/// Every class once at the top; parts hold their group's classes once each; sizes and numbers as promised.
void checkGroups(const gf::ClassGroups& groups, std::size_t classes, std::size_t mostTop) {
  std::vector<std::size_t> top(classes, 0), parts(classes, 0);
  std::size_t atTop = 0;
  for (std::size_t g = 0; g < groups.groups.size(); ++g) {
    const auto& group = groups.groups[g];
    CHECK_FALSE(group.name.empty());
    CHECK_FALSE(group.classes.empty());
    CHECK(std::is_sorted(group.classes.begin(), group.classes.end()));
    if (group.parent == gf::ClassGroup::kTop) {
      ++atTop;
      for (const std::size_t k : group.classes) ++top[k];
      continue;
    }
    REQUIRE(group.parent < static_cast<int>(g));
    const auto& whole = groups.groups[static_cast<std::size_t>(group.parent)];
    CHECK(whole.parent == gf::ClassGroup::kTop);
    CHECK(whole.classes.size() > gf::ClassGroups::kSplitAbove);
    CHECK(group.classes.size() < whole.classes.size());
    CHECK(std::includes(whole.classes.begin(), whole.classes.end(), group.classes.begin(), group.classes.end()));
    for (const std::size_t k : group.classes) ++parts[k];
  }
  CHECK(atTop <= mostTop);
  for (std::size_t k = 0; k < classes; ++k) {
    CHECK(top[k] == 1);
    CHECK(parts[k] <= 1);
  }
  for (std::size_t g = 0; g < groups.groups.size(); ++g) {
    std::size_t held = 0;
    for (const auto& part : groups.groups) held += part.parent == static_cast<int>(g) ? part.classes.size() : 0;
    CHECK((held == 0 || held == groups.groups[g].classes.size()));
  }
}

gf::ClassGroups clustersOf(const gf::ClassSemantics& semantics) {
  return gf::clusterGroups(gf::classTree(semantics.similarity, semantics.names.size()), semantics);
}

}  // namespace

TEST_CASE("as many groups are asked for as classes in a group") {
  CHECK(gf::groupCount(0, 20) == 0);
  CHECK(gf::groupCount(1, 20) == 1);
  CHECK(gf::groupCount(2, 20) == 2);
  CHECK(gf::groupCount(4, 20) == 2);
  CHECK(gf::groupCount(10, 20) == 4);
  CHECK(gf::groupCount(100, 20) == 10);
  CHECK(gf::groupCount(1000, 20) == 20);
}

TEST_CASE("clusters are named by the class most like the others") {
  auto semantics = allAlike(5, 0.1);
  semantics.names = {"tabby", "truck", "lion", "van", "lynx"};
  const auto alike = [&](std::size_t a, std::size_t b, double value) {
    semantics.similarity[a * 5 + b] = semantics.similarity[b * 5 + a] = value;
  };
  alike(0, 2, 0.8);
  alike(2, 4, 0.9);
  alike(0, 4, 0.7);
  alike(1, 3, 0.6);
  const auto groups = clustersOf(semantics);
  CHECK(groups.method == "clusters");
  REQUIRE(groups.groups.size() == 3);  // √5 rounded up: the pair, the loosest, comes apart
  std::set<std::string> names;
  for (const auto& group : groups.groups) names.insert(group.name);
  CHECK(names == std::set<std::string>{"around lion", "truck", "van"});
  checkGroups(groups, 5, 3);
}

TEST_CASE("groups of few, equal and lonely classes hold every class") {
  CHECK(clustersOf(likenesses({})).groups.empty());
  for (const std::size_t classes : {1, 2, 3, 12, 13, 60}) {
    for (const double value : {1.0, 0.4, 0.0, -0.2}) {
      CAPTURE(classes);
      checkGroups(clustersOf(allAlike(classes, value)), classes, gf::groupCount(classes, 20));
    }
  }
  CHECK(clustersOf(allAlike(1, 0)).groups[0].name == "k0");
}

TEST_CASE("a thousand classes in families have groups with parts") {
  constexpr std::size_t kClasses = 1000, kWidth = 12;
  gf::Random random(8);
  const auto noise = [&] { return static_cast<float>(random.below(2001)) / 1000 - 1; };
  std::vector<float> families(20 * kWidth), vectors;
  for (float& value : families) value = noise();
  for (std::size_t k = 0; k < kClasses; ++k) {
    for (std::size_t j = 0; j < kWidth; ++j) vectors.push_back(families[k % 20 * kWidth + j] + 0.15f * noise());
  }
  const auto meaning = gf::classMeaning(gf::semanticsOf(namesOf(kClasses), vectors, kWidth, {{"provider", "file"}}));
  checkGroups(meaning.groups, kClasses, 20);
  std::size_t parts = 0;
  for (const auto& group : meaning.groups.groups) {
    parts += group.parent != gf::ClassGroup::kTop;
    if (group.parent != gf::ClassGroup::kTop) continue;
    CHECK(group.classes.size() == 50);
    for (const std::size_t k : group.classes) CHECK(k % 20 == group.classes.front() % 20);
  }
  CHECK(parts == 20 * 8);
}

TEST_CASE("hypernyms make groups of what WordNet knows, and one of what it does not") {
  const auto net = smallWordNet();
  const std::vector<std::string> names{"crane (bird)", "boot", "albatros", "machine", "bird", "knife", "dog"};
  const auto groups = gf::hypernymClassGroups(net, names, {}, {});
  CHECK(groups.method == "hypernyms");
  checkGroups(groups, names.size(), 4);
  const auto unknown = std::find_if(groups.groups.begin(), groups.groups.end(),
                                    [](const auto& group) { return group.name == "not in WordNet"; });
  REQUIRE(unknown != groups.groups.end());
  CHECK(unknown->classes == Classes{2});
  const auto made = std::find_if(groups.groups.begin(), groups.groups.end(),
                                 [](const auto& group) { return group.name == "artifact"; });
  REQUIRE(made != groups.groups.end());
  CHECK(made->classes == Classes{1, 3, 5});
}

TEST_CASE("large hypernym groups have parts, but not a part that is the whole") {
  const auto net = smallWordNet();
  std::vector<std::string> names, ids;
  const auto add = [&](const char* id, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      names.push_back(std::string("k").append(std::to_string(names.size())));
      ids.emplace_back(id);
    }
  };
  add("n00000040", 20);  // crane, the bird
  add("n00000150", 15);  // albatross
  add("n00000100", 30);  // boot: one synset, nothing to tell them apart
  const auto groups = gf::hypernymClassGroups(net, names, ids, {});
  checkGroups(groups, names.size(), 9);
  const auto only = gf::hypernymClassGroups(net, {names.begin() + 35, names.end()}, {ids.begin() + 35, ids.end()}, {});
  REQUIRE(only.groups.size() == 1);
  CHECK(only.groups[0].name == "boot");
  CHECK(only.groups[0].classes.size() == 30);
}

TEST_CASE("meaning of WordNet has hypernyms for groups, that of vectors clusters") {
  const Scratch scratch;
  write(scratch / "data.noun", kNouns);
  write(scratch / "index.noun", kIndex);
  write(scratch / "noun.exc", kExceptions);
  write(scratch / "vectors.csv", "dog,1,0\nboot,0,1\nknife,0.1,1\n");
  ::setenv("GAINFINDER_WORDNET", scratch.folder().c_str(), 1);
  const std::vector<std::string> names{"dog", "knife", "boot"};
  const auto words = gf::classMeaning(gf::parseSemantics("wordnet"), names, {}, {});
  CHECK(words.groups.method == "hypernyms");
  CHECK(words.map.method == "mds");
  CHECK(words.tree.order.size() == 3);
  CHECK(words.semantics.names == names);
  ::unsetenv("GAINFINDER_WORDNET");
  const std::string file = (scratch / "vectors.csv").string();
  const auto vectors = gf::classMeaning(gf::parseSemantics("file:" + file), names, {}, {});
  CHECK(vectors.groups.method == "clusters");
  CHECK(vectors.map.method == "pca");
  const gf::Error head = failureOf([&] { gf::classMeaning(gf::parseSemantics("head"), names, {}, {}); });
  CHECK(head.kind() == gf::ErrorKind::Usage);
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(
      gf::classMeaning(gf::parseSemantics("file:" + file), names, {}, gf::Control(stop.get_token(), nullptr, {})),
      gf::Stopped);
}
