// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <fstream>

#include "base/error.h"
#include "base/random.h"
#include "models/fixtures.h"
#include "semantics/wordnet_fixture.h"

using namespace gf_test;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

}  // namespace

TEST_CASE("noun synsets are read as wndb describes them") {
  const gf::NounData data = gf::parseNounData(kNouns, "data.noun");
  CHECK(data.version == "3.0");
  REQUIRE(data.synsets.size() == 16);
  const gf::NounSynset& dog = data.synsets[7];
  CHECK(dog.offset == 80);
  CHECK(dog.words == std::vector<std::string>{"dog", "domestic_dog"});
  CHECK(dog.hypernyms == std::vector<std::uint32_t>{20, 90});
  CHECK(dog.instanceHypernyms.empty());
  CHECK(dog.gloss == "it barks");
  CHECK(data.synsets[2].gloss == "it has feathers; \"a bird | in the hand\"");
  CHECK(data.synsets[3].hypernyms == std::vector<std::uint32_t>{30});  // the pointer to a verb is none
  CHECK(data.synsets[11].instanceHypernyms == std::vector<std::uint32_t>{80});
  CHECK(data.synsets[15].words.size() == 10);  // the count is hexadecimal
  CHECK(data.synsets[15].gloss.empty());
  const gf::NounIndex index = gf::parseNounIndex(kIndex, "index.noun");
  CHECK(index.at("crane") == std::vector<std::uint32_t>{70, 40});
  CHECK(index.size() == 21);
  CHECK(gf::parseNounExceptions(kExceptions, "noun.exc").at("beeves") == std::vector<std::string>{"beef", "beast"});
  CHECK(gf::parseNounData(replaced(kNouns, "WordNet 3.0", "WordNet 3.1"), "data.noun").version == "3.1");
}

TEST_CASE("broken synsets are refused with file, line and rule") {
  const struct {
    const char *from, *to, *line, *rule;
  } cases[] = {
      {"00000020 03", "0000020 03", "line 4", "8 digits"},
      {"00000020 03", "00000O20 03", "line 4", "8 digits"},
      {"00000020 03", "00000020 003", "line 4", "2 digits"},
      {"00000020 03", "00000005 03", "line 4", "offsets must grow"},
      {"03 n 02 animal", "03 v 02 animal", "line 4", "part of speech must be \"n\""},
      {"n 02 animal", "n 00 animal", "line 4", "at least one word"},
      {"n 02 animal", "n 03 animal", "line 4", "number behind a word"},
      {"n 02 animal", "n ff animal", "line 4", "number behind a word"},
      {"n 02 animal", "n 2x animal", "line 4", "2 hexadecimal digits"},
      {"beast 1 001", "beast 1 1", "line 4", "3 digits"},
      {"beast 1 001", "beast 1 000", "line 4", "must be \"|\""},
      {"beast 1 001", "beast 1 002", "line 4", "8 digits"},
      {"@ 00000010 n 0000 | a living", "@@@ 00000010 n 0000 | a living", "line 4", "one or two letters"},
      {"beast 1 001", "beast 1 -01", "line 4", "3 digits"},
      {"@ 00000010 n 0000 | a living", "@ 00000020 n 0000 | a living", "line 4", "its own hypernym"},
      {"@ 00000010 n 0000 | a living", "@ 00000010 v 0000 | a living", "line 4", "noun synset as a whole"},
      {"@ 00000010 n 0000 | a living", "@ 00000010 x 0000 | a living", "line 4", "n, v, a, s or r"},
      {"@ 00000010 n 0000 | a living", "@ 00000010 n 0101 | a living", "line 4", "noun synset as a whole"},
      {"@ 00000010 n 0000 | a living", "@ 00000010 n 0000 a living", "line 4", "must be \"|\""},
      {"@ 00000010 n 0000 | a living", "@ 00000010", "line 4", "n, v, a, s or r"},
      {"@ 00000020 n 0000 @ 00000090", "@ 00000020 n 0000 @ 00000020", "line 10", "named once"},
      {"beast 1 001", "beast  1 001", "line 4", "must come here"},
  };
  for (const auto& broken : cases) {
    CAPTURE(broken.to);
    const gf::Error error =
        failureOf([&] { gf::parseNounData(replaced(kNouns, broken.from, broken.to), "x/data.noun"); });
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK(error.subject() == std::string("x/data.noun, ") + broken.line);
    CHECK(error.rule().find(broken.rule) != std::string::npos);
    CHECK_FALSE(error.observed().empty());
  }
  CHECK(failureOf([] { gf::parseNounData(replaced(kNouns, "a tall bird", "a t\xE4ll bird"), "data.noun"); })
            .rule()
            .find("UTF-8") != std::string::npos);
  CHECK(failureOf([] { gf::parseNounData("", "data.noun"); }).observed() == "none");
  CHECK(failureOf([] { gf::parseNounData(std::string("a\0b", 3), "data.noun"); }).rule() == "it must be text");
}

