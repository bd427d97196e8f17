// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <set>

#include "base/error.h"
#include "models/fixtures.h"
#include "semantics/word_senses.h"
#include "semantics/wordnet_fixture.h"

using namespace gf_test;

namespace {

using Names = std::vector<std::string>;

/// The sense of a name alone, as "crane.n.02"; "" when there is none.
std::string meaning(const gf::WordNet& net, const std::string& name, const std::string& wnid = "",
                    const std::string& hand = "") {
  const gf::ClassSense sense = gf::classSense(net, name, wnid, hand);
  return sense.synset ? net.name(*sense.synset) : "";
}

std::vector<std::vector<std::size_t>> members(const std::vector<gf::HypernymGroup>& groups) {
  std::vector<std::vector<std::size_t>> result;
  for (const auto& group : groups) result.push_back(group.classes);
  return result;
}
Names namesOf(const std::vector<gf::HypernymGroup>& groups) {
  Names result;
  for (const auto& group : groups) result.push_back(group.name);
  return result;
}

}  // namespace

TEST_CASE("names are found however they are written") {
  const gf::WordNet net = smallWordNet();
  for (const char* name : {"dog", "Dog", " DOG ", "dogs", "Domestic dog, dog", "dog / hound", "12.dog", "003_dogs"}) {
    CAPTURE(name);
    CHECK(meaning(net, name) == "dog.n.01");
  }
  CHECK(meaning(net, "Black footed Albatross") == "black-footed_albatross.n.01");
  CHECK(meaning(net, "001.Black-footed_Albatross") == "black-footed_albatross.n.01");
  CHECK(meaning(net, "black-footed albatrosses") == "black-footed_albatross.n.01");
  CHECK(meaning(net, "head of state") == "head_of_state.n.01");
  CHECK(meaning(net, "heads of state") == "head_of_state.n.01");
  CHECK(meaning(net, "Head-of-state") == "head_of_state.n.01");
  CHECK(meaning(net, "firemen") == "fireman.n.01");
  CHECK(meaning(net, "knives") == "knife.n.01");
  CHECK(meaning(net, "boxesful") == "");  // no "box" with a measure: boxes → box, and "boxful" is a word
  CHECK(meaning(net, "") == "");
  CHECK(meaning(net, "glass") == "boxful.n.01");
  CHECK(meaning(net, "gla") == "");
  CHECK(meaning(net, "(/,)") == "");
}

TEST_CASE("of several senses the first is taken unless something speaks for another") {
  const gf::WordNet net = smallWordNet();
  CHECK(meaning(net, "crane") == "crane.n.01");
  CHECK(gf::classSense(net, "crane", "", "").chosen == "sense 1 of 2");
  CHECK(meaning(net, "crane (bird)") == "crane.n.02");
  CHECK(meaning(net, "crane (animals)") == "crane.n.02");
  CHECK(meaning(net, "crane, wading crane") == "crane.n.02");
  CHECK(meaning(net, "crane, lifting device, Grus grus") == "crane.n.01");
  CHECK(meaning(net, "crane (thing)") == "crane.n.01");
  const gf::ClassSense ankle = gf::classSense(net, "Ankle boots", "", "");
  CHECK(net.name(*ankle.synset) == "boot.n.01");
  CHECK(ankle.byEnding);
  CHECK(ankle.chosen == "by \"boot\", sense 1 of 1");
}

TEST_CASE("ImageNet ids and senses by hand come before names") {
  const gf::WordNet net = smallWordNet();
  CHECK(meaning(net, "crane", "n00000040") == "crane.n.02");
  CHECK(meaning(net, "n00000140") == "head_of_state.n.01");
  CHECK(meaning(net, "crane", "n00000041") == "crane.n.01");  // no such offset
  CHECK(meaning(net, "crane", "n00000040", "crane#1") == "crane.n.01");
  CHECK(meaning(net, "crane", "", "crane.n.02") == "crane.n.02");
  CHECK(meaning(net, "whatever", "", "n00000100") == "boot.n.01");
  for (const char* wrong : {"crane", "crane#0", "crane#3", "crane.n.x", "n00000041", "#1", "crane.v.01"}) {
    CAPTURE(wrong);
    const gf::Error error = failureOf([&] { gf::classSense(net, "crane", "", wrong); });
    CHECK(error.kind() == gf::ErrorKind::Usage);
    CHECK(error.observed() == wrong);
    CHECK(error.subject() == "the sense of \"crane\"");
  }
  std::string newer = kNouns;
  newer.replace(newer.find("3.0"), 3, "3.1");
  CHECK(meaning(wordNetOf(newer), "crane", "n00000040") == "crane.n.01");  // ids are offsets of 3.0
}

