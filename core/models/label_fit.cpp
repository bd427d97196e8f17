// SPDX-License-Identifier: Apache-2.0
#include "models/label_fit.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <unordered_map>

#include "base/error.h"
#include "data/dataset.h"
#include "data/text_lines.h"
#include "data/wnid_names.h"
#include "models/metadata.h"

namespace gf {
namespace {

/// The words that a name offers: what stands between its commas.
std::vector<std::string> wordsIn(const std::string& name) {
  std::vector<std::string> words;
  std::istringstream stream(name);
  for (std::string word; std::getline(stream, word, ',');) {
    if (word = plainName(word); !word.empty()) words.push_back(std::move(word));
  }
  return words;
}

/// WordNet's words by the classes that have them.
class Lexicon {
 public:
  explicit Lexicon(const std::vector<std::string>& wnids) {
    const auto words = wnidWords(wnids);
    for (std::size_t k = 0; k < wnids.size(); ++k) {
      for (const auto& word : words[k]) classesOf_[plainName(word)].insert(wnids[k]);
    }
  }
  /// The classes that have all words of a name.
  std::set<std::string> classesOf(const std::string& name) const {
    std::set<std::string> classes;
    bool first = true;
    for (const auto& word : wordsIn(name)) {
      const auto found = classesOf_.find(word);
      if (found == classesOf_.end()) return {};
      std::set<std::string> both;
      for (const auto& wnid : found->second) {
        if (first || classes.count(wnid)) both.insert(wnid);
      }
      classes = std::move(both);
      first = false;
    }
    return classes;
  }

 private:
  std::unordered_map<std::string, std::set<std::string>> classesOf_;
};

bool readsAsImageNet1k(const std::vector<std::string>& names) {
  constexpr std::size_t kEnough = 950;
  const auto& wnids = imageNet1kWnids();
  if (names.size() != wnids.size()) return false;
  const Lexicon lexicon(wnids);
  std::size_t agree = 0;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto classes = lexicon.classesOf(names[k]);
    if (classes.count(wnids[k])) {
      ++agree;
    } else if (!classes.empty()) {
      return false;
    }
  }
  return agree >= kEnough;
}

bool areWnids(const std::vector<std::string>& texts) {
  return !texts.empty() && std::all_of(texts.begin(), texts.end(), isWnid);
}

/// The ids of a list; empty when it has none.
std::vector<std::string> idsOf(const NamedClasses& classes) {
  if (classes.wnids.size() == classes.names.size() && areWnids(classes.wnids)) return classes.wnids;
  if (areWnids(classes.names)) return classes.names;
  return readsAsImageNet1k(classes.names) ? imageNet1kWnids() : std::vector<std::string>();
}

/// Two lists with the ids they have.
struct Pairing {
  Pairing(const NamedClasses& own, const NamedClasses& wanted) : ownIds(idsOf(own)), wantedIds(idsOf(wanted)) {}
  bool byId() const { return !ownIds.empty() && !wantedIds.empty(); }
  std::vector<std::string> ownIds, wantedIds;
};

std::string counted(const NamedClasses& classes) {
  return classes.owner + " has " + std::to_string(classes.names.size());
}

/// Where the names that read alike stand, by their plain form.
using Places = std::map<std::string, std::vector<std::size_t>>;

Places placesOf(const NamedClasses& classes) {
  Places places;
  for (std::size_t k = 0; k < classes.names.size(); ++k) places[plainName(classes.names[k])].push_back(k);
  return places;
}

/// Names that read alike ("Cardigan" the dog, "cardigan" the garment) are told apart by their spelling, which then has
/// to differ.
void requireTold(const std::string& subject, const NamedClasses& classes, const Places& places) {
  for (const auto& [name, alike] : places) {
    std::set<std::string> spelt;
    for (const std::size_t k : alike) {
      if (spelt.insert(classes.names[k]).second) continue;
      failInput(subject, "classes in another order are matched by name, so each must have a name of its own",
                "\"" + classes.names[k] + "\" twice in " + classes.owner, "Rename one of them");
    }
  }
}

/// The one of `alike` that is `name`: where several read alike on either side, by the spelling. -1 where there is none.
std::int64_t placeFor(const std::string& name, const NamedClasses& own, const std::vector<std::size_t>& alike,
                      bool alone) {
  if (alone && alike.size() == 1) return static_cast<std::int64_t>(alike.front());
  for (const std::size_t k : alike) {
    if (own.names[k] == name) return static_cast<std::int64_t>(k);
  }
  return -1;
}

/// Where lists differ that stand for `one` and `other`: their names, or their ids.
std::vector<std::string> mismatches(const std::vector<std::string>& keys, const std::vector<std::string>& otherKeys,
                                    const NamedClasses& one, const NamedClasses& other, std::size_t most) {
  if (keys.size() != otherKeys.size()) return {counted(one) + " classes, " + counted(other)};
  const auto called = [](const NamedClasses& classes, const std::vector<std::string>& own, std::size_t k) {
    return "\"" + classes.names[k] + "\"" + (own[k] == classes.names[k] ? "" : " (" + own[k] + ")");
  };
  std::vector<std::string> lines;
  std::size_t different = 0;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    if (plainName(keys[k]) == plainName(otherKeys[k])) continue;
    if (++different > most) continue;
    lines.push_back("Class " + std::to_string(k) + " is " + called(one, keys, k) + " for " + one.owner + " and " +
                    called(other, otherKeys, k) + " for " + other.owner);
  }
  if (different > most) lines.push_back(std::to_string(different - most) + " more classes differ");
  return lines;
}

