// SPDX-License-Identifier: Apache-2.0
// Reads the key `meaning` of a report, which anyone may have written.
#include <algorithm>
#include <cmath>

#include "report/meaning_report.h"
#include "report/read_parts.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

std::string at(const char* key, std::size_t i) {
  return std::string(key) + "[" + std::to_string(i) + "]";
}

/// A whole number below `limit`.
std::size_t indexOf(const JsonReader& reader, const std::string& key, const Json& value, std::size_t limit) {
  if (value.is_number_integer() && (value.is_number_unsigned() || value.get<std::int64_t>() >= 0)) {
    const auto index = value.get<std::uint64_t>();
    if (index < limit) return static_cast<std::size_t>(index);
  }
  reader.fail(key, "must be a whole number from 0 to " + std::to_string(limit - 1), shortText(value));
}

double numberOf(const JsonReader& reader, const std::string& key, const Json& value, double low, double high) {
  if (value.is_number()) {
    const auto number = value.get<double>();
    if (number >= low && number <= high) return number;
  }
  reader.fail(key, "must be a number from " + Json(low).dump() + " to " + Json(high).dump(), shortText(value));
}

const Json& rowOf(const JsonReader& reader, const std::string& key, const Json& value, std::size_t length) {
  if (value.is_array() && value.size() == length) return value;
  reader.fail(key, "must be an array of " + std::to_string(length), shortText(value));
}

/// Where each class stands among the leaves.
std::vector<std::size_t> checkOrder(const JsonReader& meaning, std::size_t classes) {
  std::vector<std::size_t> place(classes, classes);
  const Json& order = meaning.array("order", classes);
  for (std::size_t i = 0; i < classes; ++i) {
    const std::size_t k = indexOf(meaning, at("order", i), order[i], classes);
    if (place[k] != classes) meaning.fail(at("order", i), "must name each class once", std::to_string(k) + " again");
    place[k] = i;
  }
  return place;
}

/// A tree over all classes whose branches do not cross in that order.
void checkMerges(const JsonReader& meaning, std::size_t classes) {
  struct Node {
    std::size_t first, last;  ///< Places of its leaves.
    bool merged = false;
  };
  std::vector<Node> nodes;
  for (const std::size_t place : checkOrder(meaning, classes)) nodes.push_back({place, place});
  const Json& merges = meaning.array("merges", classes - 1);
  double before = 0;
  for (std::size_t i = 0; i < merges.size(); ++i) {
    const std::string key = at("merges", i);
    const Json& merge = rowOf(meaning, key, merges[i], 3);
    const std::size_t a = indexOf(meaning, key + "[0]", merge[0], nodes.size());
    const std::size_t b = indexOf(meaning, key + "[1]", merge[1], nodes.size());
    if (a >= b) meaning.fail(key, "must name the lower part first", std::to_string(a) + " and " + std::to_string(b));
    for (const std::size_t part : {a, b}) {
      if (nodes[part].merged) meaning.fail(key, "must merge each part once", std::to_string(part) + " again");
      nodes[part].merged = true;
    }
    before = numberOf(meaning, key + "[2]", merge[2], before, 2);  // 1 − similarity, ascending
    const Node one = nodes[a], other = nodes[b];
    if (one.last + 1 != other.first && other.last + 1 != one.first) {
      meaning.fail(key, "must merge what stands side by side in \"order\"",
                   std::to_string(a) + " and " + std::to_string(b));
    }
    nodes.push_back({std::min(one.first, other.first), std::max(one.last, other.last)});
  }
}

void checkMap(const JsonReader& map, std::size_t classes) {
  constexpr double kFar = 1000;  // √C at most, and C is at most a million
  map.text("method");
  map.number("explained", 0, 1);
  const Json& places = map.array("places", classes);
  for (std::size_t k = 0; k < classes; ++k) {
    const Json& place = rowOf(map, at("places", k), places[k], 2);
    for (std::size_t axis = 0; axis < 2; ++axis) {
      numberOf(map, at("places", k) + "[" + std::to_string(axis) + "]", place[axis], -kFar, kFar);
    }
  }
}