TEST_CASE("broken index and exception files are refused with file, line and rule") {
  const struct {
    const char *from, *to, *line, *rule;
  } cases[] = {
      {"crane n 2 1", "crane v 2 1", "line 9", "part of speech"},
      {"crane n 2 1", "crane n 3 1", "line 9", "as many senses"},
      {"crane n 2 1", "crane n 0 1", "line 9", "as many senses"},
      {"2 1 00000070 00000040", "2 3 00000070 00000040", "line 9", "tagged"},
      {"2 1 00000070 00000040", "2 1 00000070 00000070", "line 9", "named once"},
      {"2 1 00000070 00000040", "2 1 00000070", "line 9", "offset of a sense"},
      {"2 1 00000070 00000040", "2 1 00000070 00000040 00000050", "line 9", "nothing may follow"},
      {"crane n 2 1", "crane n 99999999999 1", "line 9", "must be a number"},
      {"dog n 1 1", "bird n 1 1", "line 10", "one line"},
  };
  for (const auto& broken : cases) {
    CAPTURE(broken.to);
    const gf::Error error =
        failureOf([&] { gf::parseNounIndex(replaced(kIndex, broken.from, broken.to), "index.noun"); });
    CHECK(error.subject() == std::string("index.noun, ") + broken.line);
    CHECK(error.rule().find(broken.rule) != std::string::npos);
  }
  const gf::Error alone = failureOf([] { gf::parseNounExceptions("mice mouse\ngeese\n", "noun.exc"); });
  CHECK(alone.subject() == "noun.exc, line 2");
}

TEST_CASE("files that do not belong together are refused") {
  const auto ruleOf = [](const std::string& nouns, const std::string& index = kIndex) {
    const gf::Error error = failureOf([&] { wordNetOf(nouns, index); });
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK(error.subject() == "wordnet");
    return error.rule() + ": " + error.observed();
  };
  CHECK(ruleOf(replaced(kNouns, "@ 00000090 n", "@ 00000099 n")) ==
        "a hypernym must be a synset of data.noun: 00000099 of 00000080");
  CHECK(ruleOf(replaced(kNouns, "002 ~ 00000020 n", "002 @ 00000080 n")).find("circle: 00000010") != std::string::npos);
  CHECK(ruleOf(kNouns, replaced(kIndex, "00000160", "00000161")).find("00000161 of \"boxful\"") != std::string::npos);
  CHECK(ruleOf(kNouns, replaced(kIndex, "dog n 1 1 @ 1 1 00000080", "dog n 1 1 @ 1 1 00000090")).find("\"dog\"") !=
        std::string::npos);
  CHECK(ruleOf(kNouns, replaced(kIndex, "knife n", "spoon n")).find("\"spoon\"") != std::string::npos);
  CHECK(ruleOf(kNouns, replaced(kIndex, "knife n 1 1 @ 1 0 00000110  \n", "")).find("lead to each synset") !=
        std::string::npos);
}

TEST_CASE("a chain of hypernyms without end does not take the program's time") {
  const auto eight = [](int number) {
    const std::string text = std::to_string(number);
    return std::string(8 - text.size(), '0') + text;
  };
  std::ostringstream nouns, index;
  for (int i = 1; i <= 3000; ++i) {
    nouns << eight(i) << " 03 n 01 w" << i << " 0 ";
    if (i == 1) nouns << "000 | g\n";
    if (i > 1) nouns << "001 @ " << eight(i - 1) << " n 0000 | g\n";
    index << "w" << i << " n 1 0 1 0 " << eight(i) << "\n";
  }
  CHECK(failureOf([&] { wordNetOf(nouns.str(), index.str()); }).rule().find("at most 1000 hypernyms") !=
        std::string::npos);
}

TEST_CASE("bytes changed at random are read or refused, nothing else") {
  gf::Random random(11);
  const auto damaged = [&](std::string bytes) {
    for (std::uint64_t changes = 1 + random.below(4); changes > 0 && !bytes.empty(); --changes) {
      const auto place = static_cast<std::size_t>(random.below(bytes.size()));
      const auto length = static_cast<std::size_t>(random.below(20));
      switch (random.below(4)) {
        case 0:
          bytes[place] = static_cast<char>(random.below(256));
          break;
        case 1:
          bytes[place] = "0123456789 @n|\n"[random.below(15)];
          break;
        case 2:
          bytes.erase(place, length);
          break;
        default:
          bytes.insert(place, bytes.substr(static_cast<std::size_t>(random.below(bytes.size())), length));
      }
    }
    return bytes;
  };
  int refused = 0;
  for (int trial = 0; trial < 600; ++trial) {
    CAPTURE(trial);
    try {
      const bool nouns = trial % 2 == 0;
      const gf::WordNet net = wordNetOf(nouns ? damaged(kNouns) : kNouns, nouns ? kIndex : damaged(kIndex));
      CHECK(net.size() > 0);
    } catch (const gf::Error& error) {
      CHECK(error.kind() == gf::ErrorKind::Input);
      ++refused;
    }
  }
  CHECK(refused > 300);
}

