// SPDX-License-Identifier: Apache-2.0
#include "models/label_fit.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>
#include <set>

#include "base/error.h"

namespace gf {
namespace {

std::string plain(std::string name) {
  for (char& letter : name)
    letter = letter == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  const auto first = name.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return name.substr(first, name.find_last_not_of(" \t\r") - first + 1);
}

std::string counted(const NamedClasses& classes) {
  return classes.owner + " has " + std::to_string(classes.names.size());
}

/// Where the names that read alike stand, by their plain form.
using Places = std::map<std::string, std::vector<std::size_t>>;

Places placesOf(const NamedClasses& classes) {
  Places places;
  for (std::size_t k = 0; k < classes.names.size(); ++k) places[plain(classes.names[k])].push_back(k);
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

/// Whether the classes stand in the same order: no name reads otherwise, and none of several that read alike is spelt
/// like another one's counterpart.
bool inSameOrder(const NamedClasses& own, const NamedClasses& wanted, const Places& places) {
  if (!labelMismatches(own, wanted, 1).empty()) return false;
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

std::vector<std::string> labelMismatches(const NamedClasses& one, const NamedClasses& other, std::size_t most) {
  if (one.names.size() != other.names.size()) return {counted(one) + " classes, " + counted(other)};
  std::vector<std::string> lines;
  std::size_t different = 0;
  for (std::size_t k = 0; k < one.names.size(); ++k) {
    if (plain(one.names[k]) == plain(other.names[k])) continue;
    if (++different > most) continue;
    lines.push_back("Class " + std::to_string(k) + " is \"" + one.names[k] + "\" for " + one.owner + " and \"" +
                    other.names[k] + "\" for " + other.owner);
  }
  if (different > most) lines.push_back(std::to_string(different - most) + " more classes differ");
  return lines;
}

std::vector<std::int64_t> columnsFor(const std::string& subject, const NamedClasses& own, const NamedClasses& wanted) {
  std::vector<std::int64_t> columns(wanted.names.size());
  std::iota(columns.begin(), columns.end(), 0);
  const Places places = placesOf(own), others = placesOf(wanted);
  if (inSameOrder(own, wanted, places)) return columns;
  requireTold(subject, own, places);
  requireTold(subject, wanted, others);
  std::transform(wanted.names.begin(), wanted.names.end(), columns.begin(), [&](const std::string& name) {
    const auto found = places.find(plain(name));
    return found == places.end() ? -1 : placeFor(name, own, found->second, others.at(plain(name)).size() == 1);
  });
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
    if (missing.size() == wanted.names.size()) return own.owner + " knows not one class of " + wanted.owner;
    if (mayMiss) return {};
    return own.owner + " lacks " + counted(missing, wanted.names.size()) + " of " + wanted.owner;
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
    steps.push_back("its classes come in another order than those of " + wanted.owner + " and are matched by name");
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