/// Groups at the top hold every class once, and so do a group's parts its classes.
void checkGroups(const JsonReader& holder, std::size_t classes) {
  holder.text("method");
  const Json& groups = holder.array("groups");
  std::vector<std::size_t> top(classes, groups.size()), part(classes, groups.size());
  std::vector<bool> isTop(groups.size(), false);
  std::vector<std::size_t> inParts(groups.size(), 0);
  std::size_t held = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const JsonReader group = holder.element("groups", g);
    group.text("name");
    isTop[g] = group.isNull("parent");
    std::size_t parent = 0;
    if (!isTop[g]) {
      parent = indexOf(group, "parent", group.at("parent"), std::max<std::size_t>(g, 1));
      if (g == 0 || !isTop[parent]) group.fail("parent", "must be an earlier group at the top", std::to_string(parent));
    }
    const Json& members = group.array("classes");
    if (members.empty()) group.fail("classes", "must hold at least one class", "none");
    std::size_t next = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::size_t k = indexOf(group, at("classes", i), members[i], classes);
      if (k < next) group.fail(at("classes", i), "must ascend", std::to_string(k));
      next = k + 1;
      if (!isTop[g] && top[k] != parent) {
        group.fail(at("classes", i), "must be a class of group " + std::to_string(parent), std::to_string(k));
      }
      std::size_t& owner = isTop[g] ? top[k] : part[k];
      if (owner != groups.size()) {
        group.fail(at("classes", i), "must be in one group only", std::to_string(k) + ", which is in another too");
      }
      owner = g;
      held += isTop[g];
      inParts[parent] += !isTop[g];
    }
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::size_t size = groups[g].at("classes").size();
    if (inParts[g] == 0 || inParts[g] == size) continue;
    holder.fail(at("groups", g), "must have all its " + std::to_string(size) + " classes in its parts",
                std::to_string(inParts[g]) + " of them");
  }
  if (held != classes) {
    holder.fail("groups", "must hold all " + std::to_string(classes) + " classes", std::to_string(held) + " of them");
  }
}

/// Two numbers from low to high; where `defined` is false, null with its reason.
void checkBand(const JsonReader& set, const char* key, bool defined, double low, double high) {
  if (!defined) {
    if (!set.isNull(key)) set.fail(key, "must be null where its value is", shortText(set.at(key)));
    set.numberOrReason(key, low, high);
    return;
  }
  const Json& band = set.array(key, 2);
  const double first = numberOf(set, at(key, 0), band[0], low, high);
  numberOf(set, at(key, 1), band[1], first, high);
}

void checkTop(const JsonReader& teacher, std::size_t classes) {
  constexpr double kLargest = 1e300;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < teacher.array("top").size(); ++i) {
    const JsonReader set = teacher.element("top", i);
    before = set.whole("percent", before + 1, 100);
    const auto size = set.whole("classes", 0, static_cast<std::int64_t>(classes));
    const bool known = set.numberOrReason("similarity", -1, 1);
    if (known && size < 2) set.fail("similarity", "must be null for fewer than two classes", "a number");
    checkBand(set, "similarity_band", known, -1, 1);
    const bool compared = set.numberOrReason("difference", -kLargest, kLargest);
    if (compared && !known) set.fail("difference", "must be null where \"similarity\" is", "a number");
    checkBand(set, "band", compared, -kLargest, kLargest);
    set.number("chance", 0, 1);
  }
}

void checkFile(const JsonReader& file) {
  if (file.text("file") != kSimilarityFile) {
    file.fail("file", std::string("must be ") + kSimilarityFile, shortText(file.at("file")));
  }
  const std::string hash = file.text("sha256");
  const bool isHash = hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!isHash) file.fail("sha256", "must be 64 lower-case hexadecimal digits", shortText(file.at("sha256")));
}

}  // namespace

void checkMeaning(const JsonReader& meaning, std::size_t classes, std::size_t teachers) {
  meaning.text("provider");
  meaning.object("provenance");
  for (const Json& note : meaning.array("notes")) {
    if (!note.is_string()) meaning.fail("notes", "must hold text", shortText(note));
  }
  if (meaning.numberOrReason("mean_similarity", -1, 1) != (classes > 1)) {
    meaning.fail("mean_similarity", classes > 1 ? "must be there for two classes and more" : "needs two classes",
                 shortText(meaning.at("mean_similarity")));
  }
  checkMerges(meaning, classes);
  checkMap(meaning.object("map"), classes);
  checkGroups(meaning.object("groups"), classes);
  const JsonReader random = meaning.object("random_sets");
  random.whole("seed", 0, kAnyCount);
  random.whole("draws", 1, 1'000'000'000);
  meaning.array("teachers", teachers);
  for (std::size_t t = 0; t < teachers; ++t) {
    const JsonReader teacher = meaning.element("teachers", t);
    teacher.text("name");
    checkTop(teacher, classes);
  }
  if (meaning.has("similarity")) checkFile(meaning.object("similarity"));
}

}  // namespace gf