TEST_CASE("names, depths and information content of a small tree, worked out by hand") {
  const gf::WordNet net = smallWordNet();
  CHECK(net.name(synsetAt(net, 40)) == "crane.n.02");
  CHECK(net.name(synsetAt(net, 70)) == "crane.n.01");
  CHECK(net.name(synsetAt(net, 120)) == "rex.n.01");
  CHECK(net.label(synsetAt(net, 140)) == "head of state");
  CHECK(net.wnid(synsetAt(net, 140)) == "n00000140");
  CHECK_FALSE(net.atOffset(41).has_value());
  CHECK(net.minDepth(synsetAt(net, 10)) == 0);
  CHECK(net.maxDepth(synsetAt(net, 120)) == 3);
  // 7 of 16 synsets are below animal, 1 below dog: 1 − ln 8 / ln 16, 1 − ln 2 / ln 16.
  CHECK(net.informationContent(synsetAt(net, 10)) == doctest::Approx(0).epsilon(1e-15));
  CHECK(net.informationContent(synsetAt(net, 20)) == doctest::Approx(0.25));
  CHECK(net.informationContent(synsetAt(net, 80)) == doctest::Approx(0.75));
  CHECK(net.informationContent(synsetAt(net, 120)) == 1);
  CHECK(net.ancestors(synsetAt(net, 120)).size() == 5);  // itself, dog, animal, pet, entity
}

TEST_CASE("measures on a small tree, worked out by hand") {
  const gf::WordNet net = smallWordNet();
  gf::WordNetMeasure measure(net);
  const auto bird = synsetAt(net, 40), device = synsetAt(net, 70), dog = synsetAt(net, 80), rex = synsetAt(net, 120);
  CHECK(measure.path(bird, dog) == 1.0 / 4);  // crane, bird, animal, dog
  CHECK(measure.wuPalmer(bird, dog) == 4.0 / 7);
  CHECK(measure.lin(bird, dog) == doctest::Approx(2 * 0.25 / 1.75));
  CHECK(measure.path(bird, device) == 1.0 / 7);
  CHECK(measure.wuPalmer(bird, device) == 2.0 / 8);
  CHECK(measure.lin(bird, device) == 0);
  CHECK(measure.path(rex, dog) == 0.5);
  CHECK(measure.wuPalmer(rex, dog) == 6.0 / 7);
  for (const auto kind :
       {gf::WordNetMeasureKind::Path, gf::WordNetMeasureKind::WuPalmer, gf::WordNetMeasureKind::Lin}) {
    CHECK(gf::measureNamed(gf::nameOf(kind)) == kind);
    for (std::size_t a = 0; a < net.size(); ++a) {
      CHECK(measure.between(kind, a, a) == 1);
      for (std::size_t b = 0; b < net.size(); ++b) {
        CHECK(measure.between(kind, a, b) == measure.between(kind, b, a));
        CHECK(measure.between(kind, a, b) <= 1);
      }
    }
  }
  CHECK_FALSE(gf::measureNamed("cosine").has_value());
}

TEST_CASE("a folder that is named is not swapped for another") {
  const Scratch scratch;
  ::setenv("GAINFINDER_WORDNET", scratch.folder().c_str(), 1);
  const gf::Error missing = failureOf([] { gf::WordNet::findFolder(); });
  CHECK(missing.subject() == scratch.folder().string());
  write(scratch / "data.noun", kNouns);
  write(scratch / "index.noun", kIndex);
  write(scratch / "noun.exc", kExceptions);
  CHECK(gf::WordNet::findFolder() == scratch.folder());
  const gf::WordNet net = gf::WordNet::open(scratch.folder());
  CHECK(net.size() == 16);
  REQUIRE(net.files().size() == 3);
  CHECK(net.files()[0].sha256.size() == 64);
  write(scratch / "index.noun", replaced(kIndex, "crane n 2", "crane n 3"));
  const gf::Error broken = failureOf([&] { gf::WordNet::open(scratch.folder()); });
  CHECK(broken.subject() == (scratch / "index.noun").string() + ", line 9");
  ::unsetenv("GAINFINDER_WORDNET");
}
