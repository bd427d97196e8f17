// SPDX-License-Identifier: Apache-2.0
// Debian's WordNet 3.0 against what NLTK answers about it (make_wordnet_golden.py).
#include <doctest/doctest.h>

#include <fstream>

#include "models/fixtures.h"
#include "semantics/word_senses.h"

using namespace gf_test;

namespace {

const gf::WordNet& installed() {
  static const gf::WordNet net = gf::WordNet::open(GF_WORDNET);
  return net;
}
const nlohmann::json& nltk() {
  static const nlohmann::json golden = [] {
    std::ifstream file(GF_TEST_DATA "/wordnet_golden.json");
    return nlohmann::json::parse(file);
  }();
  return golden;
}
gf::WordNet::Synset synsetAt(const nlohmann::json& offset) {
  return installed().atOffset(offset.get<std::uint32_t>()).value();
}
std::string meaning(const std::string& name, const std::string& wnid = "") {
  const auto sense = gf::classSense(installed(), name, wnid, "");
  return sense.synset ? installed().name(*sense.synset) : "";
}

}  // namespace

TEST_CASE("path, Wu-Palmer and Lin equal NLTK's on more than 500 pairs") {
  gf::WordNetMeasure measure(installed());
  CHECK(installed().version() == nltk()["wordnet"].get<std::string>());
  CHECK(nltk()["pairs"].size() >= 500);
  int ordered = 0;
  for (const auto& pair : nltk()["pairs"]) {
    CAPTURE(pair.dump());
    const auto a = synsetAt(pair[0]), b = synsetAt(pair[1]);
    CHECK(measure.path(a, b) == pair[2].get<double>());
    CHECK(measure.path(b, a) == pair[2].get<double>());
    CHECK(measure.wuPalmer(a, b) == pair[3].get<double>());
    CHECK(measure.wuPalmer(b, a) == pair[4].get<double>());
    CHECK(std::abs(measure.lin(a, b) - pair[5].get<double>()) < 1e-12);
    CHECK(measure.between(gf::WordNetMeasureKind::WuPalmer, a, b) ==
          std::max(pair[3].get<double>(), pair[4].get<double>()));
    ordered += pair[3] != pair[4];
  }
  CHECK(ordered >= 30);
}

TEST_CASE("names, depths, information content and hypernyms of synsets equal NLTK's") {
  CHECK(installed().size() == nltk()["synsets_in_all"].get<std::size_t>());
  for (const auto& row : nltk()["synsets"]) {
    CAPTURE(row.dump());
    const auto synset = synsetAt(row[0]);
    CHECK(installed().name(synset) == row[1].get<std::string>());
    CHECK(gf::synsetNamed(installed(), row[1]) == synset);
    CHECK(gf::synsetNamed(installed(), installed().wnid(synset)) == synset);
    CHECK(installed().minDepth(synset) == row[2].get<int>());
    CHECK(installed().maxDepth(synset) == row[3].get<int>());
    CHECK(std::abs(installed().informationContent(synset) - row[4].get<double>()) < 1e-12);
    CHECK(installed().ancestors(synset).size() == row[5].get<std::size_t>() + 1);
  }
}

TEST_CASE("plurals lead to the senses that NLTK finds") {
  CHECK(nltk()["plurals"].size() >= 400);
  for (const auto& [form, offsets] : nltk()["plurals"].items()) {
    CAPTURE(form);
    std::vector<std::uint32_t> seen;
    for (const auto synset : gf::nounSenses(installed(), form)) seen.push_back(installed().entry(synset).offset);
    CHECK(seen == offsets.get<std::vector<std::uint32_t>>());
  }
}

TEST_CASE("names of data sets that people use") {
  CHECK(meaning("tench, Tinca tinca") == "tench.n.01");
  CHECK(meaning("tench", "n01440764") == "tench.n.01");
  CHECK(meaning("n01440764") == "tench.n.01");
  CHECK(meaning("crane") == "crane.n.04");  // the first three are two writers and a constellation
  CHECK(meaning("crane (bird)") == "crane.n.05");
  CHECK(meaning("T-shirt/top") == "jersey.n.03");
  CHECK(meaning("Ankle boot") == "boot.n.01");
  CHECK(meaning("001.Black_footed_Albatross") == "black-footed_albatross.n.01");
  CHECK(meaning("great_white_shark") == "great_white_shark.n.01");
  CHECK(meaning("sunglasses") == "sunglasses.n.01");
  CHECK(meaning("maillot, tank suit") == "maillot.n.01");
  CHECK(meaning("Acura RL Sedan 2012") == "sedan.n.01");
  CHECK(meaning("2012") == "");
  CHECK(meaning("qwertz") == "");
}

TEST_CASE("the ten classes of CIFAR fall into animals and vehicles") {
  const std::vector<std::string> names{"airplane", "automobile", "bird",  "cat",  "deer",
                                       "dog",      "frog",       "horse", "ship", "truck"};
  const auto groups = gf::hypernymGroups(installed(), names, {}, {2, {}});
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].classes == std::vector<std::size_t>{2, 3, 4, 5, 6, 7});
  CHECK(groups[1].classes == std::vector<std::size_t>{0, 1, 8, 9});
  CHECK(groups[1].name == "vehicle");
  const auto semantics = gf::wordNetSemantics(installed(), names, {});
  CHECK(semantics.between(1, 9) > semantics.between(1, 5));
  CHECK(semantics.provenance["files"].size() == 3);
}