/// Whether the classes stand in the same order: no name reads otherwise, and none of several that read alike is spelt
/// like another one's counterpart.
bool inSameOrder(const NamedClasses& own, const NamedClasses& wanted, const Places& places) {
  if (!mismatches(own.names, wanted.names, own, wanted, 1).empty()) return false;
  for (const auto& [name, alike] : places) {
    for (const std::size_t k : alike) {
      if (own.names[k] == wanted.names[k]) continue;
      for (const std::size_t other : alike) {
        if (own.names[k] == wanted.names[other] && own.names[other] != wanted.names[other]) return false;
      }
    }
  }
  return true;
}

/// Of each id its place.
std::unordered_map<std::string, std::int64_t> placesById(const std::string& subject, const NamedClasses& classes,
                                                         const std::vector<std::string>& ids) {
  std::unordered_map<std::string, std::int64_t> places;
  for (std::size_t k = 0; k < ids.size(); ++k) {
    if (places.emplace(ids[k], static_cast<std::int64_t>(k)).second) continue;
    failInput(subject, "classes are matched by ImageNet id, so each must have one of its own",
              ids[k] + " twice in " + classes.owner, "Correct the ids");
  }
  return places;
}

std::vector<std::int64_t> columnsById(const std::string& subject, const NamedClasses& own, const NamedClasses& wanted,
                                      const Pairing& pairing) {
  std::vector<std::int64_t> columns(wanted.names.size());
  std::iota(columns.begin(), columns.end(), 0);
  if (pairing.ownIds == pairing.wantedIds) return columns;
  const auto places = placesById(subject, own, pairing.ownIds);
  placesById(subject, wanted, pairing.wantedIds);
  std::transform(pairing.wantedIds.begin(), pairing.wantedIds.end(), columns.begin(), [&](const std::string& id) {
    const auto found = places.find(id);
    return found == places.end() ? -1 : found->second;
  });
  return columns;
}

std::vector<std::int64_t> columnsByName(const std::string& subject, const NamedClasses& own,
                                        const NamedClasses& wanted) {
  std::vector<std::int64_t> columns(wanted.names.size());
  std::iota(columns.begin(), columns.end(), 0);
  const Places places = placesOf(own), others = placesOf(wanted);
  if (inSameOrder(own, wanted, places)) return columns;
  requireTold(subject, own, places);
  requireTold(subject, wanted, others);
  std::transform(wanted.names.begin(), wanted.names.end(), columns.begin(), [&](const std::string& name) {
    const auto found = places.find(plainName(name));
    return found == places.end() ? -1 : placeFor(name, own, found->second, others.at(plainName(name)).size() == 1);
  });
  return columns;
}

/// Fills columns that names left open by WordNet's words for the ids of one side: of `own` where `ownHasIds`.
void matchWords(const std::vector<std::string>& ids, const std::vector<std::string>& own,
                const std::vector<std::string>& wanted, std::vector<std::int64_t>& columns, bool ownHasIds) {
  std::vector<std::string> known = ids;
  known.insert(known.end(), imageNet1kWnids().begin(), imageNet1kWnids().end());
  const Lexicon lexicon(known);
  std::set<std::int64_t> taken(columns.begin(), columns.end());
  const auto& names = ownHasIds ? wanted : own;
  std::map<std::string, std::vector<std::size_t>> claims;  // By the id: the names that mean it and nothing else.
  for (std::size_t j = 0; j < names.size(); ++j) {
    const bool open = ownHasIds ? columns[j] < 0 : !taken.count(static_cast<std::int64_t>(j));
    const auto classes = open ? lexicon.classesOf(names[j]) : std::set<std::string>();
    if (classes.size() == 1) claims[*classes.begin()].push_back(j);
  }
  for (std::size_t k = 0; k < ids.size(); ++k) {
    const bool open = ownHasIds ? !taken.count(static_cast<std::int64_t>(k)) : columns[k] < 0;
    const auto claim = claims.find(ids[k]);
    if (!open || claim == claims.end() || claim->second.size() != 1) continue;
    const std::size_t j = claim->second.front();
    columns[ownHasIds ? j : k] = static_cast<std::int64_t>(ownHasIds ? k : j);
  }
}

