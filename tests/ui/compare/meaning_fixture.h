// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of meaning share: a dictionary made by hand, and what it says of a made-up pair.
#pragma once

#include <QFile>
#include <QTemporaryDir>
#include <algorithm>
#include <set>

#include "comparison_fixture.h"
#include "jobs/meaning_job.h"
#include "tests/semantics/wordnet_fixture.h"

namespace gf {

/// A folder with the small WordNet of the core's tests, found by everything that looks for one.
class SmallWordNet {
 public:
  SmallWordNet() {
    write("data.noun", gf_test::kNouns);
    write("index.noun", gf_test::kIndex);
    write("noun.exc", gf_test::kExceptions);
    use();
  }
  void use() { qputenv("GAINFINDER_WORDNET", folder_.path().toUtf8()); }
  ~SmallWordNet() { qunsetenv("GAINFINDER_WORDNET"); }

 private:
  void write(const char* name, const std::string& bytes) {
    QFile file(folder_.filePath(QLatin1String(name)));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes.data(), qint64(bytes.size())) != qint64(bytes.size()))
      qFatal("the fixture cannot be written");
  }
  QTemporaryDir folder_;
};

/// Names that the small WordNet knows, one of them with two senses, and one that it does not.
inline const std::vector<std::string> kThings{"crane",   "bird", "dog",   "boot",   "knife",
                                              "machine", "pet",  "glass", "quuxly", "fireman"};

inline std::shared_ptr<const Comparison> things() {
  static const auto made = makeComparison(10, 60, 28, kThings);
  return made;
}

/// By its name in the pair of things.
inline int thing(const char* name) {
  const auto found = std::find(kThings.begin(), kThings.end(), name);
  return static_cast<int>(found - kThings.begin());
}

inline std::shared_ptr<const PairMeaning> meaningOf(const Comparison& comparison, const std::string& provider) {
  return std::make_shared<PairMeaning>(pairMeaning(comparison, provider, {}));
}

/// Names for many classes out of the installed WordNet, spread over things and animals; "class 7" and so on where it is
/// not installed.
inline std::vector<std::string> wordNetNames(int count) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  try {
    const WordNet net = WordNet::open(WordNet::findFolder());
    std::vector<std::string> all;
    for (WordNet::Synset synset = 0; synset < net.size(); ++synset) {
      const std::string& word = net.entry(synset).words.front();
      if (word.size() > 24 || net.informationContent(synset) < 1 || net.senses(word).empty()) continue;
      if (net.senses(word).front() != synset) continue;
      for (const auto& above : net.ancestors(synset)) {
        const std::string& root = net.name(above.synset);
        if (root != "animal.n.01" && root != "instrumentality.n.03" && root != "food.n.02") continue;
        std::string name = word;
        for (char& letter : name)
          if (letter == '_') letter = ' ';
        if (taken.insert(name).second) all.push_back(name);
        break;
      }
    }
    for (int i = 0; i < count && all.size() >= static_cast<std::size_t>(count); ++i)
      names.push_back(all[static_cast<std::size_t>(i) * all.size() / static_cast<std::size_t>(count)]);
  } catch (const Error&) {
    names.clear();
  }
  return names;
}

/// A pair over many classes whose flips lie with relatives, so that groups and maps have a shape.
inline std::shared_ptr<const Comparison> manyThings(int classes, int perClass) {
  return makeComparison(classes, perClass, 28, wordNetNames(classes));
}

}  // namespace gf