TEST_CASE("classes get similarities, notes and the senses they were given") {
  const gf::WordNet net = smallWordNet();
  gf::WordNetSettings settings;
  settings.senses = {{"CRANE", "crane.n.02"}, {"stork", "bird#1"}};
  const Names names{"crane", "dog", "unicorn", "ankle boot", "domestic dog"};
  const gf::ClassSemantics seen = gf::wordNetSemantics(net, names, {}, settings);
  CHECK(seen.names == names);
  CHECK(seen.dimensions == 0);
  CHECK(seen.vectors.empty());
  CHECK(seen.between(0, 1) == 4.0 / 7);
  CHECK(seen.between(1, 0) == 4.0 / 7);
  CHECK(seen.between(1, 4) == 1);
  for (std::size_t k = 0; k < names.size(); ++k) {
    CHECK(seen.between(k, k) == 1);
    if (k != 2) CHECK(seen.between(2, k) == 0);
  }
  REQUIRE(seen.notes.size() == 4);
  CHECK(seen.notes[0] == "1 class is not in WordNet and is like no other: unicorn");
  CHECK(seen.notes[1] == "1 name is known by its last words only: ankle boot as boot.n.01");
  CHECK(seen.notes[2] == "1 pair of classes has one sense: dog and domestic dog");
  CHECK(seen.notes[3] == "1 sense by hand is for a name that is no class: stork");
  CHECK(seen.provenance["measure"] == "wu-palmer");
  CHECK(seen.provenance["version"] == "3.0");
  CHECK(seen.provenance["senses"][0]["synset"] == "crane.n.02");
  CHECK(seen.provenance["senses"][0]["gloss"] == "a tall bird");
  CHECK(seen.provenance["senses"][0]["chosen"] == "by hand");
  CHECK(seen.provenance["senses"][2]["synset"].is_null());

  settings.measure = gf::WordNetMeasureKind::Path;
  CHECK(gf::wordNetSemantics(net, names, {}, settings).between(0, 1) == 0.25);
  settings.measure = gf::WordNetMeasureKind::Lin;
  CHECK(gf::wordNetSemantics(net, names, {}, settings).between(0, 1) == doctest::Approx(2.0 / 7));
  const auto byId = gf::wordNetSemantics(net, {"a", "b"}, {"n00000040", "n00000080"});
  CHECK(byId.between(0, 1) == 4.0 / 7);
}

TEST_CASE("--semantics wordnet opens the folder that the environment names, with senses by hand") {
  const Scratch scratch;
  write(scratch / "data.noun", kNouns);
  write(scratch / "index.noun", kIndex);
  write(scratch / "noun.exc", kExceptions);
  write(scratch / "senses.json", R"({"measure": "path", "senses": {"crane": "crane.n.02"}})");
  ::setenv("GAINFINDER_WORDNET", scratch.folder().c_str(), 1);
  const auto plain = gf::classSemantics(gf::parseSemantics("wordnet"), {"crane", "dog"}, {});
  CHECK(plain.between(0, 1) == 2.0 / 7);  // a machine: entity is all they share
  CHECK(plain.provenance["files"].size() == 3);
  const std::string spec = "wordnet:" + (scratch / "senses.json").string();
  CHECK(gf::classSemantics(gf::parseSemantics(spec), {"crane", "dog"}, {}).between(0, 1) == 0.25);
  ::unsetenv("GAINFINDER_WORDNET");
}