std::vector<std::string> missingFrom(const std::vector<std::int64_t>& columns, const NamedClasses& wanted) {
  std::vector<std::string> missing;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k] < 0) missing.push_back(wanted.names[k]);
  }
  return missing;
}

/// "3 of 10 classes (Bag, Coat, Dress)", with at most five names.
std::string counted(const std::vector<std::string>& some, std::size_t all) {
  constexpr std::size_t kMost = 5;
  std::string text = std::to_string(some.size()) + " of " + std::to_string(all) + " classes (";
  for (std::size_t i = 0; i < std::min(some.size(), kMost); ++i) text += (i ? ", " : "") + some[i];
  return text + (some.size() > kMost ? ", …)" : ")");
}

}  // namespace

NamedClasses classesOf(const DataSet& data) {
  return {"the data", data.classNames(), data.wnids()};
}

NamedClasses classesOf(const ModelMetadata& metadata) {
  return {metadata.name, metadata.classes, metadata.wnids};
}

std::vector<std::string> labelMismatches(const NamedClasses& one, const NamedClasses& other, std::size_t most) {
  const Pairing pairing(one, other);
  return pairing.byId() ? mismatches(pairing.ownIds, pairing.wantedIds, one, other, most)
                        : mismatches(one.names, other.names, one, other, most);
}

std::vector<std::int64_t> columnsFor(const std::string& subject, const NamedClasses& own, const NamedClasses& wanted) {
  const Pairing pairing(own, wanted);
  if (pairing.byId()) return columnsById(subject, own, wanted, pairing);
  std::vector<std::int64_t> columns = columnsByName(subject, own, wanted);
  const bool all = std::find(columns.begin(), columns.end(), -1) == columns.end();
  if (!all && !pairing.ownIds.empty()) matchWords(pairing.ownIds, own.names, wanted.names, columns, true);
  if (!all && !pairing.wantedIds.empty()) matchWords(pairing.wantedIds, own.names, wanted.names, columns, false);
  return columns;
}

std::vector<std::int64_t> arrangementFor(const std::string& subject, const NamedClasses& own,
                                         const NamedClasses& wanted) {
  std::vector<std::int64_t> columns = columnsFor(subject, own, wanted), inPlace(own.names.size());
  std::iota(inPlace.begin(), inPlace.end(), 0);
  if (columns == inPlace) columns.clear();
  return columns;
}

std::string labelObstacle(const NamedClasses& own, const NamedClasses& wanted, bool mayMiss) {
  try {
    const auto missing = missingFrom(columnsFor(own.owner, own, wanted), wanted);
    if (missing.empty()) return {};
    const std::string by = Pairing(own, wanted).byId() ? ", by ImageNet id" : "";
    if (missing.size() == wanted.names.size()) return own.owner + " knows not one class of " + wanted.owner + by;
    if (mayMiss) return {};
    return own.owner + " lacks " + counted(missing, wanted.names.size()) + " of " + wanted.owner + by;
  } catch (const Error& failure) {
    return failure.rule() + ": " + failure.observed();
  }
}

void requireLabels(const std::string& subject, const NamedClasses& own, const NamedClasses& wanted, bool mayMiss) {
  const auto missing = missingFrom(columnsFor(subject, own, wanted), wanted);
  if (missing.empty() || (mayMiss && missing.size() < wanted.names.size())) return;
  failInput(subject, "it must know " + std::string(mayMiss ? "a class" : "the classes") + " of " + wanted.owner,
            labelObstacle(own, wanted, mayMiss), "Choose models and data that share their labels");
}

std::string labelNote(const NamedClasses& own, const NamedClasses& wanted) {
  std::vector<std::int64_t> columns = columnsFor(own.owner, own, wanted);
  const auto missing = missingFrom(columns, wanted);
  columns.erase(std::remove(columns.begin(), columns.end(), std::int64_t{-1}), columns.end());
  std::vector<std::string> steps;
  if (!std::is_sorted(columns.begin(), columns.end())) {
    steps.push_back("its classes come in another order than those of " + wanted.owner + " and are matched by " +
                    (Pairing(own, wanted).byId() ? "ImageNet id" : "name"));
  }
  if (const std::size_t extra = own.names.size() - columns.size(); extra > 0) {
    steps.push_back(std::to_string(extra) + " of its " + std::to_string(own.names.size()) + " classes are not in " +
                    wanted.owner + " and are left out");
  }
  if (!missing.empty()) {
    steps.push_back("it does not know " + counted(missing, wanted.names.size()) + " of " + wanted.owner +
                    " and is never right there");
  }
  std::string note;
  for (const std::string& step : steps) note += (note.empty() ? own.owner + ": " : "; ") + step;
  return note;
}

void requireSameLabels(const std::string& subject, const NamedClasses& one, const NamedClasses& other) {
  const auto lines = labelMismatches(one, other, 1);
  if (!lines.empty()) {
    failInput(subject, "its classes must be those of " + other.owner + ", in the same order", lines.front(),
              "Choose models and data that share their labels");
  }
}

}  // namespace gf
