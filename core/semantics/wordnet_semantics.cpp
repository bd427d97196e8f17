// SPDX-License-Identifier: Apache-2.0
// What word_senses.h promises about whole lists of classes.
#include <algorithm>
#include <map>

#include "models/label_fit.h"
#include "semantics/word_senses.h"

namespace gf {
namespace {

/// The classes that a key is about: those of its very spelling, else the one that reads alike, unless that has a key of
/// its own ("Cardigan" the dog, "cardigan" the garment).
std::vector<std::size_t> classesFor(const std::string& key, const std::vector<std::string>& names,
                                    const WordNetSettings& settings) {
  std::vector<std::size_t> same, alike;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (names[k] == key) {
      same.push_back(k);
    } else if (labelMismatches({"", {names[k]}}, {"", {key}}).empty()) {
      alike.push_back(k);
    }
  }
  if (!same.empty()) return same;
  if (alike.size() != 1 || settings.senses.contains(names[alike.front()])) return {};
  return alike;
}

/// The sense by hand for each class, empty where there is none; keys that are no class go to `unused`.
std::vector<std::string> handFor(const std::vector<std::string>& names, const WordNetSettings& settings,
                                 std::vector<std::string>& unused) {
  std::vector<std::string> result(names.size());
  for (const auto& [key, sense] : settings.senses) {
    const auto classes = classesFor(key, names, settings);
    for (const std::size_t k : classes) result[k] = sense;
    if (classes.empty()) unused.push_back(key);
  }
  return result;
}

std::vector<ClassSense> sensesFor(const WordNet& net, const std::vector<std::string>& names,
                                  const std::vector<std::string>& wnids, const std::vector<std::string>& hand) {
  std::vector<ClassSense> senses;
  for (std::size_t k = 0; k < names.size(); ++k) {
    senses.push_back(classSense(net, names[k], k < wnids.size() ? wnids[k] : "", hand[k]));
  }
  return senses;
}

/// "Bag, Coat, …": some of a list that may be long.
std::string listed(const std::vector<std::string>& items) {
  constexpr std::size_t kMost = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(items.size(), kMost); ++i) text += (i ? ", " : "") + items[i];
  return text + (items.size() > kMost ? ", …" : "");
}

std::string counted(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::vector<std::string> notesOn(const WordNet& net, const std::vector<std::string>& names,
                                 const std::vector<ClassSense>& senses, const std::vector<std::string>& unusedHand) {
  std::vector<std::string> unknown, endings, ambiguous, shared;
  std::map<WordNet::Synset, std::size_t> firstWith;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const ClassSense& sense = senses[k];
    if (!sense.synset) {
      unknown.push_back(names[k]);
      continue;
    }
    const std::string meaning = names[k] + " as " + net.name(*sense.synset);
    if (sense.byEnding) {
      endings.push_back(meaning);
    } else if (sense.candidates > 1) {
      ambiguous.push_back(meaning);
    }
    const auto [first, isNew] = firstWith.emplace(*sense.synset, k);
    if (!isNew) shared.push_back(names[first->second] + " and " + names[k]);
  }
  std::vector<std::string> notes;
  const auto note = [&](const std::vector<std::string>& some, const char* one, const char* many) {
    if (!some.empty()) notes.push_back(counted(some.size(), one, many) + ": " + listed(some));
  };
  note(unknown, "class is not in WordNet and is like no other", "classes are not in WordNet and are like no other");
  note(endings, "name is known by its last words only", "names are known by their last words only");
  note(ambiguous, "name has several senses, of which one was taken",
       "names have several senses, of which one was taken");
  note(shared, "pair of classes has one sense", "pairs of classes have one sense");
  note(unusedHand, "sense by hand is for a name that is no class", "senses by hand are for names that are no classes");
  return notes;
}

nlohmann::ordered_json provenanceOf(const WordNet& net, const std::vector<std::string>& names,
                                    const std::vector<ClassSense>& senses, WordNetMeasureKind measure) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array(), classes = nlohmann::ordered_json::array();
  for (const auto& file : net.files()) files.push_back({{"path", file.path.string()}, {"sha256", file.sha256}});
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto& synset = senses[k].synset;
    nlohmann::ordered_json entry = {{"class", names[k]}};
    if (synset) {
      entry["synset"] = net.name(*synset);
      entry["wnid"] = net.wnid(*synset);
      entry["gloss"] = net.entry(*synset).gloss;
      entry["chosen"] = senses[k].chosen;
    } else {
      entry["synset"] = nullptr;
    }
    classes.push_back(std::move(entry));
  }
  return {{"provider", "wordnet"},
          {"version", net.version()},
          {"measure", nameOf(measure)},
          {"files", files},
          {"senses", std::move(classes)}};
}

}  // namespace

ClassSemantics wordNetSemantics(const WordNet& net, const std::vector<std::string>& names,
                                const std::vector<std::string>& wnids, const WordNetSettings& settings) {
  std::vector<std::string> unusedHand;
  const auto senses = sensesFor(net, names, wnids, handFor(names, settings, unusedHand));
  ClassSemantics result;
  result.names = names;
  result.similarity.assign(names.size() * names.size(), 0.0);
  WordNetMeasure measure(net);
  for (std::size_t a = 0; a < names.size(); ++a) {
    result.similarity[a * names.size() + a] = 1;
    for (std::size_t b = 0; b < a && senses[a].synset; ++b) {
      if (!senses[b].synset) continue;
      const double value = measure.between(settings.measure, *senses[a].synset, *senses[b].synset);
      result.similarity[a * names.size() + b] = result.similarity[b * names.size() + a] = value;
    }
  }
  result.notes = notesOn(net, names, senses, unusedHand);
  if (!wnids.empty() && net.version() != "3.0") {
    result.notes.emplace_back("ImageNet ids are offsets of WordNet 3.0 and were not used with these files");
  }
  result.provenance = provenanceOf(net, names, senses, settings.measure);
  return result;
}

std::vector<std::optional<WordNet::Synset>> classSynsets(const WordNet& net, const std::vector<std::string>& names,
                                                         const std::vector<std::string>& wnids,
                                                         const WordNetSettings& settings) {
  std::vector<std::string> unusedHand;
  std::vector<std::optional<WordNet::Synset>> synsets;
  for (const ClassSense& sense : sensesFor(net, names, wnids, handFor(names, settings, unusedHand))) {
    synsets.push_back(sense.synset);
  }
  return synsets;
}

std::vector<HypernymGroup> hypernymGroups(const WordNet& net, const std::vector<std::string>& names,
                                          const std::vector<std::string>& wnids, const HypernymCut& cut,
                                          const WordNetSettings& settings) {
  return hypernymGroupsOf(net, classSynsets(net, names, wnids, settings), cut);
}

}  // namespace gf