TEST_CASE("settings of WordNet are read strictly") {
  const Scratch scratch;
  const auto path = scratch / "senses.json";
  const auto refused = [&](const std::string& text) {
    write(path, text);
    const gf::Error error = failureOf([&] { gf::readWordNetSettings(path); });
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK(error.subject().find(path.string()) == 0);
    return error.rule();
  };
  write(path, R"({"measure": "lin", "senses": {"crane": "crane#2"}})");
  const gf::WordNetSettings settings = gf::readWordNetSettings(path);
  CHECK(settings.measure == gf::WordNetMeasureKind::Lin);
  CHECK(settings.senses.at("crane") == "crane#2");
  write(path, "{}");
  CHECK(gf::readWordNetSettings(path).measure == gf::WordNetMeasureKind::WuPalmer);
  CHECK(refused(R"({"measure": "cosine"})").find("measure") != std::string::npos);
  CHECK(refused(R"({"measure": 3})").find("measure") != std::string::npos);
  CHECK(refused(R"({"senses": ["crane"]})").find("senses") != std::string::npos);
  CHECK(refused(R"({"senses": {"crane": 2}})").find("crane") != std::string::npos);
  CHECK(refused(R"({"sense": {}})").find("keys") != std::string::npos);
  refused("[]");
  refused("no json");
}

TEST_CASE("groups by hypernym hold each class once and split large things first") {
  const gf::WordNet net = smallWordNet();
  const Names names{"boot", "crane (bird)", "unicorn", "dog", "albatross", "knife", "rex"};
  gf::WordNetSettings settings;
  settings.senses = {{"albatross", "n00000150"}};
  const auto cut = [&](std::size_t count) { return gf::hypernymGroups(net, names, {}, {count, {}}, settings); };
  CHECK(namesOf(cut(1)) == Names{"entity", "not in WordNet"});
  const auto two = cut(2);
  CHECK(namesOf(two) == Names{"animal", "artifact", "not in WordNet"});
  CHECK(members(two) == std::vector<std::vector<std::size_t>>{{1, 3, 4, 6}, {0, 5}, {2}});
  CHECK(two[0].synset == synsetAt(net, 20));
  CHECK_FALSE(two[2].synset.has_value());
  // Animals fall into two and two before boot and knife are parted.
  const auto three = cut(3);
  CHECK(members(three) == std::vector<std::vector<std::size_t>>{{0, 5}, {1, 4}, {3, 6}, {2}});
  CHECK(namesOf(three) == Names{"artifact", "bird", "dog", "not in WordNet"});
  CHECK(members(cut(100)).size() == 7);  // each alone
  for (std::size_t count = 1; count < 9; ++count) {
    std::multiset<std::size_t> all;
    for (const auto& group : cut(count)) all.insert(group.classes.begin(), group.classes.end());
    CHECK(all == std::multiset<std::size_t>{0, 1, 2, 3, 4, 5, 6});
  }
}

TEST_CASE("groups by depth") {
  const gf::WordNet net = smallWordNet();
  const Names names{"boot", "wading crane", "dog", "entity", "black-footed albatross"};
  const auto cut = [&](int depth) { return gf::hypernymGroups(net, names, {}, {10, depth}); };
  CHECK(namesOf(cut(0)) == Names{"entity"});
  CHECK(members(cut(1)) == std::vector<std::vector<std::size_t>>{{1, 2, 4}, {0}, {3}});
  CHECK(members(cut(2)) == std::vector<std::vector<std::size_t>>{{1, 4}, {0}, {2}, {3}});
  CHECK(cut(2)[0].name == "bird");
  CHECK(cut(0).size() == 1);
  CHECK(cut(50).size() == 5);
  CHECK(cut(1)[2].name == "entity");  // the class of that name, not the rest of what is below it
}

TEST_CASE("a sense by hand is for the name of its spelling, or for the only one that reads alike") {
  const auto net = smallWordNet();
  const auto sensesOf = [&](const std::vector<std::string>& names, std::map<std::string, std::string> hand) {
    gf::WordNetSettings settings;
    settings.senses = std::move(hand);
    const auto seen = gf::wordNetSemantics(net, names, {}, settings);
    std::vector<std::string> senses;
    for (const auto& each : seen.provenance["senses"]) senses.push_back(each["synset"]);
    return senses;
  };
  using Senses = std::vector<std::string>;
  const std::string bird = "crane.n.02", machine = "crane.n.01";
  CHECK(sensesOf({"Crane", "crane"}, {{"crane", bird}}) == Senses{machine, bird});
  CHECK(sensesOf({"Crane", "crane"}, {{"crane", bird}, {"Crane", machine}}) == Senses{machine, bird});
  CHECK(sensesOf({"Crane", "dog"}, {{"crane", bird}}) == Senses{bird, "dog.n.01"});
  CHECK(sensesOf({"Crane", "crane"}, {{"CRANE", bird}}) == Senses{machine, machine});
  CHECK(sensesOf({"Crane", "dog"}, {{"crane", bird}, {"Crane", machine}}) == Senses{machine, "dog.n.01"});
}
